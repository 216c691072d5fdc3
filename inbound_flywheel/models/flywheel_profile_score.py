# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

# What the rules on people decide.
EVALUATED = ("fit_score", "fit_grade", "persona_id", "persona_confidence")
# What their evaluation reads by SQL.
WEIGHED = {
    "flywheel.profile": ["company_id"],
    "flywheel.fit.rule": ["points"],
    "flywheel.persona": ["company_id", "min_confidence", "sequence"],
    "flywheel.persona.rule": ["active", "persona_id", "weight"],
}


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    fit_explanation = fields.Html(compute="_compute_fit_explanation")

    # ------------------------------------------------------------------
    # Engagement
    # ------------------------------------------------------------------
    def explain(self):
        """Explain the engagement score.

        :return: a list of dicts, the latest first: ``rule`` and ``rule_id``, ``type``
            (code), ``touchpoint`` (what happened), ``summary``, ``date`` (UTC),
            ``until`` (UTC, from when it no longer counts; False for never),
            ``points`` (when earned) and ``now`` (worth today). The ``now`` of all
            lines add up to ``engagement_score``.
        :raise AccessError: the caller may not read this person
        """
        self.ensure_one()
        self.check_access("read")
        return [
            {
                "rule": award.rule_id.name,
                "rule_id": award.rule_id.id,
                "type": award.touchpoint_id.type_id.code,
                "touchpoint": award.touchpoint_id.type_id.name,
                "summary": award.touchpoint_id.summary or "",
                "date": award.date,
                "until": award.until,
                "points": award.points,
                "now": award.points_now,
            }
            for award in self.env["flywheel.award"].search(
                [("profile_id", "=", self.id)], order="date desc, id desc"
            )
        ]

    def action_adjust(self):
        """Open the dialogue for a manual adjustment of the score."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_adjust_action"
        )
        action["context"] = {"default_profile_id": self.id}
        return action

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name == "engagement_score":
            # The factor is the same for everybody: without it, the index serves.
            field_name = "momentum"
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _profiling_changed(self):
        """Stop scoring people who object, and start again for those who agree."""
        touchpoints = self.env["flywheel.touchpoint"].search(
            [("profile_id", "in", self.ids)]
        )
        touchpoints._apply()

    # ------------------------------------------------------------------
    # Fit, grade, persona
    # ------------------------------------------------------------------
    def _evaluate(self):
        """Have fit, grade and persona evaluated before anybody reads them.

        The ORM collects such requests and runs them once, in bulk.
        """
        for name in EVALUATED:
            self.env.add_to_compute(self._fields[name], self)
        # What other models show of it is worked out anew as well.
        self.env["flywheel.profile.mixin"]._invalidate_picture()

    def _watch(self, names):
        """Evaluate the rules that read what has changed of people themselves, on the
        person or on a record that shows it.

        :param names: the names of the fields that have changed
        """
        models = [self, *self.env["flywheel.profile.mixin"]._get_concrete_models()]
        watched = {
            name
            for rules in ("flywheel.fit.rule", "flywheel.persona.rule")
            for model in models
            for name in self.env[rules]._get_watched_fields(model._name)
        }
        if watched & set(names):
            # sudo: rules say the same of everybody, whoever saves
            self.sudo()._evaluate()

    @api.depends("persona_locked", "no_profiling")
    def _compute_evaluation(self):
        # sudo: rules say the same of everybody, whoever looks
        found = self.sudo()._read_evaluation(self.ids) if self.ids else {}
        limits = self.env["flywheel.score.model"]._get_thresholds()
        graded = bool(self._get_fit_rules())
        for profile in self:
            points, persona_id, confidence = found.get(profile.id, (0.0, False, 0.0))
            if profile.no_profiling:
                points, persona_id, confidence = 0.0, False, 0.0
            if profile.persona_locked:
                persona_id = profile.persona_id.id
                confidence = profile.persona_confidence
            scored = graded and not profile.no_profiling
            profile.fit_score = points
            profile.fit_grade = limits.get_grade(points) if scored else False
            profile.persona_id = persona_id
            profile.persona_confidence = confidence

    @api.model
    def _read_evaluation(self, ids):
        """Return {profile id: (fit points, persona id, confidence)}."""
        for model, names in WEIGHED.items():
            self.env[model].flush_model(names)
        fit, best = self._get_evaluation_sql(ids)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(fit.profile_id, best.profile_id),
                       COALESCE(fit.points, 0), best.persona_id,
                       COALESCE(best.confidence, 0)
                  FROM (%s) fit
             FULL JOIN (%s) best ON best.profile_id = fit.profile_id
                """,
                fit,
                best,
            )
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _evaluate_all(self):
        """Give everybody fit, grade and persona by the rules, in one statement.

        :return: the people who changed
        """
        self.env.flush_all()
        fit, best = self._get_evaluation_sql(None)
        limits = self.env["flywheel.score.model"]._get_thresholds()
        rows = self.env.execute_query(
            SQL(
                """
                WITH fit AS (%(fit)s), best AS (%(best)s),
                wanted AS (
                    SELECT p.id, COALESCE(fit.points, 0) AS points, CASE
                               WHEN NOT %(graded)s THEN NULL
                               WHEN COALESCE(fit.points, 0) >= %(a)s THEN 'A'
                               WHEN COALESCE(fit.points, 0) >= %(b)s THEN 'B'
                               WHEN COALESCE(fit.points, 0) >= %(c)s THEN 'C'
                               ELSE 'D' END AS grade,
                           CASE WHEN p.persona_locked THEN p.persona_id
                                ELSE best.persona_id END AS persona_id,
                           CASE WHEN p.persona_locked THEN p.persona_confidence
                                ELSE COALESCE(best.confidence, 0) END AS confidence
                      FROM flywheel_profile p
                 LEFT JOIN fit ON fit.profile_id = p.id
                 LEFT JOIN best ON best.profile_id = p.id
                     WHERE NOT p.no_profiling
                )
                UPDATE flywheel_profile p
                   SET fit_score = w.points, fit_grade = w.grade,
                       persona_id = w.persona_id, persona_confidence = w.confidence
                  FROM wanted w
                 WHERE p.id = w.id
                   AND (p.fit_score IS DISTINCT FROM w.points
                        OR p.fit_grade IS DISTINCT FROM w.grade
                        OR p.persona_id IS DISTINCT FROM w.persona_id
                        OR p.persona_confidence IS DISTINCT FROM w.confidence)
             RETURNING p.id
                """,
                fit=fit,
                best=best,
                graded=bool(self._get_fit_rules()),
                a=limits.a,
                b=limits.b,
                c=limits.c,
            )
        )
        self.invalidate_model(EVALUATED, flush=False)
        self._invalidate_picture()
        return self.browse([row[0] for row in rows])

    @api.model
    def _get_evaluation_sql(self, ids):
        """Return the queries for fit points and for the best persona of people.

        :param ids: limit to these people; None for all
        """
        fit = SQL("SELECT 0 AS profile_id, 0 AS points WHERE FALSE")
        matches = self._get_fit_rules()._get_matches_sql(ids)
        if matches is not None:
            fit = SQL(
                """
                SELECT h.profile_id, SUM(r.points) AS points
                  FROM (%s) h
                  JOIN flywheel_fit_rule r ON r.id = h.rule_id
              GROUP BY h.profile_id
                """,
                matches,
            )
        return fit, self._get_best_persona_sql(ids)

    @api.model
    def _get_fit_rules(self):
        """Return the fit rules in force, with full rights."""
        return (
            self.env["flywheel.fit.rule"]
            .sudo()
            .browse(self.env["flywheel.fit.rule"]._get_ids_in_force())
        )

    @api.model
    def _get_persona_rules(self):
        """Return the persona criteria in force, with full rights."""
        return (
            self.env["flywheel.persona.rule"]
            .sudo()
            .browse(self.env["flywheel.persona.rule"]._get_ids_in_force())
        )

    @api.model
    def _get_best_persona_sql(self, ids):
        """Return a query of (profile_id, persona_id, confidence), a row a person.

        Confidence is the matched share of the weight of a persona's criteria.
        """
        matches = self._get_persona_rules()._get_matches_sql(ids)
        if matches is None:
            return SQL(
                "SELECT 0 AS profile_id, 0 AS persona_id, 0 AS confidence WHERE FALSE"
            )
        return SQL(
            """
            SELECT DISTINCT ON (candidate.profile_id)
                   candidate.profile_id, candidate.persona_id, candidate.confidence
              FROM (SELECT h.profile_id, r.persona_id,
                           SUM(r.weight) / MIN(total.weight) AS confidence
                      FROM (%(matches)s) h
                      JOIN flywheel_persona_rule r ON r.id = h.rule_id
                      JOIN (SELECT persona_id, SUM(weight) AS weight
                              FROM flywheel_persona_rule
                             WHERE active GROUP BY persona_id) total
                        ON total.persona_id = r.persona_id
                  GROUP BY h.profile_id, r.persona_id) candidate
              JOIN flywheel_persona persona ON persona.id = candidate.persona_id
              JOIN flywheel_profile profile ON profile.id = candidate.profile_id
             WHERE candidate.confidence >= persona.min_confidence
               AND (persona.company_id IS NULL
                    OR persona.company_id = profile.company_id)
          ORDER BY candidate.profile_id, candidate.confidence DESC,
                   persona.sequence, persona.id
            """,
            matches=matches,
        )

    @api.depends("fit_score", "fit_grade", "persona_id")
    def _compute_fit_explanation(self):
        """Name the rules and criteria that a person meets."""
        for profile in self:
            lines = Markup()
            for rule, weight in profile._get_matched_rules():
                lines += Markup("<tr><td>%s</td><td class='text-end'>%s</td></tr>") % (
                    rule,
                    weight,
                )
            table = Markup("<table class='table table-sm mb-0'>%s</table>")
            profile.fit_explanation = (
                self.env._("This person objects to profiling: not scored.")
                if profile.no_profiling
                else table % lines
                if lines
                else self.env._("No rule or criterion holds for this person.")
            )

    def _get_matched_rules(self):
        """Return (name, worth) of every fit rule and criterion that holds."""
        self.ensure_one()
        matched = []
        for rules in (self._get_fit_rules(), self._get_persona_rules()):
            query = rules._get_matches_sql(self.ids)
            if query is None:
                continue
            ids = {row[1] for row in self.env.execute_query(query)}
            for rule in rules.browse(
                [rule_id for rule_id in rules.ids if rule_id in ids]
            ):
                if rule._name == "flywheel.fit.rule":
                    worth = self.env._("%(points)+g fit points", points=rule.points)
                    matched.append((rule.name, worth))
                else:
                    persona = rule.persona_id.name
                    text = self.env._("speaks for %(persona)s", persona=persona)
                    matched.append((rule.name, text))
        return matched

    @api.model
    def _cron_evaluate(self):
        """Catch what no save announces: dates that pass, renamed tags, imports."""
        self._evaluate_all()
