# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelFactWrong(models.TransientModel):
    """Dialogue that asks why facts are wrong."""

    _name = "flywheel.fact.wrong"
    _description = "Mark Facts Wrong"

    fact_ids = fields.Many2many("flywheel.fact", string="Facts")
    reason = fields.Char(required=True)

    def action_mark_wrong(self):
        """Mark the facts wrong; what was known before counts again."""
        self.ensure_one()
        self.fact_ids.mark_wrong(self.reason)
        return {"type": "ir.actions.act_window_close"}
