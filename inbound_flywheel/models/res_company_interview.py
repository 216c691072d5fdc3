# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_interview_target = fields.Integer(
        string="Interviews per Persona",
        default=15,
        help="How many people to interview before a persona is well founded.",
        prefetch="flywheel",
    )
    flywheel_consent_text = fields.Text(
        string="Words of Consent",
        translate=True,
        help="What interviewees are asked to agree to, on the guide. Empty: the usual "
        "words.",
        prefetch="flywheel",
    )

    _check_interview_target = models.Constraint(
        "CHECK (flywheel_interview_target > 0)",
        "The number of interviews per persona is positive.",
    )
