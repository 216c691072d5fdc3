# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelProfileTier(models.Model):
    """How far a person is heard, and how we serve him."""

    _inherit = "flywheel.profile"

    tier_id = fields.Many2one(
        "flywheel.tier",
        string="Service Tier",
        ondelete="set null",
        index="btree_not_null",
    )
    reach = fields.Integer(
        help="How many people read what this person publishes: followers, readers of "
        "a blog, members of a group.",
    )
