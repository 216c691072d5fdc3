# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    flywheel_contact_rule = fields.Selection(
        related="company_id.flywheel_contact_rule", readonly=False
    )
    flywheel_copy_rule = fields.Selection(
        related="company_id.flywheel_copy_rule", readonly=False
    )
    flywheel_reopen_days = fields.Integer(
        related="company_id.flywheel_reopen_days", readonly=False
    )
