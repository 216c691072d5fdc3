# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class FlywheelFitRule(models.Model):
    """Points for who somebody is, as opposed to what somebody does."""

    _name = "flywheel.fit.rule"
    _description = "Fit Rule"
    _inherit = [
        "flywheel.version.mixin",
        "flywheel.profile.rule",
        "flywheel.rule.statistic",
    ]

    points = fields.Float(default=10.0, help="Negative when it speaks against.")

    _key_uniq = models.UniqueIndex("(score_model_id, key)")

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._grades_changed()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - self._neutral_fields - {"name", "sequence"}:
            self._grades_changed()
        return result

    def unlink(self):
        score_models = self.score_model_id
        result = super().unlink()
        score_models.filtered(lambda m: m.state == "active")._evaluate_people()
        return result

    @api.model
    def _get_exported_fields(self):
        return [*super()._get_exported_fields(), "model"]

    @api.model
    def _get_force_domain(self):
        return [("score_model_id.state", "=", "active")]

    def _grades_changed(self):
        """Grade everybody anew if this concerns the model in force."""
        active = self.score_model_id.filtered(lambda model: model.state == "active")
        active._evaluate_people()

    # ------------------------------------------------------------------
    # Statistics
    # ------------------------------------------------------------------
    def _gather_units(self):
        return self.env["flywheel.history"]._gather_matches(self)

    def _get_statistics_sql(self):
        return SQL(
            """
            SELECT rule_id, who.people AS hits, who.people, was.won, was.lost
              FROM (SELECT rule_id, COUNT(*) AS people
                      FROM (SELECT DISTINCT m.rule_id, m.profile_id
                              FROM flywheel_match m
                              JOIN flywheel_profile p ON p.id = m.profile_id
                             WHERE NOT p.no_profiling) person
                  GROUP BY rule_id) who
         FULL JOIN (SELECT f.rule_id, COUNT(*) FILTER (WHERE c.won) AS won,
                           COUNT(*) FILTER (WHERE NOT c.won) AS lost
                      FROM flywheel_fit f JOIN flywheel_closed c USING (lead_id)
                  GROUP BY f.rule_id) was USING (rule_id)
            """
        )

    def _get_people_hits_sql(self):
        self.ensure_one()
        return SQL(
            """
            SELECT h.profile_id, 1 AS hits, %(points)s::float8 AS points
              FROM %(matches)s h
              JOIN flywheel_profile p ON p.id = h.profile_id
             WHERE NOT p.no_profiling
            """,
            points=self.points,
            matches=self._get_matches_sql(),
        )
