# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompanyDesk(models.Model):
    _inherit = "res.company"

    flywheel_desk_owner_minutes = fields.Integer(
        string="Owner Within (Minutes)",
        default=30,
        help="A case without an owner for longer is dropped.",
    )
    flywheel_desk_wait_hours = fields.Integer(
        string="Answer Within (Hours)",
        default=48,
        help="A customer who waits longer is overdue, if no time was set for the "
        "answer.",
    )
    flywheel_desk_stuck_days = fields.Integer(
        string="Movement Within (Days)",
        default=14,
        help="A case on which nothing was written or planned, and whose stage did not "
        "change, for longer is stuck.",
    )
    flywheel_desk_user_id = fields.Many2one(
        "res.users",
        string="Looks After Cases Without a Team",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Is also told of the cases of teams without a leader.",
    )
