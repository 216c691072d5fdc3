# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _get_chats(self):
        # sudo: called for people whom the caller may read
        return self.env["flywheel.chat"].sudo().search([("profile_id", "in", self.ids)])

    def _move_lines(self, others):
        """Chats follow their person."""
        self.env["flywheel.chat"].flush_model(["profile_id"])
        self.env.cr.execute(
            SQL(
                "UPDATE flywheel_chat SET profile_id = %s WHERE profile_id = ANY(%s)",
                self.id,
                others.ids,
            )
        )
        self.env["flywheel.chat"].invalidate_model(["profile_id"], flush=False)
        return super()._move_lines(others)

    def _move_parts(self, other, *parts):
        """Chats follow their line in the ledger."""
        result = super()._move_parts(other, *parts)
        self.env.cr.execute(
            SQL(
                """
                UPDATE flywheel_chat c SET profile_id = t.profile_id
                  FROM flywheel_touchpoint t
                 WHERE t.profile_id = %s AND t.res_model = 'flywheel.chat'
                   AND t.res_id = c.id AND c.profile_id = %s
                """,
                other.id,
                self.id,
            )
        )
        self.env["flywheel.chat"].invalidate_model(["profile_id"], flush=False)
        return result

    # ------------------------------------------------------------------
    # What an operator sees while chatting
    # ------------------------------------------------------------------
    def _get_strip(self):
        """Return the picture of the person in a few words."""
        self.ensure_one()
        bands = dict(self._fields["score_band"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.display_name,
            "partner": self.partner_id.id,
            "persona": self.persona_id.display_name or "",
            "journey": self.journey_stage_id.name or "",
            "lifecycle": self.lifecycle_stage_id.name or "",
            "score": None if self.no_profiling else round(self.engagement_score),
            "band": bands.get(self.score_band, ""),
            "grade": self.fit_grade or "",
        }

    def _get_strip_facts(self):
        """Return what is known of the person, the latest first."""
        return [
            {
                "id": fact.id,
                "question": fact.question_id.name,
                "answer": fact.answer_label,
                "old": fact.is_expired,
            }
            for fact in self._get_known()
        ]

    def _get_strip_records(self):
        """Return what is open with the person, as far as the reader may see it.

        An addon whose records an operator should know of adds them.

        :return: list of dicts: title, model, and lines with id and name
        """
        Lead = self.env["crm.lead"]
        if not Lead.has_access("read"):
            return []
        leads = Lead.search(
            [("flywheel_profile_id", "=", self.id), ("won_status", "=", "pending")],
            limit=5,
        )
        return self._prepare_strip_records(self.env._("Open leads"), leads)

    def _prepare_strip_records(self, title, records):
        if not records:
            return []
        lines = [{"id": r.id, "name": r.display_name} for r in records]
        return [{"title": title, "model": records._name, "lines": lines}]
