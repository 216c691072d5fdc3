# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import SurveyCase


class TestIdentity(SurveyCase):
    """Whose answers they are."""

    def test_typed_address_makes_a_person(self):
        done = self.fill({self.q_email: "New@Example.com", self.q_need: "A lamp"})
        person = self.person("new@example.com")
        self.assertEqual(done.flywheel_profile_id, person)
        self.assertEqual(done.flywheel_trust, "typed")
        fact = self.fact(self.need, person)
        self.assertEqual((fact.answer, fact.confidence), ("A lamp", "low"))
        self.assertEqual(fact.note, "Address typed in")

    def test_typed_address_replaces_nothing_sure(self):
        self.fill({self.q_need: "A lamp"}, partner=self.wang)
        person = self.wang.flywheel_profile_id
        done = self.fill(
            {
                self.q_email: "WANG@example.com",
                self.q_need: "Nothing",
                self.q_budget: "7",
            }
        )
        self.assertEqual(done.flywheel_profile_id, person)
        self.assertEqual(self.fact(self.need, person).answer, "A lamp")
        self.assertEqual(self.fact(self.budget, person).confidence, "low")
        self.assertIn("A lamp", done.flywheel_note)
        self.assertIn("Nothing", done.flywheel_note)
        # Who signs in is believed.
        self.fill({self.q_need: "A table", self.q_budget: "8"}, partner=self.wang)
        self.assertEqual(self.fact(self.need, person).answer, "A table")
        self.assertEqual(self.fact(self.budget, person).answer, "8")

    def test_typed_address_cannot_choose_the_channel(self):
        channel = self.env["flywheel.channel"].search([("code", "=", "chat")])
        self.wang.preferred_channel_id = channel
        asked = self.env.ref("inbound_flywheel.question_channel")
        question = self.ask("How?", "simple_choice", asked, ["Phone", "Chat"])
        self.fill(
            {self.q_email: "wang@example.com", question: self.choice(question, 0)}
        )
        self.assertEqual(self.wang.preferred_channel_id, channel)

    def test_address_in_the_link_is_typed(self):
        done = self.fill({self.q_need: "A"}, email="wang@example.com")
        self.assertEqual(done.flywheel_trust, "typed")

    def test_invited_by_address(self):
        self.survey.access_mode = "token"
        invited = self.survey.with_user(self.admin)._create_answer(
            email='"Li" <Li@Example.com>', check_attempts=False
        )
        answer = invited.with_user(self.env.ref("base.public_user")).sudo()
        answer._save_lines(self.q_need, "A lamp")
        answer._mark_done()
        self.take_over()
        self.assertEqual(invited.flywheel_trust, "login")
        self.assertEqual(
            self.fact(self.need, self.person("li@example.com")).confidence, "high"
        )

    def test_invited_and_gives_another_address(self):
        invited = self.survey.with_user(self.admin)._create_answer(
            email="li@example.com", check_attempts=False
        )
        answer = invited.with_user(self.env.ref("base.public_user")).sudo()
        answer._save_lines(self.q_email, "wang@example.com")
        answer._mark_done()
        self.take_over()
        self.assertEqual(invited.flywheel_trust, "typed")

    def test_signed_in_and_gives_another_address(self):
        done = self.fill(
            {self.q_email: "wang@example.com", self.q_need: "A"}, user=self.pia
        )
        self.assertEqual(
            done.flywheel_profile_id, self.pia.partner_id.flywheel_profile_id
        )
        self.assertFalse(self.wang.flywheel_profile_id.fact_ids)

    def test_no_address(self):
        done = self.fill({self.q_email: "not an address", self.q_need: "A"})
        self.assertEqual(done.flywheel_state, "nobody")
        self.assertFalse(done.flywheel_trust)

    def test_company(self):
        theirs = self.env["res.partner"].create(
            {
                "name": "Theirs",
                "email": "both@example.com",
                "company_id": self.branch.id,
            }
        )
        self.survey.flywheel_company_id = self.company
        done = self.fill({self.q_email: "both@example.com", self.q_need: "A"})
        self.assertNotEqual(done.flywheel_profile_id, theirs.flywheel_profile_id)
        self.assertEqual(done.flywheel_profile_id.company_id, self.company)
        self.survey.flywheel_company_id = self.branch
        done = self.fill({self.q_email: "both@example.com", self.q_need: "A"})
        self.assertEqual(done.flywheel_profile_id, theirs.flywheel_profile_id)

    def test_merged_people(self):
        done = self.fill({self.q_email: "old@example.com", self.q_need: "A lamp"})
        self.wang._flywheel_ensure_profiles()
        person = self.wang.flywheel_profile_id
        person._merge(done.flywheel_profile_id)
        done.invalidate_recordset()
        self.assertEqual(done.flywheel_profile_id, person)
        self.assertEqual(self.fact(self.need, person).answer, "A lamp")
        self.assertEqual(len(self.lines(person, "survey")), 1)
