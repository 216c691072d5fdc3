# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettingsDesk(models.TransientModel):
    _inherit = "res.config.settings"

    flywheel_desk_owner_minutes = fields.Integer(
        related="company_id.flywheel_desk_owner_minutes", readonly=False
    )
    flywheel_desk_wait_hours = fields.Integer(
        related="company_id.flywheel_desk_wait_hours", readonly=False
    )
    flywheel_desk_stuck_days = fields.Integer(
        related="company_id.flywheel_desk_stuck_days", readonly=False
    )
    flywheel_desk_user_id = fields.Many2one(
        related="company_id.flywheel_desk_user_id", readonly=False
    )
