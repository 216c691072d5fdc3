# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import SurveyCase


class TestFact(SurveyCase):
    """Answers to linked questions are facts."""

    def answers(self):
        return {
            self.q_need: "A lamp",
            self.q_budget: "1200.5",
            self.q_since: "2026-02-01",
            self.q_alone: self.choice(self.q_alone, 1),
            self.q_size: self.choice(self.q_size, 0),
        }

    def test_every_kind(self):
        done = self.fill(self.answers(), partner=self.wang)
        person = self.wang.flywheel_profile_id
        self.assertFalse(done.flywheel_note)
        expected = {
            self.need: "A lamp",
            self.budget: "1200.5",
            self.since: "2026-02-01",
            self.alone: "no",
            self.size: "s",
        }
        for asked, answer in expected.items():
            self.assertEqual(self.fact(asked, person).answer, answer)
        fact = self.fact(self.size, person)
        self.assertEqual(fact.option_id, self.small)
        self.assertEqual(fact.source, "form")
        self.assertEqual(fact.confidence, "high")
        self.assertEqual(fact.channel_id.code, "web")
        self.assertEqual(fact.team, "marketing")
        self.assertEqual(fact.touchpoint_id, self.lines(person, "survey"))
        self.assertEqual(fact.date, done.end_datetime)
        self.assertEqual(done.with_user(self.mara).flywheel_fact_count, 5)
        taken = done.with_user(self.mara).flywheel_fact_ids
        self.assertEqual(len(taken), 5)
        self.assertEqual(
            taken.question_id, self.env["flywheel.question"].concat(*expected)
        )

    def test_scale_and_several_choices(self):
        scale = self.ask("0 to 10?", "scale", self.budget)
        several = self.ask("Which?", "multiple_choice", self.need, ["Red", "Blue"])
        chosen = [self.choice(several, 0), self.choice(several, 1)]
        self.fill({scale: "0", several: chosen}, partner=self.wang)
        person = self.wang.flywheel_profile_id
        self.assertEqual(self.fact(self.budget, person).answer, "0")
        self.assertEqual(self.fact(self.need, person).answer, "Red, Blue")

    def test_comment_beside_a_choice(self):
        self.q_size.write({"comments_allowed": True, "comment_count_as_answer": True})
        user_input = self.survey._create_answer(partner=self.wang)
        user_input._save_lines(self.q_size, [], "Medium")
        user_input._mark_done()
        self.take_over()
        self.assertFalse(self.fact(self.size, self.wang.flywheel_profile_id))
        self.assertIn("How many are you?", user_input.flywheel_note)

    def test_skipped_is_no_answer(self):
        done = self.fill({self.q_need: "", self.q_budget: ""}, partner=self.wang)
        self.assertEqual(done.flywheel_state, "done")
        self.assertFalse(done.flywheel_note)
        self.assertFalse(self.wang.flywheel_profile_id.fact_ids)

    def test_unlinked_and_persona_questions_are_no_facts(self):
        self.need.for_person = False
        self.q_budget.flywheel_question_id = False
        self.fill({self.q_need: "A lamp", self.q_budget: "3"}, partner=self.wang)
        self.assertFalse(self.wang.flywheel_profile_id.fact_ids)

    def test_repeated_answers(self):
        self.fill({self.q_need: "A lamp"}, partner=self.wang)
        person = self.wang.flywheel_profile_id
        self.fill({self.q_need: "A table"}, partner=self.wang)
        # Both within the second in which tests stand still.
        self.assertEqual(self.fact(self.need, person).answer, "A table")
        repeat = self.env["flywheel.fact.repeat"].search(
            [("profile_id", "=", person.id)]
        )
        self.assertEqual(repeat.outcome, "changed")

    def test_taken_over_once_more(self):
        done = self.fill(self.answers(), partner=self.wang)
        facts = self.wang.flywheel_profile_id.fact_ids
        done.action_flywheel_again()
        self.assertEqual(self.wang.flywheel_profile_id.fact_ids, facts)

    def test_markup_and_length(self):
        evil = "<script>alert(1)</script><b>bold</b> " + "x" * 10_000
        self.fill({self.q_need: evil}, partner=self.wang)
        answer = self.fact(self.need, self.wang.flywheel_profile_id).answer
        self.assertNotIn("<", answer)
        self.assertLessEqual(len(answer), 1000)

    def test_a_question_of_another_company(self):
        self.wang.company_id = self.company
        self.need.company_id = self.branch
        self.fill({self.q_need: "A lamp", self.q_budget: "3"}, partner=self.wang)
        person = self.wang.flywheel_profile_id
        self.assertEqual(person.fact_ids.question_id, self.budget)

    def test_preferred_channel(self):
        channel = self.env.ref("inbound_flywheel.question_channel")
        question = self.ask("How?", "simple_choice", channel, ["Phone", "Chat"])
        self.fill({question: self.choice(question, 0)}, partner=self.wang)
        self.assertEqual(self.wang.preferred_channel_id.code, "phone")

    def test_the_panel_shows_the_survey(self):
        done = self.fill({self.q_need: "A lamp"}, partner=self.wang)
        person = self.wang.flywheel_profile_id

        def known(user):
            return person.with_user(user).get_facts_panel()["known"][0]

        record = known(self.mara)["record"]
        self.assertEqual(record["name"], "Where you stand")
        self.assertEqual((record["model"], record["id"]), (done._name, done.id))
        # The answer is the person's; the survey is for those who may see it.
        self.assertNotIn("record", known(self.rita))
        self.survey.unlink()
        self.assertNotIn("record", known(self.mara))
        self.assertEqual(known(self.mara)["answer"], "A lamp")
