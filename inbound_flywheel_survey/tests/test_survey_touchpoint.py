# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tools import mute_logger

from .common import SurveyCase

LOGGER = "odoo.addons.inbound_flywheel_survey.models.survey_user_input"


class TestTouchpoint(SurveyCase):
    """Whoever finishes a survey has one line in the ledger."""

    def survey_lines(self, person):
        return self.lines(person, "survey")

    def test_finished_once(self):
        done = self.fill({self.q_need: "A lamp"}, partner=self.wang)
        person = self.wang.flywheel_profile_id
        line = self.survey_lines(person)
        self.assertEqual(line.content, "Where you stand")
        self.assertEqual((line.res_model, line.res_id), (done._name, done.id))
        self.assertFalse(line.pending)
        done._mark_done()
        done.action_flywheel_again()
        self.take_over()
        self.assertEqual(self.survey_lines(person), line)

    def test_only_finished_counts(self):
        self.survey._create_answer(partner=self.wang)
        self.take_over()
        self.assertFalse(self.survey_lines(self.wang.flywheel_profile_id))

    def test_the_request_appends_and_no_more(self):
        self.fill({self.q_need: "A lamp"}, partner=self.wang, take_over=False)
        line = self.survey_lines(self.wang.flywheel_profile_id)
        self.assertTrue(line.pending)
        self.assertFalse(self.fact(self.need, self.wang.flywheel_profile_id))

    def test_tests_never_count(self):
        entry = self.survey._create_answer(user=self.env.user, test_entry=True)
        entry._save_lines(self.q_email, "tester@example.com")
        entry._mark_done()
        self.take_over()
        self.assertFalse(entry.flywheel_state)
        self.assertFalse(self.person("tester@example.com"))

    def test_score_and_certificate(self):
        self.survey.write(
            {
                "scoring_type": "scoring_without_answers",
                "certification": True,
                "scoring_success_min": 50,
            }
        )
        quiz = self.ask(
            "2 + 2", "simple_choice", None, ["3", "4"], is_scored_question=True
        )
        quiz.suggested_answer_ids[1].write({"is_correct": True, "answer_score": 10})
        self.fill({quiz: self.choice(quiz, 1)}, partner=self.wang)
        line = self.survey_lines(self.wang.flywheel_profile_id)
        self.assertEqual(line.value, 100)
        self.assertEqual(line.content, "Where you stand: 100 %, passed")

    def test_nobody_until_known(self):
        done = self.fill({self.q_need: "A lamp"})
        self.assertEqual(done.flywheel_state, "nobody")
        self.assertFalse(done.flywheel_profile_id)
        done.partner_id = self.wang
        self.take_over()
        self.assertEqual(done.flywheel_state, "done")
        self.assertEqual(len(self.survey_lines(self.wang.flywheel_profile_id)), 1)

    def test_colleagues_are_no_customers(self):
        done = self.fill({self.q_need: "A lamp"}, user=self.sam)
        self.assertEqual(done.flywheel_state, "nobody")
        typed = self.fill({self.q_email: self.sam.email or "x@example.com"})
        if self.sam.email:
            self.assertEqual(typed.flywheel_state, "nobody")
        self.assertFalse(self.sam.partner_id.flywheel_profile_id)

    def test_an_error_of_ours_is_not_the_visitors(self):
        Input = type(self.env["survey.user_input"])
        with (
            patch.object(Input, "_flywheel_record", side_effect=ValueError("boom")),
            self.assertLogs(LOGGER, "WARNING"),
        ):
            done = self.fill({self.q_need: "A"}, partner=self.wang, take_over=False)
        self.assertEqual((done.state, done.flywheel_state), ("done", "pending"))
        self.take_over()
        self.assertEqual(len(self.survey_lines(self.wang.flywheel_profile_id)), 1)

    def test_one_bad_answer_takes_no_other_with_it(self):
        good = self.fill({self.q_need: "A"}, partner=self.wang, take_over=False)
        bad = self.fill({self.q_email: "bad@example.com"}, take_over=False)
        Input = type(self.env["survey.user_input"])
        take = Input._flywheel_take_facts

        def broken(records):
            if records == bad:
                raise ValueError("boom")
            return take(records)

        with (
            patch.object(Input, "_flywheel_take_facts", broken),
            mute_logger(LOGGER),
        ):
            self.take_over()
        self.assertEqual(good.flywheel_state, "done")
        self.assertEqual(bad.flywheel_state, "failed")
        bad.with_user(self.mara).action_flywheel_again()
        self.assertEqual(bad.flywheel_state, "done")

    def test_live_session(self):
        self.survey.write(
            {"session_state": "in_progress", "session_start_time": self.env.cr.now()}
        )
        guest = self.survey._create_answer(partner=self.wang)
        guest._save_lines(self.q_need, "A lamp")
        silent = self.survey._create_answer(email="silent@example.com")
        with freeze_time("2026-06-15 13:00:00"):
            self.survey.with_user(self.sue).action_end_session()
        self.take_over()
        self.assertEqual(guest.flywheel_state, "done")
        self.assertFalse(silent.flywheel_state)
        self.assertEqual(len(self.survey_lines(self.wang.flywheel_profile_id)), 1)

    def test_scheduled_action(self):
        people = self.env["res.partner"].create(
            [{"name": f"P{i}", "email": f"p{i}@example.com"} for i in range(3)]
        )
        inputs = self.env["survey.user_input"]
        for partner in people:
            inputs |= self.fill({self.q_need: "A"}, partner=partner, take_over=False)
        cron = self.env.ref("inbound_flywheel_survey.cron_learn")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(set(inputs.mapped("flywheel_state")), {"done"})
        facts = self.env["flywheel.fact"].search(
            [("profile_id", "in", people.flywheel_profile_id.ids)]
        )
        self.assertEqual(len(facts), 3)

    def test_words_are_for_those_who_may_see_answers(self):
        self.fill({self.q_need: "A lamp"}, partner=self.wang)
        line = self.survey_lines(self.wang.flywheel_profile_id)
        self.assertEqual(line.with_user(self.mara).summary, "Where you stand")
        self.assertFalse(line.with_user(self.rita).summary)

    def test_it_earns_points(self):
        kind = self.env.ref("inbound_flywheel.touchpoint_type_survey")
        draft = self.env["flywheel.score.model"].create(
            {
                "name": "Survey",
                "rule_ids": [
                    Command.create(
                        {"name": "S", "type_ids": [(6, 0, kind.ids)], "points": 12}
                    )
                ],
            }
        )
        draft.action_activate()
        self.fill({self.q_need: "A lamp"}, partner=self.wang)
        self.assertAlmostEqual(self.wang.engagement_score, 12, 3)
