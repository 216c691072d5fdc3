# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelChannel(models.Model):
    """A way in which people and the company reach each other."""

    _name = "flywheel.channel"
    _description = "Channel"
    _inherit = ["flywheel.cached.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    kind = fields.Selection(
        [("digital", "Digital"), ("human", "Human")],
        required=True,
        default="digital",
        help="Whether the person meets a screen or a human being.",
    )
    icon = fields.Char(
        default="fa-circle-o", help="Font Awesome class shown in time lines."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "This channel code exists already.")
