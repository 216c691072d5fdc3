# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelSystemCall(models.Model):
    """One call of an outside system, and what came of it.

    Appended, never changed, so that systems that send at once do not meet.
    """

    _name = "flywheel.system.call"
    _description = "Call of an Outside System"
    _order = "id desc"
    _rec_name = "date"
    _log_access = False

    system_id = fields.Many2one(
        "flywheel.system", required=True, ondelete="cascade", index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    method = fields.Selection(
        [("touchpoints", "Touchpoints"), ("facts", "Facts")], required=True
    )
    sent = fields.Integer(string="Items", help="How many items it sent.")
    created = fields.Integer(string="New", help="Taken.")
    repeated = fields.Integer(help="There already: sent again.")
    refused = fields.Integer(help="Refused, for the reasons given.")
    errors = fields.Text(help="The first 20: place in the call, what, why.")
