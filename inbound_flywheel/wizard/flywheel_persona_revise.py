# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelPersonaRevise(models.TransientModel):
    """Asks why a version is made, kept, or stays as it is."""

    _name = "flywheel.persona.revise"
    _description = "Revise a Persona"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, readonly=True, ondelete="cascade"
    )
    mode = fields.Selection(
        [("review", "Review"), ("revise", "Revise"), ("keep", "Keep")],
        required=True,
        default="revise",
    )
    outcome = fields.Selection(
        [("unchanged", "Nothing changes"), ("revised", "Make the next version")],
        required=True,
        default="unchanged",
    )
    reason = fields.Text(string="Why", required=True)
    version = fields.Integer(related="persona_id.version")
    profile_count = fields.Integer(related="persona_id.profile_count")
    review_reason = fields.Text(related="persona_id.review_reason")
    open_feedback_ids = fields.One2many(related="persona_id.open_feedback_ids")

    def action_confirm(self):
        """Do it.

        :raise UserError: the persona is not in a state for that
        """
        self.ensure_one()
        if self.mode == "keep":
            self.persona_id._keep_draft(self.reason)
        elif self.mode == "review" and self.outcome == "unchanged":
            self.persona_id._mark_reviewed(self.reason)
        else:
            self.persona_id._revise(self.reason)
        return {"type": "ir.actions.act_window_close"}
