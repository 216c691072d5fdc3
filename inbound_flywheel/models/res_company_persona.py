# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .flywheel_persona import SECTIONS


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_review_months = fields.Integer(
        string="Personas Are Reviewed Every",
        default=6,
        help="Months from the approval or the last review of a persona to the next.",
        prefetch="flywheel",
    )
    flywheel_min_departments = fields.Integer(
        string="Departments That Take Part",
        default=3,
        help="A persona is approved only with contributors of so many departments.",
        prefetch="flywheel",
    )
    # What need not be filled, so that a new company asks for all sections.
    flywheel_optional_section_ids = fields.Many2many(
        "ir.model.fields",
        string="Sections That May Stay Empty",
        domain=[("model", "=", "flywheel.persona"), ("name", "in", SECTIONS)],
    )

    _check_flywheel_review_months = models.Constraint(
        "CHECK (flywheel_review_months > 0)",
        "The time to the next review is at least one month.",
    )
    _check_flywheel_min_departments = models.Constraint(
        "CHECK (flywheel_min_departments >= 0)",
        "The number of departments is zero or more.",
    )
