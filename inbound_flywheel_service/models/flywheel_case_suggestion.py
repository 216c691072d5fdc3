# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.tokenizer import plain_text

KINDS = {"helpdesk.ticket": "case", "document.page": "article"}
SHOWN = 5
# Less than this in common is chance; so is much less than the best has.
LEAST_LIKENESS = 0.07
LEAST_OF_BEST = 0.35
# A case of the same category, or one that says what solved it, is worth more than its
# words alone.
SAME_CATEGORY = 1.15
HAS_SOLUTION = 1.1
SNIPPET = 240


class FlywheelCaseSuggestion(models.AbstractModel):
    """What may help with a case: similar solved cases, and articles."""

    _name = "flywheel.case.suggestion"
    _description = "Case Suggestions"

    def _suggest(self, ticket):
        """See :meth:`helpdesk.ticket.flywheel_suggestions`."""
        links = ticket.flywheel_link_ids
        handled = {(link.res_model, link.res_id) for link in links}
        return {
            "cases": self._similar_cases(ticket, handled),
            "articles": self._articles(ticket, handled),
            "linked": [
                {
                    "model": link.res_model,
                    "id": link.res_id,
                    "kind": link.kind,
                    "name": link.document_name,
                    "by": link.user_id.name,
                }
                for link in links
                if link.state == "linked"
            ],
        }

    def _similar_cases(self, ticket, handled):
        domain = (
            Domain("stage_id.closed", "=", True)
            & Domain("stage_id.unsolved", "=", False)
            & Domain("id", "not in", self._excluded("helpdesk.ticket", ticket, handled))
        )
        found = self._find("helpdesk.ticket", ticket, domain)
        cases = self._fetch(
            "helpdesk.ticket", found, ["number", "name", "category_id", "solution"]
        )
        for item in found:
            case = cases[item["id"]]
            item["reasons"] = []
            if ticket.category_id and case.category_id == ticket.category_id:
                item["score"] *= SAME_CATEGORY
                item["reasons"].append(
                    self.env._("same category: %(name)s", name=case.category_id.name)
                )
            snippet = plain_text(case.solution).strip()
            if snippet:
                item["score"] *= HAS_SOLUTION
            item["snippet"] = snippet[:SNIPPET]
            item["name"] = f"{case.number} – {case.name}"
        return self._top("helpdesk.ticket", found)

    def _articles(self, ticket, handled):
        page = self.env["document.page"]
        if not page.has_access("read"):
            return []
        excluded = self._excluded("document.page", ticket, handled)
        domain = Domain("type", "=", "content") & Domain("id", "not in", excluded)
        found = self._find("document.page", ticket, domain)
        pages = self._fetch("document.page", found, ["name", "history_head"])
        for item in found:
            item["reasons"] = []
            item["name"] = pages[item["id"]].name
            content = plain_text(pages[item["id"]].history_head.content)
            item["snippet"] = " ".join(content.split())[:SNIPPET]
        return self._top("document.page", found)

    def _excluded(self, model, ticket, handled):
        ids = [res_id for res_model, res_id in handled if res_model == model]
        return [*ids, ticket.id] if model == "helpdesk.ticket" else ids

    def _find(self, model, ticket, domain):
        """Candidates, a few more than are shown: the bonuses may reorder them."""
        found = self.env["flywheel.text.index"]._similar(
            model, [ticket.name, ticket.description], domain
        )
        best = max((f["likeness"] for f in found), default=0.0)
        least = max(LEAST_LIKENESS, best * LEAST_OF_BEST)
        # Function words and single characters alone are no reason.
        found = [f for f in found if f["likeness"] >= least and f["words"]]
        return found[: SHOWN * 3]

    def _fetch(self, model, found, names):
        records = self.env[model].browse([item["id"] for item in found])
        records.fetch(names)
        return {record.id: record for record in records}

    def _top(self, model, found):
        found.sort(key=lambda item: (-item["score"], -item["id"]))
        result = []
        for item in found[:SHOWN]:
            words = self.env._("words: %(words)s", words=", ".join(item["words"]))
            result.append(
                {
                    "model": model,
                    "id": item["id"],
                    "kind": KINDS[model],
                    "name": item["name"],
                    "snippet": item["snippet"],
                    "percent": round(item["likeness"] * 100),
                    "reason": "; ".join([words, *item["reasons"]]),
                }
            )
        return result

    def _set_link(self, ticket, res_model, res_id, state):
        """See :meth:`helpdesk.ticket.flywheel_set_link`."""
        if res_model not in KINDS or state not in ("linked", "dismissed", False):
            raise UserError(self.env._("Only cases and articles can be linked."))
        document = self.env[res_model].browse(res_id).exists()
        document.check_access("read")
        if not document or document == ticket:
            raise UserError(self.env._("There is no such case or article."))
        link = ticket.flywheel_link_ids.filtered(
            lambda known: known.res_model == res_model and known.res_id == res_id
        )
        if not state:
            link.unlink()
        elif link:
            link.write({"state": state, "user_id": self.env.uid})
        else:
            link.create(
                {
                    "ticket_id": ticket.id,
                    "kind": KINDS[res_model],
                    "res_model": res_model,
                    "res_id": res_id,
                    "state": state,
                }
            )
        return True
