# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelClassifierConfusion(models.Model):
    """Two values that are taken for one another."""

    _name = "flywheel.classifier.confusion"
    _description = "Confused Values"
    _order = "case_count desc, id"

    version_id = fields.Many2one(
        "flywheel.classifier.version", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    actual = fields.Char(string="People Said", required=True)
    predicted = fields.Char(string="Classifier Said", required=True)
    case_count = fields.Integer(string="Cases")
