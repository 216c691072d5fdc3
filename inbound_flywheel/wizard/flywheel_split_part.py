# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelSplitPart(models.TransientModel):
    """A person who was merged into another, and could be taken out again."""

    _name = "flywheel.split.part"
    _description = "Part of a Person"

    split_id = fields.Many2one("flywheel.split", required=True, ondelete="cascade")
    chosen = fields.Boolean(string="Split Off")
    origin_id = fields.Integer(required=True)
    name = fields.Char()
    addresses = fields.Char()
    touchpoint_count = fields.Integer(string="Touchpoints")
    last_date = fields.Datetime(string="Last Touchpoint")
