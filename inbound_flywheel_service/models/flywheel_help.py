# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from urllib.parse import quote

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, hmac

from ..engine import article_html, tokenizer

# Articles that are shown at most, and that are offered while somebody types.
MOST = 20
SHOWN = 5
# Longer questions are cut: nobody types that much into a search box.
QUESTION = 300
# Typed text becomes a question from so many characters on, in either script.
LEAST_LETTERS = 3
LEAST_CHINESE = 2
# Less than this in common is chance; so is much less than the best has.
LEAST_LIKENESS = 0.07
LEAST_OF_BEST = 0.35
# An article that is mailed unasked must fit better than one in a list of results.
LEAST_MAILED = 0.35
MAILED_OF_BEST = 0.6
# Articles on the page with all of them.
LISTED = 500
# A word that is still being typed may become one of so many.
ENDINGS = 3


class FlywheelHelp(models.AbstractModel):
    """What customers find and read by themselves: published articles only.

    Everything here works for whoever calls it, a visitor without a login too, since
    nothing but what :meth:`document.page._flywheel_public_domain` allows comes out.
    """

    _name = "flywheel.help"
    _description = "Self-Service"

    @api.model
    @api.readonly
    def search_articles(self, query, limit=SHOWN):
        """Published articles that may answer a question, best first.

        Each article comes once, in the language of the reader or of his question.

        :param str query: the question, complete or still being typed
        :param int limit: number of articles, at most 20
        :return: list of dicts: id, title, snippet, url, lang, likeness (0 to 1)
        """
        query = self._question(query)
        if not self._is_question(query):
            return []
        found = self._find([query + self._completed(query)])
        return self._present(query, found, max(0, min(int(limit or 0), MOST)))

    @api.model
    def _articles_for(self, case, limit=3):
        """Articles for a mail about a case, in the customer's language.

        Those that the customer has read before he wrote are left out: they did not
        answer him.

        :param case: a helpdesk.ticket
        :return: list of (title, absolute address), at most ``limit``, often empty
        """
        help_ = self.with_company(case.company_id).with_context(lang=case.customer_lang)
        found = help_._find([case.name, case.description])
        best = max((item["likeness"] for item in found), default=0.0)
        least = max(LEAST_MAILED, best * MAILED_OF_BEST)
        found = [item for item in found if item["likeness"] >= least]
        text = f"{case.name} {tokenizer.plain_text(case.description)}"
        known = case._flywheel_articles_read()
        return [
            # Mail programs find the end of an address only in plain characters.
            (
                item["title"],
                case.get_base_url() + quote(item["url"]) + self._key_query(item["id"]),
            )
            for item in help_._present(text, found, limit + len(known))
            if item["id"] not in known.ids
        ][:limit]

    # ------------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------------
    @api.model
    def _question(self, text):
        """What somebody typed, as one line of bearable length."""
        return " ".join(str(text or "").replace("\x00", " ").split())[:QUESTION]

    @api.model
    def _is_question(self, text):
        letters = sum(char.isalnum() for char in text)
        chinese = tokenizer.language(text) == "zh"
        return letters >= (LEAST_CHINESE if chinese else LEAST_LETTERS)

    @api.model
    def _completed(self, query):
        """Words that the last one may become, to be added to the question."""
        last = query.split(" ")[-1].lower()
        if not (last.isascii() and last.isalpha() and len(last) >= LEAST_LETTERS):
            return ""
        self.env["flywheel.text.term"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT term FROM flywheel_text_term
                 WHERE term >= %s AND term < %s ORDER BY frequency DESC LIMIT %s
                """,
                last,
                last + "{",
                ENDINGS,
            )
        )
        terms = [term for [term] in rows]
        known = {last, tokenizer.stem(last)}
        return "" if known.intersection(terms) else "".join(f" {t}" for t in terms)

    @api.model
    def _find(self, texts, domain=Domain.TRUE):
        # sudo: the index and the articles - the domain lets published ones through
        public = self.env["document.page"]._flywheel_public_domain()
        index = self.sudo().env["flywheel.text.index"]
        found = index._similar("document.page", texts, public & domain)
        best = max((item["likeness"] for item in found), default=0.0)
        least = max(LEAST_LIKENESS, best * LEAST_OF_BEST)
        # Function words and single characters alone are no reason.
        return [item for item in found if item["likeness"] >= least and item["words"]]

    @api.model
    def _present(self, question, found, limit):
        """Results as customers see them, each article in one language only."""
        lang = self.env["document.page"]._flywheel_language(question)
        own = self.env.lang or lang
        if own.split("_")[0] == lang.split("_")[0]:
            lang = own
        pages = self.sudo().env["document.page"].browse([item["id"] for item in found])
        best = {}
        for page, item in zip(pages, found, strict=True):
            best.setdefault(page.original_id.id or page.id, item)
        best = dict(list(best.items())[:limit])
        chosen = self._in_language(best, lang)
        return [
            self._article(chosen[key], item)
            for key, item in best.items()
            if chosen[key]
        ]

    @api.model
    def _article(self, page, item):
        return {
            "id": page.id,
            "title": page.name,
            "snippet": article_html.snippet(page.history_head.content, item["words"]),
            "url": self._article_url(page),
            "lang": page.lang,
            "likeness": item["likeness"],
        }

    @api.model
    def _in_language(self, original_ids, lang):
        """The version of each article for readers of ``lang``: dict id -> page.

        :param original_ids: ids of the articles that were written first
        """
        ids = list(original_ids)
        pages = self.sudo().env["document.page"]
        versions = pages.search(
            pages._flywheel_public_domain()
            & (Domain("id", "in", ids) | Domain("original_id", "in", ids))
        )
        by_article = versions.grouped(lambda page: page.original_id.id or page.id)
        return {
            key: by_article.get(key, pages)._flywheel_best_version(lang) for key in ids
        }

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------
    @api.model
    def _has_articles(self):
        """Whether there is anything to read."""
        pages = self.sudo().env["document.page"]
        return bool(pages.search_count(pages._flywheel_public_domain(), limit=1))

    @api.model
    def _topic(self, page):
        """Name of the category of an article, as customers may see it."""
        topic = page.sudo().parent_id
        if not topic.active or topic.company_id.id not in (False, self.env.company.id):
            return ""
        return topic.name

    @api.model
    def _topics(self):
        """All articles by topic, each in the reader's language.

        :return: list of dicts: name, foreign (not in the reader's language), articles
            (list of dicts: title, url)
        """
        pages = self.sudo().env["document.page"]
        versions = pages.search(
            pages._flywheel_public_domain(), order="parent_id, name", limit=LISTED
        )
        topics = {}
        by_article = versions.grouped(lambda page: page.original_id.id or page.id)
        for pages in by_article.values():
            page = pages._flywheel_best_version(self.env.lang)
            key = (self._is_foreign(page), self._topic(page))
            topics.setdefault(key, []).append(
                {"title": page.name, "url": self._article_url(page)}
            )
        # Topics by name, articles without one behind them.
        order = sorted(topics, key=lambda key: (key[0], not key[1], key[1]))
        return [
            {
                "name": name or (self.env._("More") if len(order) > 1 else ""),
                "foreign": foreign,
                "articles": sorted(
                    topics[foreign, name], key=lambda article: article["title"]
                ),
            }
            for foreign, name in order
        ]

    @api.model
    def _description_of(self, page):
        """The beginning of an article, for search engines."""
        return article_html.snippet(page.history_head.content, [], size=150)

    @api.model
    def _is_foreign(self, page):
        """Whether an article is in another language than the reader's, scripts of
        Chinese being one."""
        own, lang = self.env.lang or "", page.lang or ""
        return bool(own and lang) and own.split("_")[0] != lang.split("_")[0]

    @api.model
    def _related(self, page, limit=3):
        """Other articles that are like one."""
        others = Domain("id", "not in", page._flywheel_versions().ids)
        found = self._find([page.name, page.history_head.content], others)
        return self._present(page.name, found, limit)

    # ------------------------------------------------------------------
    # Addresses
    # ------------------------------------------------------------------
    @api.model
    def _base_url(self):
        """Where customers find the articles."""
        return "/my/help"

    @api.model
    def _key_query(self, page_id):
        """What an address in a mail needs so that customers without a login can read
        the article."""
        return f"?as_written=1&key={self._key(page_id)}"

    @api.model
    def _key(self, page_id):
        # sudo: the secret of the database
        return hmac(self.env(su=True), "flywheel-help-article", page_id)[:32]

    @api.model
    def _article_url(self, page):
        return f"{self._base_url()}/{page._flywheel_slug()}"
