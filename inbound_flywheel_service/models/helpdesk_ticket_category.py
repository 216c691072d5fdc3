# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    flywheel_effort = fields.Float(
        string="Effort",
        default=1.0,
        help="How much work a case of this category is, compared with a usual one: 2 "
        "counts twice. Used by the teams that share out work by effort.",
    )

    _flywheel_effort_positive = models.Constraint(
        "CHECK (flywheel_effort > 0)", "The effort must be more than 0."
    )
