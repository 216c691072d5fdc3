# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    flywheel_review_months = fields.Integer(
        related="company_id.flywheel_review_months", readonly=False
    )
    flywheel_min_departments = fields.Integer(
        related="company_id.flywheel_min_departments", readonly=False
    )
    flywheel_optional_section_ids = fields.Many2many(
        related="company_id.flywheel_optional_section_ids", readonly=False
    )
    flywheel_channel_id = fields.Many2one(
        related="company_id.flywheel_channel_id", readonly=False
    )
    flywheel_tone = fields.Selection(related="company_id.flywheel_tone", readonly=False)
    flywheel_contacts_per_month = fields.Integer(
        related="company_id.flywheel_contacts_per_month", readonly=False
    )
    flywheel_lapse_days = fields.Integer(
        related="company_id.flywheel_lapse_days", readonly=False
    )
    flywheel_interview_target = fields.Integer(
        related="company_id.flywheel_interview_target", readonly=False
    )
    flywheel_consent_text = fields.Text(
        related="company_id.flywheel_consent_text", readonly=False
    )
    flywheel_erasure_approval = fields.Boolean(
        related="company_id.flywheel_erasure_approval", readonly=False
    )
    flywheel_tracking = fields.Selection(
        related="company_id.flywheel_tracking", readonly=False
    )
