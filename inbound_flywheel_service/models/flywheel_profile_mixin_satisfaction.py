# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelProfileMixinSatisfaction(models.AbstractModel):
    """Shows on contacts, leads and cases that their person is unhappy."""

    _inherit = "flywheel.profile.mixin"

    flywheel_promotion_hold = fields.Boolean(
        related="flywheel_profile_id.promotion_hold",
        string="No Promotions",
        groups="inbound_flywheel.group_flywheel_user",
    )
