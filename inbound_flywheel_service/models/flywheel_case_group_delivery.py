# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelCaseGroupDelivery(models.Model):
    """That a case got an answer of its incident: each answer once."""

    _name = "flywheel.case.group.delivery"
    _inherit = "flywheel.case.part.mixin"
    _description = "Answer to a Case of an Incident"
    _order = "id desc"

    group_id = fields.Many2one(
        "flywheel.case.group", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="group_id.company_id", store=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Case", required=True, ondelete="cascade", index=True
    )
    round = fields.Integer(string="Answer", required=True)
    message_id = fields.Many2one("mail.message", ondelete="set null")
    error = fields.Char()

    _once_uniq = models.UniqueIndex("(group_id, ticket_id, round)")
