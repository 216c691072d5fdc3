# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import secrets
from urllib.parse import urlencode

from odoo import http
from odoo.http import request
from odoo.tools import consteq

from ..models.flywheel_help import MOST

# Votes and comments an hour, of one visitor.
VOTES = 30
COMMENT = 1000


class HelpPages:
    """Pages with articles for customers, for the portal and the website.

    What they show comes from ``flywheel.help`` and the published articles alone.
    """

    _help_entrance = "portal"

    # ------------------------------------------------------------------
    # The visit
    # ------------------------------------------------------------------
    def _help_visit(self, create=True):
        """The running visit of whoever asks, empty for staff and robots."""
        visits = request.env["flywheel.help.session"]
        user = request.env.user
        if user._is_internal() or request.env["ir.http"].is_a_bot():
            return visits.sudo()
        visit = visits._running(request.session.get("flywheel_help"))
        if not visit and create:
            partner = user.partner_id.browse() if user._is_public() else user.partner_id
            visit = visits._begin(self._help_visitor(), partner, self._help_entrance)
            request.session["flywheel_help"] = visit.token
        elif visit and not visit.partner_id and not user._is_public():
            # He signed in meanwhile.
            visit.partner_id = user.partner_id
        return visit

    def _help_visitor(self):
        """What tells this visitor from others, so that he stays in his group."""
        if not request.env.user._is_public():
            return f"user:{request.env.uid}"
        if not request.session.get("flywheel_visitor"):
            request.session["flywheel_visitor"] = secrets.token_urlsafe(16)
        return request.session["flywheel_visitor"]

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------
    def _help_suggest(self, query):
        """Articles for a question that is being typed.

        :return: dict: articles (list of dicts), control: whether this visitor belongs
            to those who get none
        """
        help_ = request.env["flywheel.help"]
        question = help_._question(query)
        if not help_._is_question(question):
            return {"articles": [], "control": False}
        visit = self._help_visit()
        if visit:
            visit._asked(question)
            if visit.group == "control":
                return {"articles": [], "control": True}
        articles = help_.search_articles(question)
        if visit:
            visit._shown([article["id"] for article in articles])
        return {
            "articles": [
                {key: article[key] for key in ("title", "snippet", "url")}
                for article in articles
            ],
            "control": False,
        }

    def _help_home_values(self, search):
        help_ = request.env["flywheel.help"]
        question = help_._question(search)
        articles = help_.search_articles(question, MOST) if question else []
        if help_._is_question(question):
            visit = self._help_visit()
            if visit:
                visit._asked(question)
                visit._shown([article["id"] for article in articles])
        return {
            "page_name": "help",
            "question": question,
            "short": bool(question) and not help_._is_question(question),
            "articles": articles,
            "topics": [] if question else help_._topics(),
            **self._help_addresses(question),
        }

    def _help_page(self, slug):
        """The published article of an address, or an empty record."""
        pages = request.env["document.page"]
        number = (slug or "").rsplit("-", 1)[-1]
        if not (number.isascii() and number.isdigit()) or len(number) > 9:
            return pages
        return pages._flywheel_public([int(number)])

    def _help_article_response(self, template, slug, **kw):
        """The page of an article, a redirect to its right address, or not found."""
        page = self._help_page(slug)
        if not page:
            raise request.not_found()
        help_ = request.env["flywheel.help"]
        best = page._flywheel_version_for(request.env.lang)
        as_written = kw.get("as_written")
        if not as_written and best != page and best.lang == request.env.lang:
            return request.redirect(help_._article_url(best), code=302)
        if slug != page._flywheel_slug():
            query = {k: v for k, v in kw.items() if k in ("as_written", "voted", "key")}
            address = help_._article_url(page)
            return request.redirect(
                f"{address}?{urlencode(query)}" if query else address, code=302
            )
        visit = self._help_visit()
        if visit:
            visit._opened(page)
        return request.render(template, self._help_article_values(page, visit, **kw))

    def _help_article_values(self, page, visit, voted=None, **kw):
        # "Chinese, Simplified / 简体中文": readers know their own name for it.
        languages = {
            code: name.split("/")[-1].strip()
            for code, name in request.env["res.lang"].get_installed()
        }
        help_ = request.env["flywheel.help"]
        question = (visit.question or "") if visit else ""
        read = visit.read_ids.filtered(lambda line: line.page_id == page)
        return {
            "page_name": "help",
            "article": page,
            "content": page._flywheel_content(),
            "topic": help_._topic(page),
            "versions": [
                (languages.get(version.lang), help_._article_url(version))
                for version in page._flywheel_versions() - page
            ],
            "foreign": page.lang
            and page.lang != request.env.lang
            and languages.get(page.lang),
            "own_language": languages.get(request.env.lang),
            "vote": read.vote if voted else None,
            "voted": voted if voted in ("helpful", "unhelpful", "comment") else None,
            "related": help_._related(page),
            "question": question,
            # Somebody with the key to this one article; the rest is behind the login.
            "keyed": bool(kw.get("key")),
            **self._help_addresses(question),
        }

    def _help_addresses(self, question):
        """Addresses of the pages, the form with the question filled in."""
        return {
            "help_url": request.env["flywheel.help"]._base_url(),
            "contact_url": self._help_contact_url(question),
        }

    def _help_contact_url(self, question):
        query = f"?{urlencode({'subject': question})}" if question else ""
        return f"/new/ticket{query}"

    def _help_vote_response(self, page_id=None, helpful=None, comment=None, **kw):
        """Note whether an article helped, and return to it."""
        page = self._help_page(str(page_id or ""))
        if not page:
            raise request.not_found()
        visit = self._help_visit()
        guard = request.env["flywheel.help.guard"]
        yes = helpful == "1"
        comment = " ".join((comment or "").replace("\x00", " ").split())[:COMMENT]
        if visit and guard._allow("vote", visit.token, VOTES):
            visit._voted(page, yes, "" if yes else comment)
        voted = "helpful" if yes else "comment" if comment else "unhelpful"
        address = request.env["flywheel.help"]._article_url(page)
        return request.redirect(f"{address}?as_written=1&voted={voted}#vote")


class PortalHelp(HelpPages, http.Controller):
    """Articles for customers who are logged in."""

    @http.route("/my/help", type="http", auth="user", website=True, sitemap=False)
    def portal_help(self, search=None, **kw):
        """The articles by topic, or those that answer a question.

        :param search: the question
        """
        values = self._help_home_values(search)
        return request.render("inbound_flywheel_service.portal_help", values)

    @http.route(
        "/my/help/<string:slug>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def portal_help_article(self, slug, key=None, **kw):
        """One article; ``key`` opens the one that a mail names without a login."""
        if request.env.user._is_public():
            page = self._help_page(slug)
            right = request.env["flywheel.help"]._key(page.id)
            if not page or not consteq(str(key or ""), right):
                address = {"redirect": request.httprequest.full_path}
                return request.redirect(f"/web/login?{urlencode(address)}")
            kw.update(as_written="1", key=key)
        template = "inbound_flywheel_service.portal_help_article"
        return self._help_article_response(template, slug, **kw)

    @http.route("/my/help/suggest", type="jsonrpc", auth="user", website=True)
    def portal_help_suggest(self, query=""):
        """Articles while the customer types; see :meth:`_help_suggest`."""
        return self._help_suggest(query)

    @http.route(
        "/my/help/vote",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_help_vote(self, **kw):
        """Did this help? See :meth:`_help_vote_response`."""
        return self._help_vote_response(**kw)
