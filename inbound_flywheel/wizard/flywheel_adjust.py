# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class FlywheelAdjust(models.TransientModel):
    """Dialogue for correcting a score by hand: a line in the ledger, with a reason."""

    _name = "flywheel.adjust"
    _description = "Adjust a Score"

    profile_id = fields.Many2one("flywheel.profile", required=True, string="Person")
    points = fields.Float(required=True, help="Negative to take points away.")
    reason = fields.Char(required=True)

    def action_apply(self):
        """Record the adjustment."""
        self.ensure_one()
        self.profile_id.check_access("write")
        if not self.points:
            raise UserError(self.env._("Say how many points."))
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "adjustment",
                    "profile_id": self.profile_id.id,
                    "value": self.points,
                    "summary": self.reason,
                    "user_id": self.env.uid,
                }
            ]
        )
        return {"type": "ir.actions.act_window_close"}
