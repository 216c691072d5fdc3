# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.contrast import FEW
from odoo.addons.inbound_flywheel.models.flywheel_persona_data import Probe

CHOICES = ("simple_choice", "multiple_choice")
NUMBERS = {"numerical_box": "value_numerical_box", "scale": "value_scale"}


class FlywheelPersona(models.Model):
    """Probe of surveys: what the people of a persona answered."""

    _inherit = "flywheel.persona"

    def _get_probes(self):
        return super()._get_probes() + [
            Probe(
                "survey",
                "people",
                tuple(self._get_surveyed().flywheel_question_id.ids),
                self.env._("What They Answered in Surveys"),
            )
        ]

    def _get_surveyed(self):
        """Return the survey questions that ask what the register of questions asks."""
        # sudo: the figures are for everybody who may read personas
        return (
            self.env["survey.question"]
            .sudo()
            .search(
                [
                    ("flywheel_question_id", "!=", False),
                    ("question_type", "in", [*CHOICES, *NUMBERS]),
                    # Surveys of a few are shown to these few.
                    "|",
                    ("survey_id.restrict_user_ids", "=", False),
                    ("survey_id.restrict_user_ids", "in", self.env.uid),
                ],
                order="survey_id, sequence, id",
            )
        )

    def _read_probe(self, probe, question=None):
        if question and probe.name == "survey":
            self = self.with_context(flywheel_question_id=question.id)
        return super()._read_probe(probe, question)

    def _probe_survey(self):
        questions, lines = self._get_surveyed(), []
        if wanted := self.env.context.get("flywheel_question_id"):
            questions = questions.filtered_domain(
                [("flywheel_question_id", "=", wanted)]
            )
        # Of a few people, an answer might be that of one.
        may_read = self.env["survey.user_input"].has_access("read")
        for question in questions:
            if question.question_type in NUMBERS:
                found = self._get_survey_figures(question)
            else:
                found = self._get_survey_choices(question)
            lines += [line for line in found if may_read or line["n"] >= FEW]
        return lines

    def _get_survey_answers_sql(self, question):
        """Return the answers ``l`` of people ``p`` to a question: of each person the
        latest time that it was answered."""
        for name in ("survey.user_input", "survey.user_input.line"):
            self.env[name].flush_model()
        self.env["flywheel.profile"].flush_model(["persona_id", "company_id"])
        return SQL(
            """(SELECT DISTINCT ON (i.flywheel_profile_id)
                       i.flywheel_profile_id, i.id
                  FROM survey_user_input i
                 WHERE i.survey_id = %(survey)s AND i.state = 'done'
                   AND i.test_entry IS NOT TRUE AND i.flywheel_profile_id IS NOT NULL
                   AND EXISTS (SELECT FROM survey_user_input_line a
                                WHERE a.user_input_id = i.id
                                  AND a.question_id = %(question)s
                                  AND a.skipped IS NOT TRUE)
              ORDER BY i.flywheel_profile_id, i.end_datetime DESC NULLS LAST, i.id DESC
               ) i
               JOIN survey_user_input_line l ON l.user_input_id = i.id
                AND l.question_id = %(question)s AND l.skipped IS NOT TRUE
               JOIN %(people)s p ON p.id = i.flywheel_profile_id""",
            survey=question.survey_id.id,
            question=question.id,
            people=self._get_people_sql(),
        )

    def _get_survey_choices(self, question):
        tables = self._get_survey_answers_sql(question)
        counts, _rows = self._read_values(
            SQL("l.suggested_answer_id"), tables, SQL("TRUE"), "COUNT(DISTINCT p.id)"
        )
        # Somebody with three choices is one of those who answered.
        sides = self._read_sides(SQL("COUNT(DISTINCT p.id)"), tables)
        totals = sides.get(True, (0,))[0], sides.get(False, (0,))[0]
        names = {choice.id: choice.value for choice in question.suggested_answer_ids}
        return self._distribution_lines(
            [(key, names[key] or "…", *both) for key, *both in counts if key in names],
            totals,
            self._get_survey_n(question, totals[0]),
            lambda value: self._get_survey_action(
                question, [("suggested_answer_id", "=", value)]
            ),
            lambda name: f"{question.title}: {name}",
        )

    def _get_survey_figures(self, question):
        column = SQL.identifier("l", NUMBERS[question.question_type])
        sides = self._read_sides(
            SQL("AVG(%s)::float8, COUNT(DISTINCT p.id)", column),
            self._get_survey_answers_sql(question),
        )
        mine, others = sides.get(True, (None, 0)), sides.get(False, (None, 0))
        if not mine[1]:
            return []
        return [
            self._figure_line(
                self.env._("%(question)s: on average", question=question.title),
                mine,
                others,
                self._number,
                self._get_survey_n(question, mine[1]),
                self._get_survey_action(question, []),
            )
        ]

    def _get_survey_n(self, question, count):
        return self.env._(
            "People who answered “%(survey)s”: %(count)s",
            survey=question.survey_id.title,
            count=count,
        )

    def _get_survey_action(self, question, domain):
        """Return the action that opens the answers of this persona's people."""
        domain = [("question_id", "=", question.id), ("skipped", "=", False), *domain]
        return self._get_list_action(
            "survey.user_input",
            self.env._("%(persona)s: %(list)s", persona=self.name, list=question.title),
            [
                ("persona_id", "=", self.id),
                ("state", "=", "done"),
                ("test_entry", "=", False),
                ("user_input_line_ids", "any", domain),
            ],
        )
