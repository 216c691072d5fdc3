# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..engine import evaluation
from ..engine.busy import gives_way

# What the rules on people decide.
EVALUATED = ("fit_score", "fit_grade", "persona_id", "persona_confidence")


class FlywheelProfile(models.Model):
    """Fit, grade and persona by the rules: on save of one record, or of everybody."""

    _inherit = "flywheel.profile"

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
        changes = []
        for profile in self:
            points, persona_id, confidence = found.get(profile.id, (0.0, False, 0.0))
            if profile.no_profiling:
                points, persona_id, confidence = 0.0, False, 0.0
            earlier = profile.persona_id.id
            if profile.persona_locked:
                persona_id = earlier
                confidence = profile.persona_confidence
            scored = graded and not profile.no_profiling
            profile.fit_score = points
            profile.fit_grade = limits.get_grade(points) if scored else False
            profile.persona_id = persona_id
            profile.persona_confidence = confidence
            if profile.id and (earlier or False) != (persona_id or False):
                changes.append((profile.id, earlier, persona_id, confidence))
        self.env["flywheel.persona.change"]._log(changes, "save")

    @api.model
    def _read_evaluation(self, ids):
        """Return {profile id: (fit points, persona id, confidence)}."""
        self.env["flywheel.profile"].flush_model(["company_id"])
        query = evaluation.evaluation_sql(self._get_plan(), ids)
        return {row[0]: row[1:] for row in self.env.execute_query(query)}

    @api.model
    def _evaluate_all(self):
        """Give everybody fit, grade and persona by the rules.

        :return: the people who changed
        """
        self.env.flush_all()
        # Compiled anew: of a hierarchy, a plan holds the members it had then.
        plan = self._make_plan(self._get_fit_rules(), self._get_persona_rules())
        # A query of its own: only such may use several processes.
        self.env["flywheel.history"]._create_table(
            "flywheel_wanted", self._get_wanted_sql(plan)
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH changed AS (
                    UPDATE flywheel_profile p
                       SET fit_score = w.points, fit_grade = w.grade,
                           persona_id = w.persona_id, persona_confidence = w.confidence
                      FROM flywheel_wanted w
                     WHERE p.id = w.id
                 RETURNING p.id, w.earlier_id, w.persona_id, w.confidence
                ), logged AS (%s)
                SELECT id FROM changed
                """,
                self.env["flywheel.persona.change"]._get_log_sql("changed"),
            )
        )
        self.invalidate_model(EVALUATED, flush=False)
        self.env["flywheel.persona.change"].invalidate_model(flush=False)
        self._invalidate_picture()
        return self.browse([row[0] for row in rows])

    @api.model
    def _get_wanted_sql(self, plan):
        """Return the query of the people of whom a plan says something new."""
        limits = self.env["flywheel.score.model"]._get_thresholds()
        return SQL(
            """
            SELECT * FROM (
                SELECT p.id, p.persona_id AS earlier_id, p.fit_score, p.fit_grade,
                       p.persona_confidence, COALESCE(e.points, 0) AS points,
                       CASE WHEN NOT %(graded)s THEN NULL
                            WHEN COALESCE(e.points, 0) >= %(a)s THEN 'A'
                            WHEN COALESCE(e.points, 0) >= %(b)s THEN 'B'
                            WHEN COALESCE(e.points, 0) >= %(c)s THEN 'C'
                            ELSE 'D' END AS grade,
                       CASE WHEN p.persona_locked THEN p.persona_id
                            ELSE e.persona_id END AS persona_id,
                       CASE WHEN p.persona_locked THEN p.persona_confidence
                            ELSE COALESCE(e.confidence, 0) END AS confidence
                  FROM flywheel_profile p
             LEFT JOIN (%(evaluation)s) e ON e.profile_id = p.id
                 WHERE NOT p.no_profiling) wanted
             WHERE fit_score IS DISTINCT FROM points
                OR fit_grade IS DISTINCT FROM grade
                OR earlier_id IS DISTINCT FROM persona_id
                OR persona_confidence IS DISTINCT FROM confidence
            """,
            evaluation=evaluation.evaluation_sql(plan),
            graded=bool(self._get_fit_rules()),
            a=limits.a,
            b=limits.b,
            c=limits.c,
        )

    @api.model
    @gives_way
    def _cron_evaluate(self):
        """Catch what no save announces: dates that pass, renamed tags, imports."""
        self._evaluate_all()

    # ------------------------------------------------------------------
    # The plan
    # ------------------------------------------------------------------
    @api.model
    def _get_plan(self):
        """Return the :class:`~..engine.evaluation.Plan` of the rules in force.

        Conditions may hold dates relative to today, and scores that fade: what was
        compiled serves for an hour.
        """
        now = fields.Datetime.now()
        return self._get_plan_of(now.replace(minute=0, second=0, microsecond=0))

    @api.model
    @tools.ormcache("hour")
    def _get_plan_of(self, hour):
        return self._make_plan(self._get_fit_rules(), self._get_persona_rules())

    @api.model
    def _make_plan(self, fit_rules, criteria):
        """Compile rules into a plan.

        :param fit_rules: fit rules, with full rights
        :param criteria: persona criteria, with full rights
        """
        rules = [*fit_rules, *criteria]
        places = {(rule._name, rule.id): place for place, rule in enumerate(rules)}
        by_model = {}
        for place, rule in enumerate(rules):
            condition = evaluation.Condition(place, *rule._get_row_condition())
            by_model.setdefault(rule.model, []).append(condition)
        sources = [
            evaluation.Source(*self._get_row_source(model), tuple(conditions))
            for model, conditions in by_model.items()
        ]
        candidates = [
            evaluation.Candidate(
                persona.id,
                persona.company_id.id,
                persona.min_confidence,
                tuple((places[rule._name, rule.id], rule.weight) for rule in group),
            )
            for persona, group in criteria.grouped("persona_id").items()
        ]
        if len(candidates) > 1:
            order = self._get_order()
            candidates.sort(key=lambda candidate: order[candidate.persona_id])
        return evaluation.Plan(
            len(rules),
            tuple(sources),
            tuple((places[rule._name, rule.id], rule.points) for rule in fit_rules),
            tuple(candidates),
            tuple(places),
        )

    @api.model
    def _get_order(self):
        """Return {persona id: place} of all personas: the first wins when equal."""
        personas = self.env["flywheel.persona"].sudo()
        personas = personas.with_context(active_test=False)
        ids = personas.search_fetch([], ["sequence"]).ids
        return {persona_id: place for place, persona_id in enumerate(ids)}

    @api.model
    def _get_row_source(self, model_name):
        """Return (table, link to the person) of a model that rules are about."""
        Model = self.env[model_name]
        name = "id" if model_name == self._name else "flywheel_profile_id"
        link = SQL.identifier(
            "t", name, to_flush=None if name == "id" else Model._fields[name]
        )
        return SQL.identifier(Model._table), link

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
