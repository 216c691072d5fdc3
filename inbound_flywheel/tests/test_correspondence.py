# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import fields

from .common import FlywheelCase


class TestCorrespondence(FlywheelCase):
    """What is written on leads and contacts is in the timeline of their people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Offer", "partner_id": cls.partner.id, "user_id": cls.sam.id}
        )

    def post(self, body, user=None, **kwargs):
        record = kwargs.pop("record", self.lead).with_user(user or self.sam)
        kwargs = {
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "body": Markup(body),
            **kwargs,
        }
        return record.message_post(**kwargs)

    def found(self):
        lines = self.lines(self.partner.flywheel_profile_id)
        codes = {"mail_in", "mail_out", "call_out", "meeting"}
        return lines.filtered(lambda line: line.type_id.code in codes)

    def test_mail_sent(self):
        self.post(
            "<p>Dear <b>Ann</b>,</p><p>see below</p>", partner_ids=self.partner.ids
        )
        self.assertRecordValues(
            self.found(),
            [
                {
                    "direction": "out",
                    "team": "sales",
                    "summary": "Dear Ann, see below",
                    "user_id": self.sam.id,
                    "res_model": "crm.lead",
                    "res_id": self.lead.id,
                    "points": 0.0,
                }
            ],
        )

    def test_mail_received(self):
        for record in (self.lead, self.partner):
            self.post(
                "<p>When?</p>",
                self.env.ref("base.user_root"),
                record=record,
                message_type="email",
                author_id=self.partner.id,
            )
        self.assertEqual(self.found().mapped("direction"), ["in", "in"])
        self.assertFalse(self.found().user_id)
        person = self.partner.flywheel_profile_id
        self.assertEqual(person.last_in_date, fields.Datetime.now())

    def test_mail_of_an_unknown_sender(self):
        self.post(
            "<p>When?</p>",
            self.env.ref("base.user_root"),
            message_type="email",
            author_id=False,
            email_from="other@example.com",
        )
        self.assertEqual(self.found().type_id.code, "mail_in")

    def test_what_is_no_correspondence(self):
        self.post("A note", subtype_xmlid="mail.mt_note")
        self.post("Among colleagues", partner_ids=self.mara.partner_id.ids)
        self.post("Nobody told")
        self.assertFalse(self.found())

    def test_done_activities(self):
        for xmlid in ("call", "meeting", "todo"):
            activity = self.lead.with_user(self.sam).activity_schedule(
                f"mail.mail_activity_data_{xmlid}", user_id=self.sam.id
            )
            activity.action_feedback(feedback="Wants the blue one")
        self.assertEqual(
            set(self.found().mapped("type_id.code")), {"call_out", "meeting"}
        )

    def test_contacts_that_are_no_people_stay_none(self):
        supplier = self.env["res.partner"].create({"name": "Supplier"})
        self.post("Hello", record=supplier, partner_ids=supplier.ids)
        self.assertFalse(supplier.flywheel_profile_id)

    def test_hostile_markup_is_text(self):
        self.post("<p>&lt;img onerror=x&gt; hi</p>", partner_ids=self.partner.ids)
        self.assertEqual(self.found().summary, "<img onerror=x> hi")
