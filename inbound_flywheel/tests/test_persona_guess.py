# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time

from .common import NOW
from .common_evidence import EvidenceCase


@freeze_time(NOW)
class TestGuess(EvidenceCase):
    def _listed(self):
        """Return the guesses on the list to verify."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_persona_answer_action_guesses"
        )
        domain = action["domain"]
        return self.env["flywheel.persona.answer"].search(
            [("persona_id", "=", self.persona.id), *literal_eval(domain)]
        )

    def _object(self, guess, user, reason="I doubt it"):
        action = guess.with_user(user).action_object()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
        )
        form.reason = reason
        form.save().action_object()

    def test_everybody_votes_once(self):
        guess = self.answer()
        for user in (self.rita, self.sid, self.sam, self.max):
            guess.with_user(user).action_agree()
        self.assertEqual((guess.agree_count, guess.object_count), (4, 0))
        self._object(guess, self.sam)
        self.assertEqual((guess.agree_count, guess.object_count), (3, 1))
        self.assertEqual(guess.objections, "Sam: I doubt it")
        self.assertEqual(guess.with_user(self.sam).my_vote, "object")
        guess.with_user(self.sam).action_agree()
        self.assertEqual((guess.agree_count, guess.object_count), (4, 0))
        with self.quiet(), self.assertRaises(IntegrityError):
            guess.vote_ids.with_user(self.sam).create(
                {"answer_id": guess.id, "stance": "agree"}
            )

    def test_votes_are_ones_own(self):
        guess = self.answer()
        guess.with_user(self.sid).action_agree()
        vote = guess.vote_ids
        with self.assertRaises(AccessError):
            vote.with_user(self.sam).stance = "object"
        with self.assertRaises(AccessError):
            vote.with_user(self.sam).create(
                {"answer_id": guess.id, "user_id": self.rita.id, "stance": "agree"}
            )
        for user in (self.sid, self.mara):
            with self.assertRaises(AccessError):
                vote.with_user(user).unlink()

    def test_an_objection_has_a_reason(self):
        guess = self.answer()
        for reason in (None, " "):
            with self.assertRaises(ValidationError):
                guess.with_user(self.sam).vote("object", reason)

    def test_accepted_though_disputed(self):
        guess = self.answer(user=self.sid)
        self._object(guess, self.sam)
        self.assertEqual(guess.state, "proposed")
        guess.with_user(self.mara).action_accept()
        self.assertEqual(guess.state, "disputed")
        self.assertEqual(guess.accepted_by_id, self.mara)
        self.assertEqual(guess.objections, "Sam: I doubt it")
        self.assertEqual(self._listed(), guess)
        guess.with_user(self.sam).action_agree()
        self.assertEqual(guess.state, "accepted")
        self._object(guess, self.rita)
        self.assertEqual(guess.state, "disputed")

    def test_who_accepts(self):
        guess = self.answer(user=self.sam)
        for user in (self.rita, self.sid, self.sam):
            with self.assertRaises(AccessError):
                guess.with_user(user).action_accept()
        for values in (
            {"accepted_date": self.ago(days=1)},
            {"state": "accepted"},
            {"replaced_by_id": guess.id},
        ):
            for user in (self.sam, self.mara, self.max):
                with self.assertRaises(AccessError):
                    guess.with_user(user).write(values)
        self.persona.owner_id = self.sid
        guess.with_user(self.sid).action_accept()
        self.assertEqual(guess.state, "accepted")

    def test_the_owner_verifies(self):
        guess = self.answer()
        self.assertFalse(guess.activity_ids)
        guess.action_accept()
        guess.action_accept()
        self.assertRecordValues(
            guess.activity_ids,
            [
                {
                    "user_id": self.max.id,
                    "activity_type_id": self.env.ref(
                        "inbound_flywheel.mail_activity_type_verify"
                    ).id,
                }
            ],
        )
        self.persona.owner_id = self.mara
        self.assertEqual(guess.activity_ids.user_id, self.mara)
        self.backed(user=self.sid)
        self.assertFalse(guess.activity_ids)

    def test_evidence_replaces_it(self):
        guess = self.answer()
        self._object(guess, self.sam)
        guess.action_accept()
        elsewhere = self.answer("Boss", question_id=self.second.id)
        answer = self.backed(user=self.sid)
        self.assertEqual(guess.replaced_by_id, answer)
        self.assertEqual(guess.state, "disputed")
        self.assertEqual(guess.object_count, 1)
        self.assertEqual(self._listed(), elsewhere)
        with self.assertRaises(UserError):
            guess.with_user(self.rita).action_agree()
        better = self.backed("Chat", confidence="high")
        self.assertEqual(guess.replaced_by_id, better)
        late = self.answer("Late guess")
        self.assertEqual(late.replaced_by_id, better)

    def test_it_comes_back_without_evidence(self):
        guess = self.answer()
        guess.action_accept()
        answer = self.backed()
        answer.active = False
        self.assertEqual(self._listed(), guess)
        self.assertTrue(guess.activity_ids)
        answer.active = True
        self.assertFalse(self._listed())
        answer.question_id = self.second
        self.assertEqual(self._listed(), guess)
        answer.question_id = self.question
        answer.with_user(self.max).unlink()
        self.assertEqual(self._listed(), guess)

    def test_what_was_voted_on_stays(self):
        guess = self.answer(user=self.sam)
        guess.answer = "Still my own"
        self._object(guess, self.sid)
        for values in ({"answer": "Else"}, {"source": "data", "evidence": "It is"}):
            with self.assertRaises(UserError):
                guess.write(values)

    def test_no_vote_on_evidence(self):
        answer = self.backed()
        with self.assertRaises(UserError):
            answer.action_agree()
        with self.assertRaises(UserError):
            answer.action_accept()
