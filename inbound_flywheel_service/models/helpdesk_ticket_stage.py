# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    unsolved = fields.Boolean(
        string="Closes Without a Solution",
        help="For stages such as Cancelled, Rejected or Duplicate: cases that are "
        "closed here do not count as solved and are not suggested to colleagues.",
    )
