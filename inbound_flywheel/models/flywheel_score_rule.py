# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ..engine.awarding import RuleSpec
from .flywheel_profile_rule import check_domain, probe_domain


class FlywheelScoreRule(models.Model):
    """Points for something that happened."""

    _name = "flywheel.score.rule"
    _description = "Scoring Rule"
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

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                probe_domain(self.env["flywheel.touchpoint"], rule.domain)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of \"%(rule)s\" cannot be used: %(domain)s\n"
                        "%(error)s",
                        rule=rule.name,
                        domain=rule.domain,
                        error=error,
                    )
                ) from error

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


def touchpoint_condition(env, text):
    """Return a touchpoint domain as an SQL condition on the alias ``t``.

    :param text: the domain as text
    :return: an :class:`SQL`, or None when the domain is always true
    """
    # sudo: a rule says the same of a touchpoint whoever asks
    Touchpoint = env["flywheel.touchpoint"].sudo().with_context(active_test=False)
    domain = check_domain(Touchpoint, text)
    if domain.is_true():
        return None
    query = Query(env, "t", SQL.identifier(Touchpoint._table))
    condition = domain.optimize_full(Touchpoint)._to_sql(Touchpoint, "t", query)
    if len(query.from_clause.params) or " JOIN " in query.from_clause.code:
        # The condition needs tables of its own: keep them in a sub-select.
        matches = Touchpoint._search(Domain(domain), bypass_access=True)
        return SQL("t.id IN %s", matches.subselect())
    return condition
