# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .flywheel_profile_mixin import GROUP


class ResPartner(models.Model):
    _inherit = "res.partner"

    mql_definition = fields.Text(
        related="flywheel_profile_id.mql_definition", groups=GROUP
    )
    handover_box_text = fields.Html(
        related="flywheel_profile_id.handover_box_text", groups=GROUP
    )
