# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class FlywheelStill(models.TransientModel):
    """Dialogue for what a person says about their own interest: somebody who buys
    every spring has not lapsed in winter."""

    _name = "flywheel.still"
    _description = "Still Interested"

    profile_id = fields.Many2one("flywheel.profile", required=True, string="Person")
    until = fields.Date(string="Interested Until", required=True)
    reason = fields.Char(string="In Their Words", required=True)

    def action_apply(self):
        """Note it, as something that the person did."""
        self.ensure_one()
        self.profile_id.check_access("write")
        if self.until < fields.Date.context_today(self):
            raise UserError(self.env._("That day is over."))
        self.profile_id._declare_interest(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
