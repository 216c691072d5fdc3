# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time

from .common import FlywheelCase


class FactCase(FlywheelCase):
    """A person, and short words for what is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        cls.wang = cls.env["flywheel.profile"].browse(
            cls.partner._get_profile_ids()[cls.partner.id]
        )

    def question(self, code):
        return self.env["flywheel.question"].search([("code", "=", code)])

    def note(self, code, answer, user=None, person=None, **values):
        """Note an answer as ``user`` (default sam) and return the fact."""
        return (
            self.env["flywheel.fact"]
            .with_user(user or self.sam)
            .create(
                {
                    "profile_id": (person or self.wang).id,
                    "question_id": self.question(code).id,
                    "answer": answer,
                    **values,
                }
            )
        )

    def current(self, code, person=None):
        """Return the answer that counts."""
        return self.env["flywheel.fact"].search(
            [
                ("profile_id", "=", (person or self.wang).id),
                ("question_id.code", "=", code),
                ("state", "=", "current"),
            ]
        )

    def repeats(self, person=None):
        return self.env["flywheel.fact.repeat"].search(
            [("profile_id", "=", (person or self.wang).id)], order="id"
        )


class TestFact(FactCase):
    def test_kinds_of_answers(self):
        for code, given, text, label in (
            ("need", "A lamp", "A lamp", "A lamp"),
            ("budget", "12,000", "12000", "12,000"),
            ("timing", "2026-08-01", "2026-08-01", "08/01/2026"),
            ("decider", "yes", "yes", "Yes"),
            ("priority", "The first", "first", "The first"),
        ):
            fact = self.note(code, given)
            self.assertEqual((fact.answer, fact.answer_label), (text, label))
        self.assertEqual(self.current("budget").answer_number, 12000)
        self.assertEqual(self.current("timing").answer_date, date(2026, 8, 1))
        self.assertEqual(self.current("priority").option_id.code, "first")
        with self.assertRaisesRegex(ValidationError, "budget.*lots is not a number"):
            self.note("budget", "lots")

    def test_who_when_and_how_long(self):
        fact = self.note("need", "A lamp", user=self.mara)
        self.assertRecordValues(
            fact,
            [
                {
                    "user_id": self.mara.id,
                    "team": "marketing",
                    "date": fields.Datetime.now(),
                    "valid_until": date(2026, 12, 12),
                    "state": "current",
                    "confidence": "high",
                    "is_expired": False,
                }
            ],
        )
        self.assertEqual(self.note("need", "x", user=self.sid).team, "service")
        self.assertEqual(self.note("need", "y").team, "sales")
        self.assertFalse(self.note("tone", "formal").valid_until)
        # What the question says later holds for later answers.
        self.question("need").validity_days = 1
        self.env.flush_all()
        self.assertEqual(fact.valid_until, date(2026, 12, 12))
        fact.valid_until = "2026-06-20"
        with freeze_time("2026-06-21"):
            fact.invalidate_recordset()
            self.assertTrue(fact.is_expired)
            expired = self.env["flywheel.fact"].search(
                [("is_expired", "=", True), ("id", "=", fact.id)]
            )
            self.assertEqual(expired, fact)

    def test_a_new_answer_replaces_the_old(self):
        first = self.note("need", "A lamp")
        second = self.note("need", "A torch")
        self.assertEqual(first.state, "replaced")
        self.assertEqual(first.replaced_by_id, second)
        self.assertEqual(first.answer, "A lamp")
        self.assertEqual(self.current("need"), second)

    def test_an_older_answer_does_not(self):
        late = self.note("need", "A torch")
        early = self.note("need", "A lamp", date=self.ago(days=3))
        middle = self.note("need", "A candle", date=self.ago(days=1))
        self.assertEqual(self.current("need"), late)
        self.assertEqual(early.replaced_by_id, middle)
        self.assertEqual(middle.replaced_by_id, late)

    def test_wrong(self):
        first = self.note("need", "A lamp", date=self.ago(days=3))
        second = self.note("need", "A torch")
        with self.assertRaises(UserError):
            second.mark_wrong(" ")
        with self.assertRaises(AccessError):
            second.with_user(self.rita).mark_wrong("I say so")
        second.with_user(self.sid).mark_wrong("Somebody else said so")
        self.assertRecordValues(
            second,
            [
                {
                    "state": "wrong",
                    "wrong_reason": "Somebody else said so",
                    "wrong_user_id": self.sid.id,
                }
            ],
        )
        self.assertEqual(self.current("need"), first)
        self.assertFalse(first.replaced_by_id)
        wizard = self.env["flywheel.fact.wrong"].with_user(self.sam)
        wizard.create({"fact_ids": first.ids, "reason": "Nor that"}).action_mark_wrong()
        self.assertFalse(self.current("need"))

    def test_what_was_said_stays(self):
        fact = self.note("need", "A lamp")
        for user in (self.sid, self.sam, self.mara, self.max):
            seen = fact.with_user(user)
            for values in (
                {"answer": "A torch"},
                {"state": "wrong"},
                {"date": self.ago(days=9)},
                {"user_id": user.id},
                {"profile_id": 1},
            ):
                with self.assertRaises(AccessError):
                    seen.write(values)
            seen.write({"note": "By the way", "confidence": "low"})
            if user != self.max:
                with self.assertRaises(AccessError):
                    seen.unlink()
        fact.with_user(self.max).unlink()

    def test_deleting_brings_the_answer_before_back(self):
        first = self.note("need", "A lamp", date=self.ago(days=3))
        self.note("need", "A torch").with_user(self.max).unlink()
        self.assertEqual(self.current("need"), first)

    def test_nobody_speaks_for_others(self):
        with self.assertRaises(AccessError):
            self.note("need", "A lamp", user_id=self.mara.id)
        fact = self.note("need", "A lamp", user=self.max, user_id=self.mara.id)
        self.assertEqual(fact.user_id, self.mara)
        # What follows from other facts is nobody's to say.
        fact = self.note("need", "A torch", state="wrong", wrong_reason="x")
        self.assertEqual(fact.state, "current")
        self.assertFalse(fact.wrong_reason)

    def test_another_company(self):
        partner = self.env["res.partner"].create(
            {"name": "Lin", "company_id": self.branch.id}
        )
        person = self.env["flywheel.profile"].browse(
            partner._get_profile_ids()[partner.id]
        )
        fact = self.note("need", "A lamp", user=self.bea, person=person)
        self.note("need", "A torch", user=self.bea, person=person)
        for model in ("flywheel.fact", "flywheel.fact.repeat"):
            domain = [("profile_id", "=", person.id)]
            for user in (self.rita, self.sam, self.max):
                self.assertFalse(self.env[model].with_user(user).search(domain))
            self.assertTrue(self.env[model].with_user(self.bea).search(domain))
        with self.assertRaises(AccessError):
            fact.with_user(self.sam).read(["answer"])
        with self.assertRaises(AccessError):
            self.note("need", "A torch", person=person)
        with self.assertRaises(AccessError):
            fact.with_user(self.sam).mark_wrong("Not mine")

    def test_form(self):
        with Form(self.env["flywheel.fact"].with_user(self.sam)) as form:
            form.profile_id = self.wang
            form.question_id = self.question("priority")
            form.option_id = self.question("priority").option_ids[0]
        self.assertEqual(self.current("priority").answer, "first")

    def test_form_warns(self):
        self.note("need", "A lamp", user=self.mara)
        form = Form(self.env["flywheel.fact"].with_user(self.sam))
        form.profile_id = self.wang
        form.question_id = self.question("budget")
        self.assertFalse(form.known_text)
        form.question_id = self.question("need")
        self.assertIn("A lamp (Said on 06/15/2026 to Mara)", form.known_text)

    # ------------------------------------------------------------------
    # Asked twice
    # ------------------------------------------------------------------
    def test_asked_twice(self):
        known = self.note("need", "A lamp", date=self.ago(days=3))
        same = self.note("need", "a LAMP", user=self.mara, date=self.ago(days=2))
        other = self.note("need", "A torch", source="form", date=self.ago(days=1))
        self.assertRecordValues(
            self.repeats(),
            [
                {
                    "fact_id": known.id,
                    "new_fact_id": same.id,
                    "outcome": "kept",
                    "user_id": self.mara.id,
                    "team": "marketing",
                },
                {
                    "fact_id": same.id,
                    "new_fact_id": other.id,
                    "outcome": "changed",
                    "user_id": self.sam.id,
                    "team": "sales",
                },
            ],
        )

    def test_not_asked_twice(self):
        # The first time; told by the way; long ago; nobody had said it; it was wrong.
        self.note("need", "A lamp", date=self.ago(days=400))
        self.note("need", "A torch", date=self.ago(days=3))
        self.note("need", "A candle", source="said")
        self.note("budget", "1", source="inferred", date=self.ago(days=3))
        self.note("budget", "2")
        self.note("tone", "formal", date=self.ago(days=3)).mark_wrong("Not so")
        self.note("tone", "casual")
        self.assertFalse(self.repeats())

    def test_in_one_go(self):
        question = self.question("need").id
        self.env["flywheel.fact"].with_user(self.sam).create(
            [
                {
                    "profile_id": self.wang.id,
                    "question_id": question,
                    "answer": text,
                    "date": self.ago(days=days),
                }
                for text, days in (("C", 1), ("A", 3), ("B", 2))
            ]
        )
        self.assertEqual(self.current("need").answer, "C")
        self.assertEqual(self.repeats().mapped("outcome"), ["changed", "changed"])

    # ------------------------------------------------------------------
    # The preferred channel
    # ------------------------------------------------------------------
    def test_the_channel_that_was_named(self):
        chat, sms = (
            self.env.ref(f"inbound_flywheel.channel_{name}") for name in ("chat", "sms")
        )
        self.note("channel", "chat")
        self.assertEqual(self.partner.preferred_channel_id, chat)
        self.partner.with_user(self.sam).preferred_channel_id = sms
        fact = self.current("channel")
        self.assertEqual(fact.option_id.channel_id, sms)
        self.assertEqual(fact.user_id, self.sam)
        fact.mark_wrong("He said chat")
        self.assertEqual(self.wang.preferred_channel_id, chat)
        self.wang.with_user(self.sam).preferred_channel_id = False
        self.assertFalse(self.current("channel"))
        self.assertFalse(self.wang.preferred_channel_id)

    def test_a_channel_that_was_not_meant(self):
        self.note("channel", "chat").mark_wrong("Somebody else")
        self.assertFalse(self.wang.preferred_channel_id)
        # Chosen before there were facts: other answers leave it alone.
        self.wang.with_user(self.sam).preferred_channel_id = self.env.ref(
            "inbound_flywheel.channel_sms"
        )
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM flywheel_fact")
        self.env.invalidate_all()
        self.note("need", "A lamp")
        self.assertEqual(self.wang.preferred_channel_id.code, "sms")

    def test_a_channel_that_is_no_choice_yet(self):
        channel = self.env["flywheel.channel"].create({"name": "Fax", "code": "fax"})
        self.wang.with_user(self.sam).preferred_channel_id = channel
        self.assertEqual(self.current("channel").answer_label, "Fax")
        self.note("channel", "email")
        self.assertEqual(self.wang.preferred_channel_id.code, "email")
