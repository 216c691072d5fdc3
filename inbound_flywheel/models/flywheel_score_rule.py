# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..engine.awarding import RuleSpec
from .flywheel_condition_mixin import touchpoint_condition


class FlywheelScoreRule(models.Model):
    """Points for something that happened."""

    _name = "flywheel.score.rule"
    _description = "Scoring Rule"
    _inherit = ["flywheel.condition.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    score_model_id = fields.Many2one(
        "flywheel.score.model", required=True, ondelete="cascade", index=True
    )
    type_ids = fields.Many2many(
        "flywheel.touchpoint.type", string="Touchpoint Types", required=True
    )
    domain = fields.Char(
        string="Only If",
        default="[]",
        required=True,
        help="Condition on the touchpoint: campaign, value, summary…",
    )
    points = fields.Float(default=5.0, help="Negative to take points away.")
    per_value = fields.Boolean(
        string="Times Value", help="Multiply the points by the touchpoint's value."
    )
    cap = fields.Integer(
        string="At Most",
        help="How many touchpoints of a person count per period; the earliest ones "
        "do. 0 for no limit.",
    )
    cap_period = fields.Selection(
        [
            ("day", "per Day"),
            ("week", "per Week"),
            ("month", "per Month"),
            ("ever", "Ever"),
        ],
        string="Period",
        default="day",
        required=True,
        help="Calendar periods in UTC.",
    )

    _check_cap = models.Constraint(
        "CHECK (cap >= 0)", "The limit of a scoring rule is not negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.score_model_id._rules_changed()
        return rules

    def write(self, vals):
        models_before = self.score_model_id
        result = super().write(vals)
        if vals.keys() - {"name", "sequence"}:
            (models_before | self.score_model_id)._rules_changed()
        return result

    def unlink(self):
        score_models = self.score_model_id
        result = super().unlink()
        score_models.exists()._rules_changed()
        return result

    def _get_specs(self):
        """Return the rules that give points as :class:`RuleSpec`, their conditions
        on the alias ``t``."""
        return [
            RuleSpec(
                rule.id,
                rule.points,
                rule.per_value,
                rule.cap,
                rule.cap_period,
                tuple(rule.type_ids.ids),
                touchpoint_condition(self.env, rule.domain),
            )
            # Touchpoints of an archived type keep their points.
            for rule in self.sudo().with_context(active_test=False)
            if rule.type_ids and rule.points
        ]
