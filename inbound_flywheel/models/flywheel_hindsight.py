# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools

# What the outcome is written into; everything worked out from these follows.
OUTCOME = {
    "crm.lead": {
        "won_status",
        "stage_id",
        "probability",
        "automated_probability",
        "active",
        "lost_reason_id",
        "date_closed",
        "day_close",
        "date_last_stage_update",
    },
}
# What sales fills in while working on it.
WORKED = {
    "crm.lead": {
        "name",
        "priority",
        "expected_revenue",
        "recurring_revenue",
        "recurring_plan",
        "date_deadline",
        "user_id",
        "team_id",
        "type",
        "partner_id",
        "commercial_partner_id",
        "date_open",
        "day_open",
        "date_conversion",
        "date_automation_last",
        "description",
        "color",
        "is_rotting",
        "rotting_days",
        "calendar_event_ids",
        "duration_tracking",
    },
    "res.partner": {"user_id", "team_id", "comment", "color", "credit_limit"},
}
# What customers bring once they are customers, by the beginning of the name.
LATER = {
    "res.partner": (
        "customer_rank",
        "supplier_rank",
        "sale_",
        "total_",
        "invoice_",
        "credit",
        "debit",
        "unreconciled_",
        "opportunity_",
        "meeting_",
        "purchase_",
        "property_",
        "loyalty_",
        "subscription_",
        "pos_",
        "trust",
        "days_sales_",
        "duplicated_bank_",
        "active",
        "employee",
        "partner_share",
        "user_ids",
    ),
}
# Ours, by the beginning of the name: a score does not predict itself.
OWN = (
    "flywheel_",
    "engagement_",
    "fit_",
    "score_",
    "momentum",
    "mql_",
    "handover",
    "is_junk",
    "junk_",
    "persona_id",
    "journey_stage_id",
    "lifecycle_stage_id",
    "preferred_channel_id",
    "proposal_",
    "silence_",
    "still_",
    "tenure_",
)
# Facts about the person that happen to begin so.
FACTS = {"flywheel_direction", "flywheel_industry_id", "flywheel_seniority"}
# Touchpoints that note the outcome. Others have a date: what came after the decision
# is not counted, so an earlier order may speak for a later one.
OUTCOME_TYPES = {"lead_won", "lead_lost"}
WORKED_TYPES = {"lead_converted", "adjustment"}
ALWAYS_TYPES = {"lead_created", "profile_merged", "profile_split"}


class FlywheelHindsight(models.AbstractModel):
    """Which values are only known with the outcome, or after it.

    A rule on such a value ranks the past splendidly and the future not at all.
    """

    _name = "flywheel.hindsight"
    _description = "Later Knowledge"

    @api.model
    def _get_reason(self, model_name, field_name):
        """Return why a field is only known with or after the outcome of a lead.

        :param model_name: crm.lead, res.partner or flywheel.profile
        :param field_name: a field of it, or a path that begins with one
        :return: a translated text, or False when nothing speaks against the field
        """
        name, _dot, rest = field_name.partition(".")
        field = self.env[model_name]._fields.get(name)
        if field is None:
            return False
        if rest and field.comodel_name and name == "partner_id":
            return self._get_reason("res.partner", rest)
        kind = self._get_kinds(model_name).get(name)
        reasons = {
            "outcome": self.env._("It is the outcome, or follows from it."),
            "worked": self.env._("Sales fills it in while working on the lead."),
            "later": self.env._("It comes with later business, after the decision."),
            "own": self.env._("It is a score or judgement of the flywheel itself."),
        }
        return reasons.get(kind, False)

    @api.model
    def _get_type_reason(self, touchpoint_type):
        """Return why touchpoints of a type are only known with or after the outcome.

        :param touchpoint_type: a flywheel.touchpoint.type
        :return: a translated text, or False
        """
        code = touchpoint_type.code
        if code in OUTCOME_TYPES:
            return self.env._("It is the outcome itself.")
        if code in WORKED_TYPES:
            return self.env._("It is what sales makes of the lead, not the person.")
        if code in ALWAYS_TYPES:
            return self.env._("It says something of the record, not of the person.")
        return False

    @api.model
    @tools.ormcache("model_name")
    def _get_kinds(self, model_name):
        """Return {field name: kind of later knowledge} of a model."""
        if model_name == "flywheel.profile":
            names = self.env[model_name]._fields.keys() - {"company_id", "partner_id"}
            return dict.fromkeys(names, "own")
        Model = self.env[model_name]
        outcome = self._get_followers(Model, OUTCOME.get(model_name, ()))
        worked = self._get_followers(
            Model, WORKED.get(model_name, set()) - {"partner_id", "team_id", "name"}
        )
        kinds = {}
        for name, field in Model._fields.items():
            if name in OUTCOME.get(model_name, ()):
                kinds[name] = "outcome"
            elif name in WORKED.get(model_name, ()):
                kinds[name] = "worked"
            elif name in FACTS:
                continue
            elif name.startswith(OWN) or _is_own(field):
                kinds[name] = "own"
            elif name.startswith(LATER.get(model_name, ())):
                kinds[name] = "later"
            elif name in outcome:
                kinds[name] = "outcome"
            elif name in worked:
                kinds[name] = "worked"
        return kinds

    @api.model
    def _get_followers(self, Model, names):
        """Return the fields of a model that are worked out from some of its fields,
        directly or not."""
        depends = {}
        for name, field in Model._fields.items():
            paths, _context = field.get_depends(Model)
            depends[name] = {path.split(".")[0] for path in paths}
            # What a person can set as well is a value of its own.
            if not field.related and not field.readonly:
                depends[name] = set()
        found, grown = set(names), True
        while grown:
            more = {n for n, on in depends.items() if on & found} - found
            grown = bool(more)
            found |= more
        return found


def _is_own(field):
    """Say whether a field shows a record of the flywheel, or a value of one."""
    if field.related and field.related.split(".")[0] == "flywheel_profile_id":
        return True
    return (field.comodel_name or "").startswith("flywheel.")
