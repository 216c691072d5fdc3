# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import new_test_user

from ..models.crm_lead_note import QUEUE
from .test_stage import StageCase


class TestTakeover(StageCase):
    """A lead gets another salesperson, who finds a note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.nina = new_test_user(
            cls.env,
            "flywheel_nina",
            groups="sales_team.group_sale_salesman",
            name="Nina",
            lang="fr_FR",
        )
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "phone": "+886 2 2345 6789"}
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Offer", "partner_id": cls.partner.id, "user_id": cls.sam.id}
        )

    def notes(self, lead=None):
        """Return the notes on a lead, after those that a commit would write."""
        awaited = self.env.cr.postcommit.data.pop(QUEUE, {})
        self.env["crm.lead"].with_user(self.sam)._write_awaited_notes(awaited)
        messages = (lead or self.lead).message_ids.filtered(
            lambda m: "Taken over by" in (m.body or "")
        )
        return messages

    def test_note(self):
        self.ingest_all(
            self.item("meeting", summary="Wants it by May"),
            self.item("email_sent", summary="Our price list"),
        )
        self.lead.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=fields.Date.from_string("2026-06-20"),
            summary="Call about the delivery date",
            user_id=self.sam.id,
        )
        self.partner.flywheel_profile_id.with_user(self.mara).learn(
            [{"question": "need", "answer": "Before summer"}]
        )
        asked = self.env["flywheel.question"].search(
            [("for_person", "=", True), ("code", "!=", "need")]
        )
        self.lead.with_user(self.sam).user_id = self.max
        (note,) = self.notes()
        self.assertTrue(any(question.name in note.body for question in asked))
        for text in (
            "Decision",
            "talks",
            "Wants it by May",
            "Our price list",
            "Call about the delivery date",
            "Before summer",
            "wang@example.com",
            "Open questions",
        ):
            self.assertIn(text, note.body)
        self.assertTrue(note.is_internal)
        self.assertEqual(note.author_id, self.sam.partner_id)

    def test_says_only_what_the_reader_may_see(self):
        secret = self.env["crm.lead"].create(
            {"name": "Other offer", "partner_id": self.partner.id}
        )
        secret.user_id = self.env.ref("base.user_admin")
        self.ingest_all(
            self.item(
                "meeting",
                summary="Not for Nina",
                res_model="crm.lead",
                res_id=secret.id,
            )
        )
        self.lead.user_id = self.nina
        self.notes()
        (note,) = self.lead.message_ids.filtered(lambda m: "Nina" in (m.body or ""))
        self.assertNotIn("Not for Nina", note.body)
        self.assertIn("Meeting", note.body)

    def test_asks_nothing_that_is_known(self):
        box = self.env["flywheel.handover.box"].search([("code", "=", "budget")])
        self.lead.user_id = self.max
        self.assertIn(box.question, self.notes().body)
        self.partner.flywheel_profile_id.with_user(self.mara).learn(
            [{"question": "budget", "answer": "1000"}]
        )
        self.lead.user_id = self.sam
        self.assertNotIn(box.question, self.notes()[0].body)

    def test_how_to_reach(self):
        self.ingest_all(*(self.item("mail_in") for _number in range(5)))
        self.lead.user_id = self.max
        reach = self.notes().body.split("How to reach")[1]
        self.assertLess(reach.index("Email"), reach.index("+886"))

    def test_not_when_it_was_undone(self):
        self.lead.user_id = self.max
        self.lead.user_id = self.sam
        self.assertFalse(self.notes())

    def test_not_for_the_first_salesperson(self):
        lead = self.env["crm.lead"].create(
            {"name": "Fresh", "partner_id": self.partner.id, "user_id": False}
        )
        lead.user_id = self.max
        self.assertFalse(self.notes(lead))

    def test_nothing_else_makes_a_note(self):
        before = len(self.lead.message_ids)
        lead = self.lead.with_user(self.sam)
        lead.user_id = self.sam
        lead.name = "Better offer"
        lead.user_id = False
        self.assertFalse(self.notes())
        self.assertEqual(len(self.lead.message_ids), before)

    def test_in_bulk(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Offer {number}",
                    "email_from": f"bulk{number}@example.com",
                    "user_id": self.sam.id,
                }
                for number in range(20)
            ]
        )
        self.env.flush_all()
        leads[:10].write({"user_id": self.max.id})
        leads.write({"user_id": self.max.id})
        self.assertEqual([len(self.notes(lead)) for lead in leads], [1] * 20)

    def test_cheap(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Offer {number}",
                    "email_from": f"bulk{number}@example.com",
                    "user_id": self.sam.id,
                }
                for number in range(40)
            ]
        )
        self.env.flush_all()
        counts = []
        for batch in (leads[:10], leads[10:40]):
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            batch._post_takeover_notes()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 20)

    def test_in_the_readers_language(self):
        self.env.ref("inbound_flywheel.stage_decision").with_context(
            lang="fr_FR"
        ).name = "Choix"
        self.ingest_all(self.item("meeting"))
        self.lead.user_id = self.nina
        self.notes()
        self.assertIn("Choix", self.lead.message_ids[0].body)
