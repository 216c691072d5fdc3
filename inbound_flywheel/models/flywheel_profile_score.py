# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    # ------------------------------------------------------------------
    # Engagement
    # ------------------------------------------------------------------
    def explain(self):
        """Explain the engagement score.

        :return: a list of dicts, the latest first: ``rule`` and ``rule_id``, ``type``
            (code), ``touchpoint`` (what happened), ``summary``, ``date`` (UTC),
            ``until`` (UTC, from when it no longer counts; False for never),
            ``points`` (when earned) and ``now`` (worth today). The ``now`` of all
            lines add up to ``engagement_score``.
        :raise AccessError: the caller may not read this person
        """
        self.ensure_one()
        self.check_access("read")
        return [
            {
                "rule": award.rule_id.name,
                "rule_id": award.rule_id.id,
                "type": award.touchpoint_id.type_id.code,
                "touchpoint": award.touchpoint_id.type_id.name,
                "summary": award.touchpoint_id.summary or "",
                "date": award.date,
                "until": award.until,
                "points": award.points,
                "now": award.points_now,
            }
            for award in self.env["flywheel.award"].search(
                [("profile_id", "=", self.id)], order="date desc, id desc"
            )
        ]

    def action_adjust(self):
        """Open the dialogue for a manual adjustment of the score."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_adjust_action"
        )
        action["context"] = {"default_profile_id": self.id}
        return action

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name == "engagement_score":
            # The factor is the same for everybody: without it, the index serves.
            field_name = "momentum"
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _profiling_changed(self):
        """Stop scoring people who object, and start again for those who agree."""
        touchpoints = self.env["flywheel.touchpoint"].search(
            [("profile_id", "in", self.ids)]
        )
        touchpoints._apply()
