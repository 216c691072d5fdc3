# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettingsHelp(models.TransientModel):
    _inherit = "res.config.settings"

    flywheel_help_control = fields.Integer(
        related="company_id.flywheel_help_control", readonly=False
    )
    flywheel_help_months = fields.Integer(
        related="company_id.flywheel_help_months", readonly=False
    )
