# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelObjection(models.TransientModel):
    """Dialogue that asks why somebody objects to a guess."""

    _name = "flywheel.objection"
    _description = "Object to a Guess"

    answer_id = fields.Many2one(
        "flywheel.persona.answer", string="Question", required=True
    )
    guess = fields.Text(related="answer_id.answer", string="Guess")
    reason = fields.Text(required=True)

    def action_object(self):
        """Object."""
        self.ensure_one()
        self.answer_id.vote("object", self.reason)
        return {"type": "ir.actions.act_window_close"}
