# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

GROUP = "inbound_flywheel.group_flywheel_user"


class FlywheelProfileMixin(models.AbstractModel):
    """Interests on contacts, leads and cases, for filters, rules and mailings."""

    _inherit = "flywheel.profile.mixin"

    page_group_ids = fields.Many2many(
        related="flywheel_profile_id.page_group_ids", groups=GROUP
    )
