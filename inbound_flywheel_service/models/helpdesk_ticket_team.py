# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    flywheel_acknowledge = fields.Boolean(
        string="Confirm Receipt",
        default=True,
        help="The customer gets a mail as soon as his case is in. Machines never do.",
    )
    flywheel_acknowledge_backend = fields.Boolean(
        string="Also for Cases Entered by Staff"
    )
