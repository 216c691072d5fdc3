# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    flywheel_group_cases = fields.Integer(
        related="company_id.flywheel_group_cases", readonly=False
    )
    flywheel_group_hours = fields.Integer(
        related="company_id.flywheel_group_hours", readonly=False
    )
    flywheel_group_likeness = fields.Integer(
        related="company_id.flywheel_group_likeness", readonly=False
    )
