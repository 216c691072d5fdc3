# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError

from .common import SurveyCase


class TestPrivacy(SurveyCase):
    """What stays, what is handed out, and who may see what."""

    def test_deleted_sources(self):
        done = self.fill({self.q_need: "A lamp"}, partner=self.wang)
        person = self.wang.flywheel_profile_id
        line, fact = self.lines(person, "survey"), self.fact(self.need, person)
        done.unlink()
        self.assertEqual(line.with_user(self.mara).summary, "Where you stand")
        self.assertEqual(fact.with_user(self.rita).answer_label, "A lamp")
        self.survey.unlink()
        self.wang.unlink()
        self.assertTrue(line.exists())
        self.assertEqual(self.fact(self.need, person).answer, "A lamp")

    def test_a_deleted_survey_was_read_before(self):
        self.fill({self.q_need: "A lamp"}, partner=self.wang, take_over=False)
        self.survey.unlink()
        person = self.wang.flywheel_profile_id
        self.assertEqual(self.fact(self.need, person).answer, "A lamp")

    def test_a_deleted_question_of_the_register(self):
        self.budget.unlink()
        self.assertFalse(self.q_budget.flywheel_question_id)
        self.fill({self.q_budget: "7"}, partner=self.wang)
        self.assertFalse(self.wang.flywheel_profile_id.fact_ids)

    def test_what_is_kept_of_a_person(self):
        done = self.fill({self.q_need: "A lamp"}, partner=self.wang)
        # Started by link, never finished.
        started = self.survey._create_answer(email="wang@example.com")
        other = self.fill({self.q_email: "other@example.com", self.q_need: "B"})
        records = self.wang.flywheel_profile_id._get_personal_records()
        self.assertEqual(records["survey.user_input"], done | started)
        lines = records["survey.user_input.line"]
        self.assertIn("A lamp", lines.mapped("value_text_box"))
        self.assertFalse(lines & other.user_input_line_ids)

    def test_users_without_rights_on_surveys(self):
        done = self.fill({self.q_need: "A lamp"}, partner=self.wang)
        for user in (self.rita, self.sam, self.pia):
            with self.assertRaises(AccessError):
                done.with_user(user).read(["email"])
            with self.assertRaises(AccessError):
                done.with_user(user).action_flywheel_again()
        with self.assertRaises(AccessError):
            done.with_user(self.sue).read(["persona_id"])
        self.assertTrue(done.with_user(self.sue).read(["email"]))
        with self.assertRaises(AccessError):
            self.survey.with_user(self.sue).action_flywheel_results()

    def test_nobody_chooses_whose_answers_they_are(self):
        done = self.fill({self.q_need: "A lamp"}, partner=self.wang)
        other = self.env["res.partner"].create({"name": "X", "email": "x@example.com"})
        other._flywheel_ensure_profiles()
        with self.assertRaises(AccessError):
            done.with_user(self.mara).flywheel_profile_id = other.flywheel_profile_id

    def test_not_profiled(self):
        self.wang._flywheel_ensure_profiles()
        person = self.wang.flywheel_profile_id
        self.env["flywheel.consent"].create(
            {
                "profile_id": person.id,
                "purpose": "profiling",
                "kind": "withdrawn",
                "method": "form",
            }
        )
        self.fill({self.q_need: "A lamp"}, partner=self.wang)
        self.assertEqual(len(self.lines(person, "survey")), 1)
        self.assertEqual(person.engagement_score, 0)
