# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

# What belongs to a case and tells of its customer.
PARTS = (
    "flywheel.case.mail",
    "flywheel.case.trace",
    "flywheel.case.link",
    "flywheel.escalation.log",
    "helpdesk.ticket.sla",
)


class FlywheelProfile(models.Model):
    """Cases, ratings and what people asked the knowledge base are known of them."""

    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        found = super()._get_personal_records()
        cases = found["helpdesk.ticket"]
        partners = found["res.partner"]
        for name in PARTS:
            Part = self.env[name].with_context(active_test=False)
            parts = Part.search([("ticket_id", "in", cases.ids)], order="id")
            found[name] = found.get(name, parts.browse()) | parts
        sessions = self.env["flywheel.help.session"].search(
            Domain("partner_id", "in", partners.ids)
            | Domain("ticket_id", "in", cases.ids)
        )
        found["flywheel.help.session"] = sessions
        found["flywheel.help.read"] = sessions.read_ids
        ratings = self.env["rating.rating"].search(
            Domain("partner_id", "in", partners.ids)
            | Domain("res_model", "=", "helpdesk.ticket")
            & Domain("res_id", "in", cases.ids)
        )
        found["rating.rating"] = found.get("rating.rating", ratings) | ratings
        return found

    @api.model
    def _get_erasure_policies(self, options):
        cases = options.get("leads", "anonymised")
        policies = {
            **super()._get_erasure_policies(options),
            "helpdesk.ticket": cases,
            "helpdesk.ticket.sla": "kept",
            "flywheel.help.session": "anonymised",
            "flywheel.help.read": "anonymised",
            "rating.rating": cases,
        }
        if options.get("counts", True):
            policies["flywheel.nps"] = "counted"
        if cases == "kept":
            policies.update(dict.fromkeys(PARTS, "kept"))
        return policies

    @api.model
    def _get_erasure_reasons(self):
        kept = self.env._("You chose to keep cases.")
        return {
            **super()._get_erasure_reasons(),
            **dict.fromkeys(("helpdesk.ticket", "rating.rating", *PARTS), kept),
            "helpdesk.ticket.sla": self.env._("Times only, no words."),
            "flywheel.classifier": self.env._(
                "Single words that it learned from many cases, without saying whose. "
                "They go when it learns anew, within a week."
            ),
        }

    def _plan_erasure(self, options):
        plan = super()._plan_erasure(options)
        learned = self.env["flywheel.classifier"].search_count(
            [("version_id", "!=", False)]
        )
        cases = [count for name, _how, count in plan if name == "helpdesk.ticket"]
        if cases and learned and options.get("leads") != "kept":
            plan = sorted([*plan, ("flywheel.classifier", "kept", learned)])
        return plan

    def _get_erasure_warnings(self):
        texts = super()._get_erasure_warnings()
        cases = self.env["helpdesk.ticket"].search_count(
            [("flywheel_profile_id", "=", self.id), ("closed", "=", False)]
        )
        if cases:
            texts.append(self.env._("%(count)s cases are open.", count=cases))
        return texts
