# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelPersona(models.Model):
    """Where evidence and figures meet: which questions our data help to answer, and
    from when on drift counts anew."""

    _inherit = "flywheel.persona"

    def _describe_team(self, questions, bank, answers):
        described = super()._describe_team(questions, bank, answers)
        probes = self._get_probes()
        known = set(
            questions.filtered(lambda q: any(probe.helps(q) for probe in probes)).ids
        )
        for row in described["questions"]:
            row["has_data"] = row["id"] in known
        return described

    def _close_review(self, outcome, note):
        """The people of the review are those that later ones are measured against."""
        result = super()._close_review(outcome, note)
        if outcome == "unchanged":
            # What was revised gets its reference with the approval.
            self._keep_reference()
        return result
