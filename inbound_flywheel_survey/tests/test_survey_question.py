# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import Form

from .common import SurveyCase


class TestQuestion(SurveyCase):
    """Linking a question of a survey to the register."""

    def test_choices_are_found_by_name(self):
        choices = self.q_size.suggested_answer_ids.sorted("sequence")
        self.assertEqual(choices[0].flywheel_option_id, self.small)
        self.assertEqual(choices[1].flywheel_option_id, self.large)
        self.assertFalse(self.q_size.flywheel_misfit)

    def test_kinds_that_do_not_fit(self):
        question = self.ask("Words", "char_box", self.size)
        self.assertIn("cannot answer", question.flywheel_misfit)
        question.question_type = "matrix"
        self.assertIn("cannot answer", question.flywheel_misfit)
        question.flywheel_question_id = self.need
        question.question_type = "char_box"
        self.assertFalse(question.flywheel_misfit)

    def test_choices_that_stand_for_nothing(self):
        question = self.ask("Size", "simple_choice", self.size, ["Small", "Huge"])
        self.assertIn("Huge", question.flywheel_misfit)
        self.assertNotIn("Small", question.flywheel_misfit)
        question.suggested_answer_ids[1].flywheel_option_id = self.large
        self.assertFalse(question.flywheel_misfit)

    def test_values_are_checked(self):
        choice = self.q_alone.suggested_answer_ids[0]
        with self.assertRaisesRegex(ValidationError, "neither yes nor no"):
            choice.flywheel_value = "perhaps"
        with self.assertRaisesRegex(ValidationError, "another question"):
            choice.flywheel_option_id = self.small

    def test_linked_elsewhere(self):
        self.q_size.flywheel_question_id = self.need
        self.assertFalse(self.q_size.suggested_answer_ids.flywheel_option_id)

    def test_form(self):
        form = Form(self.q_size.with_user(self.mara))
        form.flywheel_question_id = self.need
        self.assertFalse(form.flywheel_misfit)
        form.flywheel_question_id = self.budget
        self.assertIn("stand for", form.flywheel_misfit)

    def test_linked_in_the_survey(self):
        form = Form(self.survey.with_user(self.mara))
        with form.question_and_page_ids.edit(1) as question:
            question.flywheel_question_id = self.env["flywheel.question"]
        with form.question_and_page_ids.new() as question:
            question.title = "What else?"
            question.flywheel_question_id = self.need
        form.save()
        self.assertFalse(self.q_need.flywheel_question_id)
        added = self.survey.question_ids.filtered(lambda q: q.title == "What else?")
        self.assertEqual(added.flywheel_question_id, self.need)

    def test_values_are_found_by_name(self):
        question = self.ask("Sure?", "simple_choice", self.alone, ["Yes", "no", "Hm"])
        values = question.suggested_answer_ids.sorted("sequence").mapped(
            "flywheel_value"
        )
        self.assertEqual(values, ["yes", "no", False])
        self.assertIn("Hm", question.flywheel_misfit)
        question.suggested_answer_ids[2].flywheel_value = "no"
        self.assertFalse(question.flywheel_misfit)
        question.flywheel_question_id = self.budget
        self.assertFalse(any(question.suggested_answer_ids.mapped("flywheel_value")))

    def test_values_while_they_are_typed(self):
        form = Form(self.q_alone.with_user(self.mara))
        with form.suggested_answer_ids.new() as choice:
            self.assertFalse(choice.flywheel_value)
            choice.value = "Yes"
            self.assertEqual(choice.flywheel_value, "yes")
            choice.value = "No"
            self.assertEqual(choice.flywheel_value, "no")
        form.save()

    def test_editors_without_the_flywheel(self):
        survey = self.survey.with_user(self.sue)
        form = Form(survey)
        form.title = "Another"
        form.save()
        question = self.q_size.with_user(self.sue)
        self.assertNotIn("flywheel_question_id", Form(question)._view["fields"])
        question.title = "How many?"
        question.suggested_answer_ids[0].value = "tiny"
        copied = survey.copy()
        linked = copied.sudo().question_ids.filtered("flywheel_question_id")
        self.assertEqual(len(linked), 5)
        options = linked.suggested_answer_ids.flywheel_option_id
        self.assertEqual(options, self.small | self.large)
        self.assertTrue(survey.user_input_ids.browse().search([]) is not None)
        survey.unlink()

    def test_known_already(self):
        self.assertFalse(self.q_need.flywheel_known_text)
        self.fill({self.q_need: "A lamp"}, partner=self.wang)
        another = self.survey.copy()
        page = another.with_user(self.admin)
        page._create_answer(partner=self.wang, check_attempts=False)
        page._create_answer(email="li@example.com", check_attempts=False)
        text = another.question_ids.filtered(
            lambda q: q.flywheel_question_id == self.need
        ).flywheel_known_text
        self.assertIn("1 of 2", text)
        # An answer that no longer holds has to be asked for.
        self.fact(self.need, self.wang.flywheel_profile_id).valid_until = "2026-01-01"
        another.question_ids.invalidate_recordset()
        text = another.question_ids.filtered(
            lambda q: q.flywheel_question_id == self.need
        ).flywheel_known_text
        self.assertIn("0 of 2", text)

    def test_results_by_persona(self):
        persona = self.env["flywheel.persona"].create({"name": "Saver"})
        self.wang.persona_id = persona
        done = self.fill({self.q_need: "A"}, partner=self.wang)
        action = self.survey.with_user(self.mara).action_flywheel_results()
        Input = self.env["survey.user_input"].with_user(self.mara)
        groups = Input._read_group(action["domain"], ["persona_id"], ["id:recordset"])
        self.assertEqual(groups, [(persona, done)])
