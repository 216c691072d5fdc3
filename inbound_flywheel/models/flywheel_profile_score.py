# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    fit_explanation = fields.Html(compute="_compute_fit_explanation")

    # ------------------------------------------------------------------
    # Engagement
    # ------------------------------------------------------------------
    def explain(self):
        """Explain the engagement score.

        :return: a list of dicts, the latest first: ``rule``, ``type`` (code),
            ``touchpoint`` (what happened), ``summary``, ``date`` (UTC),
            ``points`` (when earned) and ``now`` (worth today). The ``now`` of all
            lines add up to ``engagement_score``.
        :raise AccessError: the caller may not read this person
        """
        self.ensure_one()
        self.check_access("read")
        return [
            {
                "rule": award.rule_id.name,
                "type": award.touchpoint_id.type_id.code,
                "touchpoint": award.touchpoint_id.type_id.name,
                "summary": award.touchpoint_id.summary or "",
                "date": award.date,
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

    def _profiling_changed(self):
        """Stop scoring people who object, and start again for those who agree."""
        touchpoints = self.env["flywheel.touchpoint"].search(
            [("profile_id", "in", self.ids)]
        )
        touchpoints._apply()
        self._evaluate()

    # ------------------------------------------------------------------
    # Fit, grade, persona
    # ------------------------------------------------------------------
    @api.model
    def _evaluate_all(self):
        """Give everybody fit, grade and persona by the rules, in one statement.

        :return: the people who changed
        """
        return self._run_evaluation(None)

    def _evaluate(self):
        """Give these people fit, grade and persona by the rules.

        :return: those who changed
        """
        return self._run_evaluation(self.ids) if self else self

    @api.model
    def _run_evaluation(self, ids):
        fit_rules = self._get_fit_rules()
        persona_rules = self._get_persona_rules()
        limits = self.env["flywheel.score.model"]._get_thresholds()
        rows = self.env.execute_query(
            SQL(
                """
                WITH fit_hit AS (%(fit_hits)s),
                fit AS (
                    SELECT h.profile_id, SUM(r.points) AS points
                      FROM fit_hit h
                      JOIN flywheel_fit_rule r ON r.id = h.rule_id
                  GROUP BY h.profile_id
                ),
                person AS (
                    SELECT p.id, CASE WHEN p.no_profiling THEN 0
                                      ELSE COALESCE(fit.points, 0) END AS points
                      FROM flywheel_profile p
                 LEFT JOIN fit ON fit.profile_id = p.id
                     WHERE %(scope)s
                ),
                best AS (%(best)s),
                wanted AS (
                    SELECT p.id, n.points, CASE
                               WHEN p.no_profiling OR NOT %(graded)s THEN NULL
                               WHEN n.points >= %(a)s THEN 'A'
                               WHEN n.points >= %(b)s THEN 'B'
                               WHEN n.points >= %(c)s THEN 'C' ELSE 'D' END AS grade,
                           CASE WHEN p.persona_locked THEN p.persona_id
                                WHEN p.no_profiling THEN NULL
                                ELSE best.persona_id END AS persona_id,
                           CASE WHEN p.persona_locked THEN p.persona_confidence
                                WHEN p.no_profiling THEN 0
                                ELSE COALESCE(best.confidence, 0) END AS confidence
                      FROM person n
                      JOIN flywheel_profile p ON p.id = n.id
                 LEFT JOIN best ON best.profile_id = p.id
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
                fit_hits=fit_rules._get_matches_sql(ids) or SQL(
                    "SELECT NULL::int AS profile_id, NULL::int AS rule_id WHERE FALSE"
                ),
                scope=SQL("TRUE") if ids is None else SQL("p.id = ANY(%s)", list(ids)),
                best=self._get_best_persona_sql(persona_rules, ids),
                graded=bool(fit_rules),
                a=limits.a,
                b=limits.b,
                c=limits.c,
            )
        )
        if rows:
            self._invalidate_picture()
        return self.browse([row[0] for row in rows])

    @api.model
    def _get_fit_rules(self):
        rules = self.env["flywheel.score.model"]._get_active().fit_rule_ids
        return rules.filtered("active")

    @api.model
    def _get_persona_rules(self):
        # sudo: rules of all companies apply, each to the people it concerns
        return self.env["flywheel.persona.rule"].sudo().search(
            [("persona_id.active", "=", True)]
        )

    @api.model
    def _get_best_persona_sql(self, rules, ids):
        """Return a query of (profile_id, persona_id, confidence), a row a person.

        Confidence is the matched share of the weight of a persona's criteria.
        """
        matches = rules._get_matches_sql(ids)
        if matches is None:
            return SQL(
                "SELECT NULL::int AS profile_id, NULL::int AS persona_id,"
                " NULL::float8 AS confidence WHERE FALSE"
            )
        return SQL(
            """
            SELECT DISTINCT ON (profile_id) profile_id, persona_id, confidence
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
             WHERE confidence >= persona.min_confidence
               AND (persona.company_id IS NULL
                    OR persona.company_id = profile.company_id)
          ORDER BY profile_id, confidence DESC, persona.sequence, persona.id
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
            for rule in rules.with_env(self.env).sudo().filtered(lambda r: r.id in ids):
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
