# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelStageDecline(models.TransientModel):
    """Dialogue for declining proposed stages, with a reason."""

    _name = "flywheel.stage.decline"
    _description = "Decline Stage Proposals"

    proposal_ids = fields.Many2many("flywheel.stage.proposal", required=True)
    reason = fields.Char(help="Shown with the proposal; helps to better the rule.")

    def action_apply(self):
        """Decline."""
        self.ensure_one()
        self.proposal_ids.action_decline(self.reason)
        return {"type": "ir.actions.act_window_close"}
