# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

TEMPERATURES = [("hot", "Hot"), ("warm", "Warm"), ("cool", "Cool"), ("cold", "Cold")]
GRADES = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]


class FlywheelPreviewPerson(models.TransientModel):
    """A person for whom a score model would change something, or whom a rule hits.

    Written by the preview alone, in bulk, and gone with it.
    """

    _name = "flywheel.preview.person"
    _inherit = "flywheel.person.row.mixin"
    _description = "Preview of a Person"
    _order = "score_then desc, id"

    preview_id = fields.Many2one(
        "flywheel.preview", required=True, readonly=True, ondelete="cascade", index=True
    )
    hits = fields.Integer(readonly=True, help="Lines that the rule gives.")
    score_now = fields.Float(readonly=True, aggregator="avg")
    score_then = fields.Float(readonly=True, aggregator="avg")
    band_now = fields.Selection(TEMPERATURES, string="Temperature Now", readonly=True)
    band_then = fields.Selection(TEMPERATURES, string="Temperature Then", readonly=True)
    fit_now = fields.Float(readonly=True, aggregator="avg")
    fit_then = fields.Float(readonly=True, aggregator="avg")
    grade_now = fields.Selection(GRADES, readonly=True)
    grade_then = fields.Selection(GRADES, readonly=True)
    move = fields.Selection(
        [("up", "Becomes Hot"), ("down", "No Longer Hot")], readonly=True
    )
