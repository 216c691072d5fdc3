# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_group_cases = fields.Integer(
        string="Customers of an Incident",
        default=3,
        help="Similar cases of so many different customers are proposed as one "
        "incident. 0: no incidents are proposed.",
    )
    flywheel_group_hours = fields.Integer(
        string="Hours of an Incident",
        default=72,
        help="Cases that came in within so many hours are compared.",
    )
    flywheel_group_likeness = fields.Integer(
        string="Likeness of an Incident (%)",
        default=40,
        help="How much alike the texts of two cases must be.",
    )

    _flywheel_group_check = models.Constraint(
        "CHECK (flywheel_group_cases >= 0 AND flywheel_group_cases <> 1"
        " AND flywheel_group_hours BETWEEN 1 AND 720"
        " AND flywheel_group_likeness BETWEEN 20 AND 100)",
        "An incident needs at least 2 customers (0: none is proposed), 1 to 720 hours "
        "and a likeness of 20 to 100 %.",
    )
