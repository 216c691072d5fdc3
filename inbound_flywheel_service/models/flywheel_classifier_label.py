# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelClassifierLabel(models.Model):
    """How well one category, tag or priority is told from the others."""

    _name = "flywheel.classifier.label"
    _description = "Learned Value"
    _order = "case_count desc, id"

    version_id = fields.Many2one(
        "flywheel.classifier.version", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    label = fields.Char(required=True)
    name = fields.Char(string="Value", required=True)
    case_count = fields.Integer(string="Cases")
    learned = fields.Boolean(help="It has enough cases to be learned.")
    held_back = fields.Integer()
    precision = fields.Float(
        aggregator="avg", help="Of the cases it was given to, the share that is right."
    )
    recall = fields.Float(
        string="Found", aggregator="avg", help="Of its cases, the share that was found."
    )
