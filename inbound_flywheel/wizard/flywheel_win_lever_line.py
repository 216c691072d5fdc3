# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelWinLeverLine(models.TransientModel):
    """A period of the win rate, and what moved the rate in it."""

    _name = "flywheel.win.lever.line"
    _description = "Win Rate of a Period"

    lever_id = fields.Many2one("flywheel.win.lever", required=True, ondelete="cascade")
    name = fields.Char(string="Period")
    date_from = fields.Date()
    date_to = fields.Date()
    total = fields.Integer(string="Opportunities")
    junk = fields.Integer()
    won = fields.Integer()
    rate_all = fields.Float(string="With Junk")
    rate = fields.Float(string="Without Junk")
    compared = fields.Boolean(help="There is a period to compare with.")
    change = fields.Float()
    win_effect = fields.Float(string="By Wins")
    filter_effect = fields.Float(string="By the Filter")

    def _get_points(self, name):
        """Return an effect in percentage points, None where nothing is compared."""
        return [round(line[name] * 100, 2) if line.compared else None for line in self]
