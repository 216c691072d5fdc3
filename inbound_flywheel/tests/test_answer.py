# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from markupsafe import Markup
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common_answer import DELIVERY, TEXT, AnswerCase


class TestAnswer(AnswerCase):
    # ------------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------------
    def test_three_teams_are_shown_the_same(self):
        """Sid, Sam and Mara type the same question, on lead and contact."""
        self.make("How do I pay?", "<p>By card.</p>")
        shown = [
            self.find("delivery take how long", user, record)[0]
            for user, record in (
                (self.sid, self.partner),
                (self.sam, self.lead),
                (self.mara, self.partner),
            )
        ]
        for one in shown:
            self.assertEqual(one["id"], self.answer.id)
            self.assertEqual(one["version"], 1)
            self.assertEqual(one["body"], shown[0]["body"])
            self.assertFalse(one["expired"])
        self.assertIn("Dear Ann, we deliver", shown[0]["body"])

    def test_best_match_first(self):
        for name in ("How do I pay?", "What does delivery cost?", "Where are you?"):
            self.publish(self.make(name, "<p>Text</p>"))
        for question, expected in (
            ("delivery cost", "What does delivery cost?"),
            ("How much does a delivery cost", "What does delivery cost?"),
            ("how long do deliveries take", DELIVERY),
            ("when will the parcel arrive", DELIVERY),
            ("請問多久到貨", DELIVERY),
            ("paying", "How do I pay?"),
        ):
            self.assertEqual(self.find(question)[0]["question"], expected, question)
        self.assertEqual(self.find("当然"), [])
        self.assertEqual(len(self.find("")), 4)
        self.assertEqual(self.find("xyzzy"), [])

    def test_odd_questions(self):
        for question in ("'", "\\", "a & b | !c", "<b>", "%", "😀", "how", "x" * 5000):
            self.find(question)

    def test_found_by_a_translated_question(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.answer.with_context(lang="fr_FR").name = "Quel est le délai de livraison ?"
        self.assertEqual(self.find("délai livraison")[0]["id"], self.answer.id)
        self.answer.update_field_translations("name", {"fr_FR": "Combien de temps ?"})
        self.assertFalse(self.find("délai livraison"))

    def test_teams_that_may_use_it(self):
        self.answer.for_sales = False
        self.assertFalse(self.find(DELIVERY, self.sam))
        self.assertTrue(self.find(DELIVERY, self.sid, self.partner))
        self.assertTrue(self.find(DELIVERY, self.max, self.partner))
        self.assertFalse(self.find(DELIVERY, self.rita, self.partner))
        for user in (self.sam, self.rita):
            with self.assertRaises(AccessError):
                self.insert(user, record=self.partner)

    def test_drafts_are_not_shown(self):
        draft = self.make("How do I pay?", "<p>By card.</p>")
        self.assertFalse(self.find("How do I pay?"))
        self.assertFalse(self.find("How do I pay?", self.mara, self.partner))
        for user in (self.sam, self.sid, self.rita):
            with self.assertRaises(AccessError):
                draft.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            self.insert(self.mara, draft, self.partner)

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------
    def test_changes_are_shown_once_published(self):
        variant = self.answer.variant_ids
        variant.with_user(self.mara).body = "<p>Within five days.</p>"
        self.assertTrue(self.answer.has_changes)
        self.assertIn("three days", self.find(DELIVERY)[0]["body"])
        self.assertIn("three days", self.insert()["body"])
        self.publish(self.answer, "The carrier is on strike")
        self.assertFalse(self.answer.has_changes)
        shown = self.find(DELIVERY)[0]
        self.assertEqual(shown["version"], 2)
        self.assertIn("five days", shown["body"])
        self.assertRecordValues(
            self.answer.version_ids.sorted("number"),
            [
                {"number": 1, "user_id": self.mara.id, "reason": "First text"},
                {
                    "number": 2,
                    "user_id": self.mara.id,
                    "reason": "The carrier is on strike",
                },
            ],
        )
        old = self.answer.version_ids.sorted("number")[0]
        self.assertIn("three days", old.content)

    def test_versions_stay_as_they_are(self):
        version = self.answer.version_id
        for user in (self.sam, self.sid, self.mara, self.max):
            with self.assertRaises(AccessError):
                version.with_user(user).reason = "Another"
            with self.assertRaises(AccessError):
                version.with_user(user).unlink()
            for values in ({"state": "approved"}, {"version_id": False}):
                with self.assertRaises(AccessError):
                    self.answer.with_user(user).write(values)
            with self.assertRaises(AccessError):
                self.answer.with_user(user).create(
                    {"name": "Mine", "version_id": version.id}
                )

    def test_discard_changes(self):
        self.answer.write({"name": "Other?", "aliases": False})
        self.answer.variant_ids.body = "<p>Other</p>"
        self.answer.with_user(self.mara).action_discard_changes()
        self.assertFalse(self.answer.has_changes)
        self.assertEqual(self.answer.name, DELIVERY)
        self.assertIn("three days", self.answer.variant_ids.body)

    def test_publishing_wants_a_reason_and_a_text(self):
        with self.assertRaises(UserError):
            self.publish(self.answer, "  ")
        with self.assertRaises(UserError):
            self.publish(self.answer, review_date=date(2026, 6, 15))
        with self.assertRaises(UserError):
            self.publish(self.make("Empty?"))

    def test_who_approves(self):
        own = (
            self.env["flywheel.approved.answer"]
            .with_user(self.sid)
            .create(
                {
                    "name": "How do I pay?",
                    "variant_ids": [Command.create({"body": "Card"})],
                }
            )
        )
        own.name = "How can I pay?"
        self.assertTrue(own.can_edit)
        with self.assertRaises(AccessError):
            own._publish("Because")
        with self.assertRaises(AccessError):
            own.action_publish()
        for user in (self.sam, self.rita):
            self.assertFalse(self.answer.with_user(user).can_edit)
            with self.assertRaises(AccessError):
                self.answer.with_user(user).name = "Mine"
            with self.assertRaises(AccessError):
                self.answer.variant_ids.with_user(user).body = "Mine"
        self.publish(own.with_user(self.mara))
        self.assertEqual(self.find("How can I pay?")[0]["owner"], "Sid")

    def test_dialogue(self):
        self.answer.variant_ids.body = "<p>Within five days.</p>"
        action = self.answer.with_user(self.mara).action_publish()
        Wizard = self.env[action["res_model"]].with_user(self.mara)
        with Form(Wizard.with_context(**action["context"])) as form:
            form.reason = "Slower now"
        form.record.action_publish()
        self.assertEqual(self.answer.version_id.number, 2)
        Form(self.answer.with_user(self.mara))
        Form(self.answer.with_user(self.sam))

    def test_given_answers_are_archived_not_deleted(self):
        self.insert()
        with self.assertRaises(UserError):
            self.answer.with_user(self.mara).unlink()
        draft = self.make("Draft?", "Text")
        draft.with_user(self.mara).unlink()
        self.answer.with_user(self.mara).action_archive()
        self.assertFalse(self.find(DELIVERY))

    # ------------------------------------------------------------------
    # Expiry
    # ------------------------------------------------------------------
    def test_expired_answers_want_a_reason(self):
        # The day has come, and the scheduled action has not run yet.
        self.answer.review_date = fields.Date.today()
        self.assertTrue(self.find(DELIVERY)[0]["expired"])
        for reason in (None, "", "  "):
            with self.assertRaises(UserError):
                self.insert(reason=reason)
        given = self.insert(reason="Asked the carrier this morning")
        self.assertRecordValues(
            self.use(given),
            [
                {
                    "was_expired": True,
                    "override_reason": "Asked the carrier this morning",
                    "user_id": self.sam.id,
                }
            ],
        )

    def test_scheduled_action_marks_them(self):
        self.answer.review_date = fields.Date.today() - timedelta(days=1)
        other = self.make("How do I pay?", "<p>By card.</p>")
        self.publish(other)
        self.env["flywheel.approved.answer"]._cron_expire()
        self.assertEqual((self.answer.state, other.state), ("expired", "approved"))
        self.assertEqual(self.answer.activity_ids.user_id, self.mara)
        self.publish(self.answer, "Still right")
        self.assertEqual(self.answer.state, "approved")
        self.assertFalse(self.answer.activity_ids)
        self.assertGreater(self.answer.review_date, fields.Date.today())

    # ------------------------------------------------------------------
    # Texts for whom
    # ------------------------------------------------------------------
    def test_most_specific_text(self):
        for code in ("zh_TW", "fr_FR"):
            self.env["res.lang"]._activate_lang(code)
        persona = self.env["flywheel.persona"].create({"name": "Saver"})
        email = self.env.ref("inbound_flywheel.channel_email")
        decision = self.stage("decision")
        answer = self.make(
            "How do I pay?",
            {"body": "all"},
            {"body": "email", "channel_id": email.id},
            {"body": "decision", "stage_id": decision.id},
            {"body": "saver", "persona_id": persona.id},
            {
                "body": "saver decision",
                "persona_id": persona.id,
                "stage_id": decision.id,
            },
            {"body": "zh", "lang": "zh_TW"},
        )
        self.publish(answer)
        person = self.lead.flywheel_profile_id

        def text():
            return self.find("How do I pay?")[0]["body"]

        person.journey_stage_id = self.stage("awareness")
        self.assertIn("email", text())
        person.journey_stage_id = decision
        self.assertIn("decision", text())
        person.persona_id = persona
        self.assertIn("saver decision", text())
        self.partner.lang = "zh_TW"
        self.assertIn("zh", text())
        self.partner.lang = "fr_FR"
        self.assertIn("saver decision", text())
        self.assertEqual(self.insert(answer=answer)["body"], text())

    def test_nothing_but_another_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        answer = self.make("How do I pay?", {"body": "刷卡", "lang": "zh_TW"})
        self.publish(answer)
        shown = self.find("How do I pay?")[0]
        self.assertIn("刷卡", shown["body"])
        self.assertIn("Chinese", shown["labels"])

    def test_one_text_for_the_same_people(self):
        with self.assertRaises(IntegrityError), self.quiet():
            self.make("Twice?", "One", "Two")

    # ------------------------------------------------------------------
    # What is filled in, and what not
    # ------------------------------------------------------------------
    def test_placeholders(self):
        self.ingest_all(self.item("call_in", partner_id=self.partner.id))
        answer = self.make(
            "Who?",
            "<p>{{ name }}/{{first_name}}/{{ company ||| your company }}/"
            "{{ last_contact }}/{{ last_contact_date }}/"
            "{{ my_name }}/{{ subject }}</p>",
        )
        self.publish(answer)
        body = self.insert(answer=answer)["body"]
        self.assertIn(
            "Ann Wang/Ann/your company/Call Received/06/15/2026/Sam/Sails", body
        )

    def test_placeholders_that_cannot_be_filled_in(self):
        for body in (
            "<p>{{ object.name }}</p>",
            "<p>{{ user.password }}</p>",
            "<p>{{ password }}</p>",
            "<p>{{ name | safe }}</p>",
            "<p>{{ 7*7 }}</p>",
            '<p><a href="{{ name }}">x</a></p>',
            "<p>{{ name </p>",
        ):
            with self.assertRaises(ValidationError, msg=body):
                self.make("Bad?", body)

    def test_hostile_markup(self):
        self.partner.name = '<img src=x onerror="alert(1)"> Wang'
        answer = self.make(
            "Bad?",
            '<p onclick="alert(1)">Hi {{ name }}</p><script>alert(1)</script>'
            '<a href="javascript:alert(1)">x</a><iframe src="http://x"></iframe>',
        )
        self.publish(answer)
        for body in (
            self.find("Bad?")[0]["body"],
            self.insert(answer=answer)["body"],
            answer.content,
        ):
            for bad in ("<script", "onclick", "javascript:", "<iframe", "<img"):
                self.assertNotIn(bad, body)
        self.assertIsInstance(self.insert(answer=answer)["body"], Markup)

    def test_records_that_the_caller_may_not_read(self):
        lead = self.env["crm.lead"].create(
            {"name": "Far", "company_id": self.branch.id, "email_from": "f@example.com"}
        )
        for call in (self.find, lambda q, u, r: self.insert(u, record=r)):
            with self.assertRaises(AccessError):
                call(DELIVERY, self.sam, lead)
            with self.assertRaises(ValidationError):
                call(DELIVERY, self.sam, self.sam)
            with self.assertRaises(AccessError):
                call(DELIVERY, self.ian, self.partner)

    def test_answers_of_another_company(self):
        self.answer.company_id = self.branch
        self.assertFalse(self.find(DELIVERY))
        for records in (
            self.answer,
            self.answer.version_id,
            self.answer.variant_ids,
        ):
            for user in (self.sam, self.mara, self.max):
                with self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])

    def test_text_is_kept_as_it_is(self):
        self.assertEqual(str(self.answer.variant_ids.body), TEXT)
