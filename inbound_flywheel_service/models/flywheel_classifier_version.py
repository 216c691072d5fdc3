# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class FlywheelClassifierVersion(models.Model):
    """What a classifier learned at one time, and how good that was.

    Shares are measured on cases that were held back from learning.
    """

    _name = "flywheel.classifier.version"
    _description = "Classifier Version"
    _order = "id desc"

    classifier_id = fields.Many2one(
        "flywheel.classifier", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="classifier_id.company_id", store=True)
    target = fields.Selection(related="classifier_id.target", store=True)
    number = fields.Integer(string="Version", required=True)
    date = fields.Datetime(
        string="Learned On", required=True, default=fields.Datetime.now
    )
    case_count = fields.Integer(string="Cases Learned From")
    outside_count = fields.Integer(
        string="None of These",
        help="Cases of which a person said that no value fits: they teach where to "
        "leave a case alone.",
    )
    held_back = fields.Integer(string="Cases Held Back")
    label_count = fields.Integer(string="Values")
    word_count = fields.Integer(string="Words and Pieces")
    goal = fields.Float(string="Precision Wanted (%)")
    threshold = fields.Float(
        help="Confidence from which a value is filled in.", digits=(16, 3)
    )
    abstains = fields.Boolean(string="Only Proposes")
    accuracy = fields.Float(
        aggregator="avg", help="Share of cases whose best value is right."
    )
    top3 = fields.Float(
        string="Among the Best Three",
        aggregator="avg",
        help="Share of cases with the right value among the three proposals.",
    )
    coverage = fields.Float(
        aggregator="avg",
        help="Share of cases for which it is sure enough to fill in a value.",
    )
    precision = fields.Float(
        aggregator="avg", help="Share of right ones among the values filled in."
    )
    outside_share = fields.Float(
        string="Rightly Left Alone",
        aggregator="avg",
        help="Of the cases to which no value fits, the share that gets none.",
    )
    label_ids = fields.One2many("flywheel.classifier.label", "version_id")
    confusion_ids = fields.One2many("flywheel.classifier.confusion", "version_id")

    @api.depends("number", "classifier_id")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(target)s, version %(number)s",
                target=version.classifier_id.display_name,
                number=version.number,
            )
