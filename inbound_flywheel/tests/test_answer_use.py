# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError

from .common_answer import DELIVERY, AnswerCase

FREE = "<p>It usually takes two weeks, sorry.</p>"


class TestAnswerUse(AnswerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Use = cls.env["flywheel.approved.answer.use"]

    def ask(
        self, body="<p>Hello! How long does the delivery take? Thanks</p>", **kwargs
    ):
        """Let the person write on the lead."""
        record = kwargs.pop("record", self.lead)
        return record.sudo().message_post(
            body=Markup(body),
            author_id=self.partner.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            **kwargs,
        )

    def look(self):
        with self.enter_registry_test_mode():
            self.env.ref("inbound_flywheel.cron_answers_free").method_direct_trigger()

    def free(self):
        return self.Use.search([("kind", "=", "free")])

    # ------------------------------------------------------------------
    # Inserted answers
    # ------------------------------------------------------------------
    def test_sent_as_approved(self):
        given = self.insert(asked="delivery?")
        use = self.use(given)
        self.assertEqual((use.state, use.kind), ("inserted", "approved"))
        message = self.post(given["body"])
        self.assertRecordValues(
            use,
            [
                {
                    "state": "sent",
                    "kind": "approved",
                    "message_id": message.id,
                    "version_id": self.answer.version_id.id,
                    "user_id": self.sam.id,
                    "profile_id": self.lead.flywheel_profile_id.id,
                    "res_model": "crm.lead",
                    "res_id": self.lead.id,
                    "edited_share": 0.0,
                    "gist": "Version 1",
                    "asked": "delivery?",
                }
            ],
        )

    def test_greetings_change_nothing(self):
        given = self.insert()
        self.post("<p>Good morning!</p>" + given["body"] + "<p>Yours, Sam</p>")
        self.assertEqual(self.use(given).kind, "approved")

    def test_changed_before_sending(self):
        given = self.insert()
        self.post(given["body"].replace("three days", "some weeks or months"))
        use = self.use(given)
        self.assertEqual((use.state, use.kind), ("sent", "edited"))
        self.assertAlmostEqual(use.edited_share, 2 / 7)
        self.assertIn("some weeks", use.text)

    def test_taken_out_again(self):
        given = self.insert()
        self.post("<p>I call you.</p>")
        self.assertEqual(self.use(given).state, "inserted")

    def test_notes_are_not_sent(self):
        given = self.insert()
        self.post(given["body"], subtype_xmlid="mail.mt_note")
        self.assertEqual(self.use(given).state, "inserted")

    def test_another_users_message(self):
        given = self.insert(self.sam, record=self.partner)
        self.post(given["body"], user=self.ian, record=self.partner)
        self.assertEqual(self.use(given).state, "inserted")

    def test_posting_costs_one_look(self):
        self.post("Warm up")
        self.env.flush_all()
        message = self.lead.message_ids[:1]
        with self.assertQueryCount(1):
            self.Use.with_user(self.sam)._note_message(self.lead, message)

    def test_insertions_are_forgotten(self):
        old, recent = (self.use(self.insert()) for _n in range(2))
        self.answer.review_date = fields.Date.today()
        expired = self.use(self.insert(reason="Urgent"))
        (old | expired).date = fields.Datetime.now() - timedelta(days=40)
        self.Use._gc_insertions()
        self.assertFalse(old.exists())
        self.assertTrue((recent | expired).exists() == recent | expired)

    # ------------------------------------------------------------------
    # Free text
    # ------------------------------------------------------------------
    def test_free_text_although_there_is_an_answer(self):
        self.ask()
        message = self.post(FREE)
        self.look()
        self.assertRecordValues(
            self.free(),
            [
                {
                    "answer_id": self.answer.id,
                    "message_id": message.id,
                    "user_id": self.sam.id,
                    "profile_id": self.lead.flywheel_profile_id.id,
                    "asked": "How long does the delivery take",
                    "text": "It usually takes two weeks, sorry.",
                    "state": "sent",
                }
            ],
        )
        self.look()
        self.assertEqual(len(self.free()), 1)

    def test_what_is_no_free_answer(self):
        self.ask("<p>Where is your office? And how do I pay?</p>")
        self.post(FREE)
        self.look()
        self.assertFalse(self.free(), "another question")
        self.ask()
        self.post(FREE, subtype_xmlid="mail.mt_note")
        self.look()
        self.assertFalse(self.free(), "a note")
        given = self.insert()
        self.post(given["body"])
        self.look()
        self.assertFalse(self.free(), "the approved answer")
        self.post(FREE)
        self.look()
        self.assertFalse(self.free(), "nobody asked since")

    def test_typed_word_by_word(self):
        """What says the same as the approved answer is no other answer."""
        self.ask()
        self.post("<p>Dear Ann, we deliver within three days.</p>")
        self.look()
        use = self.Use.search([("answer_id", "=", self.answer.id)])
        self.assertEqual(
            (use.kind, use.version_id), ("approved", self.answer.version_id)
        )

    def test_chinese_question_on_a_contact(self):
        self.ask("<p>您好，請問多久會到貨？謝謝</p>", record=self.partner)
        self.post(FREE, self.mara, self.partner)
        self.look()
        self.assertEqual(self.free().user_id, self.mara)

    def test_old_questions_are_let_be(self):
        message = self.ask()
        message.date = fields.Datetime.now() - timedelta(days=60)
        self.post(FREE)
        self.look()
        self.assertFalse(self.free())

    def test_drafts_and_expired_answers_do_not_count(self):
        self.answer.sudo().state = "expired"
        self.ask()
        self.post(FREE)
        self.look()
        self.assertFalse(self.free())

    # ------------------------------------------------------------------
    # Report
    # ------------------------------------------------------------------
    def test_same_question_different_answers(self):
        self.post(self.insert()["body"])
        self.post(
            self.insert(self.mara, record=self.partner)["body"], self.mara, self.partner
        )
        self.ask()
        self.post(FREE)
        self.look()
        self.insert()
        line = (
            self.env["flywheel.answer.consistency"]
            .with_user(self.mara)
            .search([("answer_id", "=", self.answer.id)])
        )
        self.assertRecordValues(
            line,
            [
                {
                    "different_count": 2,
                    "use_count": 3,
                    "free_count": 1,
                    "edited_count": 0,
                    "user_count": 2,
                }
            ],
        )
        self.assertEqual(line.user_ids, self.sam | self.mara)
        action = line.action_open_uses()
        self.assertEqual(self.Use.search_count(action["domain"]), 3)
        self.assertEqual(self.answer.with_user(self.mara).use_count, 3)

    def test_who_sees_what_was_said(self):
        own = self.use(self.insert(self.sid, record=self.partner))
        other = self.use(self.insert(self.mara, record=self.partner))
        self.assertEqual(self.Use.with_user(self.sid).search([]), own)
        self.assertEqual(self.Use.with_user(self.max).search([]), other | own)
        self.assertEqual(self.Use.with_user(self.sam).search([]), other | own)
        self.assertFalse(self.Use.with_user(self.bea).search([]))
        for user in (self.rita, self.ian):
            with self.assertRaises(AccessError):
                self.Use.with_user(user).search([])
        for user in (self.sid, self.max):
            with self.assertRaises(AccessError):
                own.with_user(user).text = "Something else"
            with self.assertRaises(AccessError):
                own.with_user(user).unlink()

    # ------------------------------------------------------------------
    # Templates
    # ------------------------------------------------------------------
    def test_generic_templates(self):
        bodies = {
            "<p>Buy now!</p>": True,
            "<p>Dear <t t-out='object.partner_id.name'/>, buy now!</p>": False,
        }
        for body, generic in bodies.items():
            template = self.env["mail.template"].create(
                {
                    "name": "Offer",
                    "model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "body_html": body,
                }
            )
            Composer = self.env["mail.compose.message"].with_user(self.sam)
            composer = Composer.with_context(
                default_model="crm.lead",
                default_res_ids=self.lead.ids,
                default_template_id=template.id,
            ).create({})
            self.assertEqual(composer.flywheel_generic, generic, body)
            composer.body = "<p>Hello Ann, buy now!</p>"
            self.assertFalse(composer.flywheel_generic)
            composer.template_id = False
            composer.body = "<p>Buy now!</p>"
            self.assertFalse(composer.flywheel_generic, "own words")

    # ------------------------------------------------------------------
    # People who are merged, or taken apart
    # ------------------------------------------------------------------
    def test_follows_its_person(self):
        use = self.use(self.insert())
        first = self.lead.flywheel_profile_id
        self.ingest_all(self.item(email="other@example.com"))
        other = self.person("other@example.com")
        other._merge(first)
        self.assertEqual(use.profile_id, other)
        lead = self.env["crm.lead"].create(
            {"name": "Two", "email_from": "other@example.com"}
        )
        second = self.use(self.insert(record=lead))
        parted = other._split(leads=lead)
        self.assertEqual((use.profile_id, second.profile_id), (other, parted))

    def test_goes_with_its_person(self):
        use = self.use(self.insert(asked=DELIVERY))
        self.assertEqual(use.asked, DELIVERY)
        self.partner.company_id = self.branch
        self.assertEqual(use.company_id, self.branch)
        # Who is forgotten is forgotten here, too.
        use.profile_id.unlink()
        self.assertFalse(use.exists())
