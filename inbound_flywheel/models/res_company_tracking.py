# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_tracking = fields.Selection(
        [
            ("objection", "Everybody, unless they object"),
            ("consent", "Only people who agreed"),
            ("nobody", "Nobody"),
        ],
        string="Track Opens, Clicks and Visits Of",
        required=True,
        default="objection",
        prefetch="flywheel",
    )
