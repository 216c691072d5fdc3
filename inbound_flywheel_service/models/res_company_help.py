# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompanyHelp(models.Model):
    _inherit = "res.company"

    flywheel_help_control = fields.Integer(
        string="Control Group",
        default=10,
        help="Share of visitors, in percent, who get no suggestions while they type. "
        "Without such a group nobody knows what the articles save.",
    )
    flywheel_help_months = fields.Integer(
        string="Forget Visitors After",
        default=6,
        help="Months after which the person and the words of a visit are deleted. The "
        "figures stay.",
    )

    _flywheel_help_control_range = models.Constraint(
        "CHECK (flywheel_help_control BETWEEN 0 AND 50)",
        "The control group is between 0 and 50 percent of the visitors.",
    )
    _flywheel_help_months_range = models.Constraint(
        "CHECK (flywheel_help_months BETWEEN 1 AND 60)",
        "Visits are forgotten after 1 to 60 months.",
    )
