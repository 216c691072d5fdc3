# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

GROUP = "inbound_flywheel.group_flywheel_user"


class FlywheelSurveyNps(models.Model):
    """Who would recommend us: one row for each answer in a survey."""

    _name = "flywheel.survey.nps"
    _description = "Recommendations in Surveys"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "survey_id"
    _depends = {
        "survey.question": ["flywheel_nps"],
        "survey.survey": ["flywheel_company_id"],
        "survey.user_input": [
            "survey_id",
            "state",
            "test_entry",
            "end_datetime",
            "flywheel_profile_id",
        ],
        "survey.user_input.line": ["user_input_id", "question_id", "value_scale"],
        "flywheel.profile": ["persona_id", "journey_stage_id", "lifecycle_stage_id"],
    }

    date = fields.Datetime(string="Answered On", readonly=True)
    survey_id = fields.Many2one("survey.survey", readonly=True)
    user_input_id = fields.Many2one("survey.user_input", readonly=True)
    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", readonly=True, groups=GROUP
    )
    persona_id = fields.Many2one("flywheel.persona", readonly=True, groups=GROUP)
    journey_stage_id = fields.Many2one(
        "flywheel.stage", string="Journey", readonly=True, groups=GROUP
    )
    lifecycle_stage_id = fields.Many2one(
        "flywheel.stage", string="Lifecycle", readonly=True, groups=GROUP
    )
    company_id = fields.Many2one("res.company", readonly=True)
    category = fields.Selection(
        [
            ("promoter", "Promoter"),
            ("passive", "Passive"),
            ("detractor", "Detractor"),
        ],
        readonly=True,
        help="Promoters give 9 or 10, detractors 6 or less.",
    )
    answers = fields.Integer(string="Answers (n)", readonly=True)
    promoters = fields.Integer(readonly=True)
    passives = fields.Integer(readonly=True)
    detractors = fields.Integer(readonly=True)
    score = fields.Float(
        string="Recommendation (0 to 10)", aggregator="avg", readonly=True
    )
    nps = fields.Float(
        string="NPS",
        aggregator="avg",
        readonly=True,
        help="Part of promoters (9 or 10) less part of detractors (0 to 6), from -100 "
        "to 100.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, COALESCE(i.end_datetime, i.create_date) AS date,
                   i.survey_id, i.id AS user_input_id,
                   p.id AS profile_id, p.persona_id, p.journey_stage_id,
                   p.lifecycle_stage_id,
                   CASE WHEN p.id IS NULL THEN s.flywheel_company_id
                        ELSE p.company_id END AS company_id,
                   CASE WHEN l.value_scale >= 9 THEN 'promoter'
                        WHEN l.value_scale >= 7 THEN 'passive'
                        ELSE 'detractor' END AS category,
                   1 AS answers,
                   (l.value_scale >= 9)::int AS promoters,
                   (l.value_scale IN (7, 8))::int AS passives,
                   (l.value_scale <= 6)::int AS detractors,
                   l.value_scale::float8 AS score,
                   CASE WHEN l.value_scale >= 9 THEN 100.0
                        WHEN l.value_scale >= 7 THEN 0.0 ELSE -100.0 END::float8 AS nps
              FROM survey_user_input_line l
              JOIN survey_question q ON q.id = l.question_id AND q.flywheel_nps
              JOIN survey_user_input i ON i.id = l.user_input_id
               AND i.state = 'done' AND i.test_entry IS NOT TRUE
              JOIN survey_survey s ON s.id = i.survey_id
         LEFT JOIN flywheel_profile p ON p.id = i.flywheel_profile_id
             WHERE l.skipped IS NOT TRUE AND l.value_scale IS NOT NULL
            """
        )

    def action_open_answers(self):
        """Open everything that the person answered."""
        self.ensure_one()
        return self.user_input_id._get_records_action(name=self.env._("Answers"))
