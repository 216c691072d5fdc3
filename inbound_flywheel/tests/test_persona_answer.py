# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time

from .common import NOW
from .common_evidence import EvidenceCase


@freeze_time(NOW)
class TestAnswer(EvidenceCase):
    def _shown(self, user=None):
        """Return {question: what the page of the persona shows of it}."""
        page = self.persona.with_user(user or self.sam).get_evidence()
        return {row["name"]: row for team in page["teams"] for row in team["questions"]}

    def test_no_answer_without_a_source(self):
        with self.quiet(), self.assertRaises(IntegrityError):
            self.answer(source=False)

    def test_the_form_asks_for_the_source(self):
        form = Form(
            self.env["flywheel.persona.answer"]
            .with_user(self.sam)
            .with_context(
                default_persona_id=self.persona.id,
                default_question_id=self.question.id,
            )
        )
        form.answer = "Mail"
        with self.assertRaises(AssertionError):
            form.save()
        form.source = "guess"
        self.assertEqual(form.save().user_id, self.sam)

    def test_evidence_unless_it_is_a_guess(self):
        for source in ("data", "interview"):
            for evidence in (False, "  "):
                with self.assertRaises(ValidationError):
                    self.answer(source=source, evidence=evidence)
        with self.assertRaises(ValidationError):
            self.backed().evidence = " "
        with self.assertRaises(ValidationError):
            self.answer("  ")
        self.assertEqual(self.answer().state, "proposed")

    def test_an_interview_is_evidence(self):
        interview = self.interview()
        with self.assertRaises(ValidationError):
            self.answer(source="interview", interview_id=interview.id)
        interview.action_hold()
        answer = self.answer(source="interview", interview_id=interview.id)
        self.assertIn("06/16/2026", answer.evidence)
        self.assertNotIn("Chen", answer.evidence)
        other = self.persona.copy({"name": "Ben"})
        with self.assertRaises(ValidationError):
            self.answer(
                source="interview", interview_id=interview.id, persona_id=other.id
            )

    def test_several_answers_best_first(self):
        guess = self.answer("Guess", confidence="high")
        low = self.backed("Low", confidence="low")
        old = self.backed("Old", confidence="high", date="2026-01-01")
        new = self.backed("New", confidence="high", date="2026-06-01")
        self.assertEqual(self.persona.answer_ids, new | old | low | guess)
        texts = [row["answer"] for row in self._shown()["Which channels?"]["answers"]]
        self.assertEqual(texts, ["New", "Old", "Low", "Guess"])

    def test_figures_of_the_persona(self):
        self.assertEqual(
            (self.persona.answer_count, self.persona.question_count), (0, 2)
        )
        self.assertEqual(self.persona.guess_share, 0)
        self.answer()
        self.answer("Boss", question_id=self.second.id)
        self.assertEqual((self.persona.answer_count, self.persona.guess_share), (2, 1))
        self.backed()
        self.assertEqual(
            self.persona.evidence_counts,
            {"data": 1, "interview": 0, "guess": 1, "total": 2},
        )
        self.assertEqual(self.persona.guess_share, 0.5)
        self.assertEqual(self.persona.open_guess_count, 1)

    def test_a_new_question_is_asked_of_every_persona(self):
        approved = self.persona.copy({"name": "Ben"})
        approved.state = "approved"
        self.env["flywheel.question"].with_user(self.mara).create(
            {"name": "Which news?", "team": "marketing"}
        )
        for persona in (self.persona, approved):
            page = persona.with_user(self.sam).get_evidence()
            names = [row["name"] for row in page["teams"][0]["questions"]]
            self.assertIn("Which news?", names)
            self.assertEqual((page["teams"][0]["answered"]), 0)
            persona.invalidate_recordset()
            self.assertEqual(persona.question_count, 3)

    def test_answers_outlive_the_question(self):
        self.backed()
        self.question.active = False
        self.persona.invalidate_recordset()
        shown = self._shown()["Which channels?"]
        self.assertFalse(shown["asked"])
        self.assertEqual(len(shown["answers"]), 1)
        self.assertEqual(
            (self.persona.answer_count, self.persona.question_count), (0, 1)
        )

    def test_teams_write_their_own(self):
        for user in (self.sid, self.sam, self.mara):
            self.assertEqual(self.answer(user=user).user_id, user)
        with self.assertRaises(AccessError):
            self.answer(user=self.rita)
        with self.assertRaises(AccessError):
            self.answer(user=self.sam, user_id=self.sid.id)
        own, other = self.answer(user=self.sam), self.answer(user=self.sid)
        own.answer = "Better"
        with self.assertRaises(AccessError):
            other.with_user(self.sam).answer = "Mine"
        other.with_user(self.mara).answer = "Clearer"

    def test_who_deletes_evidence(self):
        answer = self.backed(user=self.sam)
        for user in (self.rita, self.sid, self.sam, self.mara):
            with self.assertRaises(AccessError):
                answer.with_user(user).unlink()
        with self.assertRaises(AccessError):
            answer.with_user(self.sam).active = False
        with self.assertRaises(UserError):
            self.persona.with_user(self.mara).unlink()
        answer.with_user(self.mara).active = False
        answer.with_user(self.max).unlink()
        self.persona.with_user(self.mara).unlink()

    def test_another_company(self):
        self.persona.company_id = self.branch
        answer = self.backed(user=self.bea)
        self.assertFalse(answer.with_user(self.max).search([("id", "=", answer.id)]))
        for user in (self.rita, self.sam, self.mara):
            with self.assertRaises(AccessError):
                answer.with_user(user).read(["answer"])
            with self.assertRaises(AccessError):
                self.answer(user=user)
            with self.assertRaises(AccessError):
                self.persona.with_user(user).get_evidence()

    def test_questions_of_another_company(self):
        self.env["flywheel.question"].create(
            {"name": "Branch only?", "team": "sales", "company_id": self.branch.id}
        )
        self.persona.company_id = self.company
        self.assertNotIn("Branch only?", self._shown())
        self.assertEqual(self.persona.question_count, 2)

    def test_completeness_gaps_and_versions(self):
        parts = dict(self.persona._get_completeness_parts())
        self.assertFalse(any(parts.values()))
        self.answer()
        self.assertIn("Which channels?", self.persona._get_approval_gaps()[-1])
        self.backed()
        self.backed(question_id=self.second.id)
        self.persona.invalidate_recordset()
        done = [done for _text, done in self.persona._get_completeness_parts()][-2:]
        self.assertEqual(done, [True, False])
        gaps = self.persona._get_approval_gaps()
        self.assertFalse([gap for gap in gaps if "Which channels?" in gap])
        kept = self.persona._get_snapshot()["answer_ids"]
        self.assertEqual(
            [(line["label"]["en_US"], line["source"]["en_US"]) for line in kept],
            [
                ("Which channels?", "Historical Data"),
                ("Who decides?", "Historical Data"),
            ],
        )
        json.dumps(kept)

    def test_the_page_takes_few_queries(self):
        for number in range(12):
            self.backed(f"Answer {number}")
        self.env.invalidate_all()
        persona = self.persona.with_user(self.sam)
        persona.get_evidence()
        self.env.invalidate_all()
        # One of them is asked where there are surveys.
        with self.assertQueryCount(11):
            persona.get_evidence()
