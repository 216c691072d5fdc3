# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..engine.awarding import RuleSpec, lines_sql
from ..engine.decay import epoch
from .flywheel_condition_mixin import touchpoint_condition


class FlywheelScoreRule(models.Model):
    """Points for something that happened."""

    _name = "flywheel.score.rule"
    _description = "Scoring Rule"
    _inherit = [
        "flywheel.version.mixin",
        "flywheel.condition.mixin",
        "flywheel.rule.statistic",
    ]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
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

    window_days = fields.Float(
        string="Counts For (days)",
        help="After so many days the line no longer counts at all, beside losing half "
        "its worth with each half-life. 0: it counts for good.",
    )
    date_start = fields.Date(
        string="From", help="Touchpoints before this day (UTC) do not count."
    )
    date_end = fields.Date(
        string="Until", help="Touchpoints after this day (UTC) do not count."
    )

    _check_cap = models.Constraint(
        "CHECK (cap >= 0)", "The limit of a scoring rule is not negative."
    )
    _check_window = models.Constraint(
        "CHECK (window_days >= 0)", "Days for which a line counts are not negative."
    )
    _check_dates = models.Constraint(
        "CHECK (date_start IS NULL OR date_end IS NULL OR date_end >= date_start)",
        "A scoring rule does not end before it starts.",
    )

    _key_uniq = models.UniqueIndex("(score_model_id, key)")

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.score_model_id._rules_changed()
        return rules

    def write(self, vals):
        models_before = self.score_model_id
        result = super().write(vals)
        if vals.keys() - self._neutral_fields - {"name", "sequence"}:
            (models_before | self.score_model_id)._rules_changed()
        return result

    def unlink(self):
        score_models = self.score_model_id
        result = super().unlink()
        score_models.exists()._rules_changed()
        return result

    @api.model
    def _get_exported_fields(self):
        names = ["per_value", "cap", "cap_period", "window_days"]
        return [*super()._get_exported_fields(), *names, "date_start", "date_end"]

    def _export(self):
        data = super()._export()
        for name in ("date_start", "date_end"):
            data[name] = self[name].isoformat() if self[name] else None
        codes = self.with_context(active_test=False).type_ids.mapped("code")
        return {**data, "types": sorted(codes)}

    @api.model
    def _import(self, data):
        types = self.env["flywheel.touchpoint.type"].with_context(active_test=False)
        ids = {kind.code: kind.id for kind in types.search([])}
        chosen = [ids[code] for code in data["types"]]
        return {**super()._import(data), "type_ids": [Command.set(chosen)]}

    def _get_specs(self):
        """Return the rules that give points as :class:`RuleSpec`, their conditions
        on the alias ``t``."""
        # Touchpoints of an archived type keep their points.
        rules = self.sudo().with_context(active_test=False)
        return [rule._get_spec() for rule in rules if rule.type_ids and rule.points]

    def _describe_cap(self):
        """Return in words how many events count, empty if all do."""
        self.ensure_one()
        if not self.cap:
            return ""
        texts = {
            "day": self.env._("at most %s per day", self.cap),
            "week": self.env._("at most %s per week", self.cap),
            "month": self.env._("at most %s per month", self.cap),
            "ever": self.env._("at most %s ever", self.cap),
        }
        return texts[self.cap_period]

    def _get_spec(self):
        self.ensure_one()
        starts, ends = self.date_start, self.date_end
        return RuleSpec(
            id=self.id,
            points=self.points,
            per_value=self.per_value,
            cap=self.cap,
            period=self.cap_period,
            type_ids=tuple(self.type_ids.ids),
            condition=touchpoint_condition(self.env, self.domain),
            window=self.window_days * 86400.0,
            starts=datetime.combine(starts, time.min) if starts else None,
            ends=datetime.combine(ends + timedelta(days=1), time.min) if ends else None,
        )

    # ------------------------------------------------------------------
    # Statistics
    # ------------------------------------------------------------------
    def _gather_units(self):
        return self.env["flywheel.history"]._gather_lines(self)

    def _get_statistics_sql(self):
        return SQL(
            """
            WITH person AS MATERIALIZED (
                SELECT rule_id, profile_id, COUNT(*) AS hits, MIN(date) AS date
                  FROM flywheel_line GROUP BY rule_id, profile_id
            )
            SELECT rule_id, who.hits, who.people, was.won, was.lost
              FROM (SELECT rule_id, SUM(hits) AS hits, COUNT(*) AS people
                      FROM person GROUP BY rule_id) who
         LEFT JOIN (SELECT p.rule_id, COUNT(*) FILTER (WHERE c.won) AS won,
                           COUNT(*) FILTER (WHERE NOT c.won) AS lost
                      FROM person p
                      JOIN flywheel_closed c
                        ON c.profile_id = p.profile_id AND p.date < c.date
                  GROUP BY p.rule_id) was USING (rule_id)
            """
        )

    def _get_people_hits_sql(self):
        self.ensure_one()
        decay = self.score_model_id._get_own_decay()
        lines = lines_sql(self._get_specs(), decay)
        if lines is None:
            return None
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT l.profile_id, COUNT(*) AS hits,
                   SUM(l.momentum) FILTER (WHERE l.until > %(now)s) * %(worth)s::float8
                   AS points
              FROM (%(lines)s) l
          GROUP BY l.profile_id
            """,
            now=now,
            worth=decay.worth(epoch(now)),
            lines=lines,
        )

    def action_open_hits(self):
        """Open the lines that the rule gives, if it is in force, else its people."""
        self.ensure_one()
        if self.score_model_id.state != "active":
            return super().action_open_hits()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_award_action"
        )
        action["domain"] = [("rule_id", "=", self.id)]
        action["display_name"] = self.env._("%(rule)s: hits", rule=self.name)
        return action
