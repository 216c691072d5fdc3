# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicketRecovery(models.Model):
    _inherit = "helpdesk.ticket"

    recovery_id = fields.Many2one(
        "flywheel.recovery",
        string="Being Won Back",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The customer is unhappy with this case, and somebody is at it.",
    )

    def action_recovery(self):
        """Open what is done to win the customer back."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Win the Customer Back"),
            "res_model": "flywheel.recovery",
            "res_id": self.recovery_id.id,
            "view_mode": "form",
            "target": "new",
        }
