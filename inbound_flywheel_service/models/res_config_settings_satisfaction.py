# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettingsSatisfaction(models.TransientModel):
    _inherit = "res.config.settings"

    flywheel_rating_pause_days = fields.Integer(
        related="company_id.flywheel_rating_pause_days", readonly=False
    )
    flywheel_nps_active = fields.Boolean(
        related="company_id.flywheel_nps_active", readonly=False
    )
    flywheel_nps_months = fields.Integer(
        related="company_id.flywheel_nps_months", readonly=False
    )
    flywheel_nps_per_day = fields.Integer(
        related="company_id.flywheel_nps_per_day", readonly=False
    )
    flywheel_nps_stage_ids = fields.Many2many(
        related="company_id.flywheel_nps_stage_ids", readonly=False
    )
    flywheel_recovery_days = fields.Integer(
        related="company_id.flywheel_recovery_days", readonly=False
    )
    flywheel_referral = fields.Selection(
        related="company_id.flywheel_referral", readonly=False
    )
    flywheel_referral_months = fields.Integer(
        related="company_id.flywheel_referral_months", readonly=False
    )
    flywheel_referral_url = fields.Char(
        related="company_id.flywheel_referral_url", readonly=False
    )
