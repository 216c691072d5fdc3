# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .res_company_intake import COPY_RULES


class HelpdeskTicketTeamIntake(models.Model):
    _inherit = "helpdesk.ticket.team"

    flywheel_copy_rule = fields.Selection(
        COPY_RULES,
        string="Recipients of Copies Take Part",
        help="Who is named in To and Cc of a customer's mail and then gets the whole "
        "conversation. Empty: as the company's settings say.",
    )
