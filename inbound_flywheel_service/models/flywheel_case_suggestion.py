# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple

from odoo import models
from odoo.fields import Domain

from ..engine import usefulness
from ..engine.tokenizer import plain_text

KINDS = {"helpdesk.ticket": "case", "document.page": "article"}
SHOWN = 5
# Less than this in common is chance; so is much less than the best has.
LEAST_LIKENESS = 0.07
LEAST_OF_BEST = 0.35
# A case of the same category, or with the same tag (often the product), is worth more
# than its words alone.
SAME_CATEGORY = 1.15
SAME_TAG = 1.05
SNIPPET = 240
# Longest text of a form that is looked at, in characters.
MAX_ASKED = 60_000

# What is asked: the case (empty: not saved yet), the texts, prepared for the index,
# its category and tags, and what was said already on it.
Asked = namedtuple("Asked", "ticket question category tags handled learned")


class FlywheelCaseSuggestion(models.AbstractModel):
    """What may help with a case: similar solved cases, and articles."""

    _name = "flywheel.case.suggestion"
    _description = "Case Suggestions"

    def _suggest(self, ticket, values=None):
        """See :meth:`helpdesk.ticket.flywheel_suggestions`."""
        links = ticket.flywheel_link_ids if ticket else []
        asked = self._asked(ticket, values or {}, links)
        return {
            "cases": self._similar_cases(asked),
            "articles": self._articles(asked),
            "linked": [
                {
                    "model": link.res_model,
                    "id": link.res_id,
                    "kind": link.kind,
                    "name": link.document_name,
                    "by": link.user_id.name,
                    "inserted": bool(link.inserted_date),
                }
                for link in links
                if link.state == "linked"
            ],
        }

    def _asked(self, ticket, values, links):
        name = values.get("name", ticket.name) or ""
        texts = [name[:1000], (values.get("description") or "")[:MAX_ASKED]]
        if "description" not in values:
            texts[1] = ticket.description
        if ticket:
            texts.append(self._last_words(ticket))
        question = self.env["flywheel.text.index"]._question(filter(None, texts))
        category = ticket.category_id
        if "category_id" in values:
            category = category.browse(values["category_id"] or ()).exists()
        return Asked(
            ticket,
            question,
            category,
            ticket.tag_ids,
            {(link.res_model, link.res_id) for link in links},
            self._learn(ticket, question),
        )

    def _last_words(self, ticket):
        """What the customer wrote last: the case may have become another one."""
        message = self.env["mail.message"].search(
            self._last_words_domain(ticket), order="id desc", limit=1
        )
        return message.body

    def _last_words_domain(self, ticket):
        return Domain(
            [
                ("model", "=", ticket._name),
                ("res_id", "=", ticket.id),
                ("message_type", "in", ("comment", "email")),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
            ]
        ) & (
            Domain("author_id", "=", False)
            | Domain("author_id.partner_share", "=", True)
        )

    # ------------------------------------------------------------------
    # Cases and articles
    # ------------------------------------------------------------------
    def _similar_cases(self, asked):
        domain = (
            Domain("stage_id.closed", "=", True)
            & Domain("stage_id.unsolved", "=", False)
            & Domain("id", "not in", self._excluded("helpdesk.ticket", asked))
        )
        found = self._find("helpdesk.ticket", asked, domain)
        names = ["number", "name", "category_id", "tag_ids", "solution"]
        names += ["rating_last_value", "reopen_count"]
        cases = self._fetch("helpdesk.ticket", found, names)
        for item in found:
            case = cases[item["id"]]
            if asked.category and case.category_id == asked.category:
                item["score"] *= SAME_CATEGORY
                item["reasons"].append(
                    self.env._("same category: %(name)s", name=case.category_id.name)
                )
            if tags := asked.tags & case.tag_ids:
                item["score"] *= SAME_TAG
                item["reasons"].append(
                    self.env._(
                        "same tag: %(names)s", names=", ".join(tags.mapped("name"))
                    )
                )
            self._weigh_outcome(item, case)
            item["name"] = f"{case.number} – {case.name}"
        return self._top("helpdesk.ticket", found)

    def _weigh_outcome(self, item, case):
        """Let solved cases that ended well come first, and say how they ended."""
        snippet = plain_text(case.solution).strip()
        rating = case.rating_last_value
        item["score"] *= usefulness.outcome(snippet, rating, case.reopen_count)
        item["snippet"] = snippet[:SNIPPET]
        item["insertable"] = bool(snippet)
        said = []
        if rating:
            said.append(self.env._("rated %(value)d of 5", value=round(rating)))
        if case.reopen_count:
            said.append(self.env._("reopened %(count)d times", count=case.reopen_count))
        elif rating or snippet:
            said.append(self.env._("not reopened"))
        if said:
            item["reasons"].append(self.env._("solved, %(how)s", how=", ".join(said)))

    def _articles(self, asked):
        page = self.env["document.page"]
        if not page.has_access("read"):
            return []
        excluded = self._excluded("document.page", asked)
        domain = Domain("type", "=", "content") & Domain("id", "not in", excluded)
        found = self._find("document.page", asked, domain)
        pages = self._fetch("document.page", found, ["name", "history_head"])
        for item in found:
            item["name"] = pages[item["id"]].name
            content = plain_text(pages[item["id"]].history_head.content)
            item["snippet"] = " ".join(content.split())[:SNIPPET]
            item["insertable"] = bool(item["snippet"])
        return self._top("document.page", found)

    def _excluded(self, model, asked):
        ids = [res_id for res_model, res_id in asked.handled if res_model == model]
        return [*ids, *asked.ticket.ids] if model == "helpdesk.ticket" else ids

    def _find(self, model, asked, domain):
        """Candidates, a few more than are shown: the factors may reorder them."""
        found = self.env["flywheel.text.index"]._rank(model, asked.question, domain)
        best = max((f["likeness"] for f in found), default=0.0)
        least = max(LEAST_LIKENESS, best * LEAST_OF_BEST)
        # Function words and single characters alone are no reason.
        found = [f for f in found if f["likeness"] >= least and f["words"]]
        found = found[: SHOWN * 3]
        found += self._linked_elsewhere(model, asked, domain, found)
        for item in found:
            item["reasons"] = []
        self._weigh_votes(model, asked, found)
        return found

    def _fetch(self, model, found, names):
        records = self.env[model].browse([item["id"] for item in found])
        records.fetch(names)
        return {record.id: record for record in records}

    def _top(self, model, found):
        found.sort(key=lambda item: (-item["score"], -item["id"]))
        result = []
        for item in found[:SHOWN]:
            reasons = item["reasons"]
            if item["words"]:
                words = ", ".join(item["words"])
                reasons = [self.env._("words: %(words)s", words=words), *reasons]
            result.append(
                {
                    "model": model,
                    "id": item["id"],
                    "kind": KINDS[model],
                    "name": item["name"],
                    "snippet": item["snippet"],
                    "insertable": item["insertable"],
                    "percent": round(item["likeness"] * 100),
                    "reason": "; ".join(reasons),
                }
            )
        return result
