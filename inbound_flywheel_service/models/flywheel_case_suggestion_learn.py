# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter, defaultdict

from odoo import models
from odoo.fields import Domain

from ..engine import usefulness

# Cases less alike than this say nothing about the present one.
LEAST_ALIKE = 0.15
# Similar cases, and links on them, that are looked at.
SIMILAR, LINKS = 50, 400
# So many documents join by links alone.
BY_LINK = 8
# A document that only links on similar cases point to stands a little behind them.
BY_LINK_ALONE = 0.8


class FlywheelCaseSuggestion(models.AbstractModel):
    """What colleagues linked to similar cases rises, what they dismissed sinks.

    Learns only from links that the reader may see: nothing that he is shown, or that
    is missing from it, tells of a case that is hidden from him.
    """

    _inherit = "flywheel.case.suggestion"

    def _learn(self, ticket, question):
        """What was said of documents on similar cases.

        :return: dict (model, id) -> dict: votes, people (ids of those who linked it),
            dismissed (number of cases), similar (the most similar case's score,
            likeness and words)
        """
        link = self.env["flywheel.case.link"]
        if not question or not link.has_access("read"):
            return {}
        others = Domain("id", "not in", ticket.ids)
        similar = {
            found["id"]: found
            for found in self.env["flywheel.text.index"]._rank(
                "helpdesk.ticket", question, others, linked=True
            )[:SIMILAR]
            if found["likeness"] >= LEAST_ALIKE and found["words"]
        }
        known = defaultdict(
            lambda: {"votes": 0.0, "people": set(), "dismissed": 0, "similar": None}
        )
        links = link.search([("ticket_id", "in", list(similar))], limit=LINKS)
        for said in links:
            case = similar[said.ticket_id.id]
            about = known[said.res_model, said.res_id]
            about["votes"] += usefulness.VOTES[said._vote()] * case["likeness"]
            if said.state == "linked":
                about["people"].add(said.user_id.id)
            else:
                about["dismissed"] += 1
            best = about["similar"]
            if not best or best["likeness"] < case["likeness"]:
                about["similar"] = case
        return dict(known)

    def _learn_elsewhere(self, model, asked, found):
        """dict id -> votes on other cases of these documents, which count much less."""
        link = self.env["flywheel.case.link"]
        if not found or not link.has_access("read"):
            return {}
        groups = link._read_group(
            [
                ("res_model", "=", model),
                ("res_id", "in", [item["id"] for item in found]),
                # Also the rules of cases, which may be stricter than those of links.
                ("ticket_id", "any", []),
            ],
            ["res_id", "state", "category_id"],
            ["__count"],
        )
        votes = Counter()
        for res_id, state, about, count in groups:
            vote = usefulness.ANY_VOTE
            if asked.category and about == asked.category:
                vote = usefulness.SAME_CATEGORY_VOTE
            votes[res_id] += vote * usefulness.VOTES[state] * count
        return votes

    def _linked_elsewhere(self, model, asked, domain, found):
        """Documents that colleagues linked to similar cases though their own words
        are others."""
        known = {item["id"] for item in found}
        wanted = {
            res_id: about
            for (res_model, res_id), about in asked.learned.items()
            if res_model == model
            and res_id not in known
            and about["similar"]
            and about["votes"] > 0
            and about["people"]
        }
        if not wanted:
            return []
        best = sorted(wanted, key=lambda i: (-wanted[i]["votes"], -i))[:BY_LINK]
        wanted = {res_id: wanted[res_id] for res_id in best}
        visible = self.env[model].search(Domain("id", "in", list(wanted)) & domain)
        return [
            {
                "id": document.id,
                "score": wanted[document.id]["similar"]["score"] * BY_LINK_ALONE,
                "likeness": wanted[document.id]["similar"]["likeness"],
                "words": wanted[document.id]["similar"]["words"],
            }
            for document in visible
        ]

    def _weigh_votes(self, model, asked, found):
        elsewhere = self._learn_elsewhere(model, asked, found)
        for item in found:
            about = asked.learned.get((model, item["id"]))
            votes = elsewhere.get(item["id"], 0.0)
            item["score"] *= usefulness.learned(
                votes + (about["votes"] if about else 0.0)
            )
            if not about:
                continue
            people = len(about["people"])
            if people == 1:
                item["reasons"].append(
                    self.env._("linked by a colleague on a similar case")
                )
            elif people:
                item["reasons"].append(
                    self.env._(
                        "linked by %(count)d colleagues on similar cases", count=people
                    )
                )
            elif about["dismissed"]:
                item["reasons"].append(
                    self.env._(
                        "dismissed on %(count)d similar cases", count=about["dismissed"]
                    )
                )
