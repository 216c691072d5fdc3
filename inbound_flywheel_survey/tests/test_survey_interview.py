# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError

from .common import SurveyCase


class TestInterview(SurveyCase):
    """A survey is the guide of interviews."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.persona = cls.env["flywheel.persona"].create({"name": "Saver"})
        cls.survey.flywheel_persona_id = cls.persona
        cls.guest = cls.env["res.partner"].create(
            {"name": "Chen", "email": "chen@example.com"}
        )

    def plan(self, **values):
        return self.env["flywheel.interview"].create(
            {
                "persona_id": self.persona.id,
                "partner_id": self.guest.id,
                "interviewer_id": self.mara.id,
                "date": "2026-06-20 09:00:00",
                **values,
            }
        )

    def said(self, interview, asked):
        return interview.line_ids.filtered(lambda li: li.question_id == asked).answer

    def test_an_open_interview_is_held(self):
        interview = self.plan()
        done = self.fill(
            {self.q_need: "A lamp", self.q_size: self.choice(self.q_size, 1)},
            partner=self.guest,
        )
        self.assertEqual(interview.state, "held")
        self.assertEqual(interview.date, done.end_datetime)
        self.assertEqual(self.said(interview, self.need), "A lamp")
        self.assertEqual(self.said(interview, self.size), "Large")
        self.assertEqual(done.flywheel_interview_id, interview)
        self.assertEqual(self.persona.interview_count, 1)
        interview.with_user(self.mara).action_take_over()
        self.assertIn(
            "A lamp", interview.answer_ids.mapped("answer"), "an answer of the persona"
        )

    def test_what_was_noted_stays(self):
        interview = self.plan()
        line = interview.line_ids.filtered(lambda li: li.question_id == self.need)
        line.answer = "A chair"
        self.fill({self.q_need: "A lamp"}, partner=self.guest)
        self.assertEqual(line.answer, "A chair")

    def test_nobody_is_interviewed_by_accident(self):
        interview = self.plan()
        self.survey.flywheel_persona_id = False
        self.fill({self.q_need: "A lamp"}, partner=self.guest)
        self.survey.flywheel_persona_id = self.persona
        typed = self.fill({self.q_email: "chen@example.com", self.q_need: "A lamp"})
        self.assertIn("Interview", typed.flywheel_note)
        self.env["flywheel.consent"].create(
            {
                "profile_id": self.guest.flywheel_profile_id.id,
                "purpose": "contact",
                "kind": "withdrawn",
                "method": "form",
            }
        )
        # Called off by it, and planned again by mistake.
        interview.state = "planned"
        refused = self.fill({self.q_need: "A lamp"}, partner=self.guest)
        self.assertIn("does not want", refused.flywheel_note)
        self.assertEqual(interview.state, "planned")
        with self.assertRaisesRegex(UserError, "does not want"):
            refused.with_user(self.mara).action_flywheel_interview()

    def test_button(self):
        done = self.fill({self.q_email: "li@example.com", self.q_need: "A lamp"})
        self.assertFalse(done.flywheel_interview_id)
        action = done.with_user(self.mara).action_flywheel_interview()
        interview = self.env["flywheel.interview"].browse(action["res_id"])
        self.assertEqual(interview.state, "held")
        self.assertEqual(interview.person_name, "li@example.com")
        self.assertEqual(interview.profile_id, self.person("li@example.com"))
        self.assertEqual(self.said(interview, self.need), "A lamp")
        self.assertEqual(self.persona.interview_count, 1)
        again = done.with_user(self.mara).action_flywheel_interview()
        self.assertEqual(again["res_id"], interview.id)

    def test_button_needs_a_persona_and_rights(self):
        done = self.fill({self.q_need: "A lamp"}, partner=self.guest)
        with self.assertRaises(AccessError):
            done.with_user(self.rita).action_flywheel_interview()
        with self.assertRaises(AccessError):
            done.with_user(self.sue).action_flywheel_interview()
        self.survey.flywheel_persona_id = False
        with self.assertRaisesRegex(UserError, "persona"):
            done.with_user(self.mara).action_flywheel_interview()
        self.guest.persona_id = self.persona
        done.with_user(self.mara).action_flywheel_interview()
        self.assertEqual(self.persona.interview_count, 1)
