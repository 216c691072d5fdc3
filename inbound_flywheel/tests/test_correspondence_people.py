# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.tools import mute_logger

from .common import FlywheelCase

MAIL = """From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{key}@example.com>
{references}{headers}Date: Mon, 15 Jun 2026 11:00:00 +0000
Content-Type: text/plain; charset=utf-8

{body}
"""


class TestCorrespondencePeople(FlywheelCase):
    """Each message is one line for each person of ours, in the right direction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.firm = Partner.create({"name": "Wang Ltd", "is_company": True})
        cls.wang, cls.chen, cls.other, cls.supplier = Partner.create(
            [
                {
                    "name": "Wang",
                    "email": "wang@example.com",
                    "parent_id": cls.firm.id,
                },
                {
                    "name": "Chen",
                    "email": "chen@example.com",
                    "parent_id": cls.firm.id,
                },
                {"name": "Known", "email": "known@else.example"},
                {"name": "Supplier", "email": "sales@supplier.example"},
            ]
        )
        cls.other._flywheel_ensure_profiles()
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Offer", "partner_id": cls.wang.id, "user_id": cls.sam.id}
        )

    def post(self, record=None, user=None, **kwargs):
        kwargs = {
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "body": Markup("<p>Good news</p>"),
            **kwargs,
        }
        record = (record or self.lead).with_user(user or self.sam)
        return record.message_post(**kwargs)

    def heard(self, partner):
        found = self.lines(partner.flywheel_profile_id)
        return found.filtered(
            lambda line: line.type_id.code in ("mail_in", "mail_out", "sms")
        ).sorted("id")

    def codes(self, partner):
        return [line.type_id.code for line in self.heard(partner)]

    # ------------------------------------------------------------------
    # Out
    # ------------------------------------------------------------------
    def test_every_recipient_of_ours_gets_a_line(self):
        partners = self.wang | self.chen | self.other | self.supplier
        partners |= self.mara.partner_id
        self.post(partner_ids=partners.ids)
        for partner in (self.wang, self.chen, self.other):
            self.assertEqual(self.codes(partner), ["mail_out"])
            self.assertEqual(self.heard(partner).res_id, self.lead.id)
            self.assertEqual(self.heard(partner).user_id, self.sam)
        self.assertFalse(self.supplier.flywheel_profile_id)
        self.assertFalse(self.mara.partner_id.flywheel_profile_id)

    def test_followers_are_recipients(self):
        self.lead.message_subscribe(self.chen.ids)
        self.post()
        self.assertEqual(self.codes(self.chen), ["mail_out"])
        self.assertEqual(self.codes(self.wang), [])

    def test_an_address_that_is_known(self):
        self.post(outgoing_email_to="known@else.example, nobody@else.example")
        self.assertEqual(self.codes(self.other), ["mail_out"])
        self.assertFalse(self.person("nobody@else.example"))

    def test_scheduled_mail_counts_when_it_goes_out(self):
        message = self.post(
            partner_ids=self.wang.ids, scheduled_date="2099-01-01 12:00:00"
        )
        self.assertEqual(self.codes(self.wang), [])
        self.env["mail.message.schedule"].search(
            [("mail_message_id", "=", message.id)]
        )._send_notifications()
        self.assertEqual(self.codes(self.wang), ["mail_out"])

    def test_notes_and_notifications_never(self):
        self.post(subtype_xmlid="mail.mt_note", partner_ids=self.wang.ids)
        self.post(is_internal=True, partner_ids=self.wang.ids)
        self.post(message_type="notification", partner_ids=self.wang.ids)
        self.assertEqual(self.codes(self.wang), [])

    def test_once_a_message_and_person(self):
        message = self.post(partner_ids=self.wang.ids)
        self.lead.message_subscribe(self.chen.ids)
        self.lead._notify_thread(message, skip_existing=True)
        self.assertEqual(self.codes(self.wang), ["mail_out"])
        self.assertEqual(self.codes(self.chen), ["mail_out"])

    def test_mail_to_many_records(self):
        self.env["mail.blacklist"]._add("known@else.example")
        partners = self.wang | self.other | self.supplier
        self.wang._flywheel_ensure_profiles()
        self.env["mail.compose.message"].with_user(self.sam).create(
            {
                "composition_mode": "mass_mail",
                "model": "res.partner",
                "res_ids": partners.ids,
                "subject": "Summer",
                "body": "Hello",
                "partner_ids": [],
            }
        )._action_send_mail()
        self.assertEqual(self.codes(self.wang), ["mail_out"])
        self.assertEqual(self.heard(self.wang).summary, "Summer")
        self.assertEqual(self.codes(self.other), [])
        self.assertFalse(self.supplier.flywheel_profile_id)

    def test_branch_never_reaches_people_of_the_main_company(self):
        self.other.company_id = self.company
        lead = self.env["crm.lead"].create(
            {
                "name": "Branch",
                "email_from": "lee@example.com",
                "company_id": self.branch.id,
                "team_id": False,
                "user_id": self.bea.id,
            }
        )
        self.post(lead, self.bea, outgoing_email_to="known@else.example")
        self.assertEqual(self.codes(self.other), [])

    # ------------------------------------------------------------------
    # In
    # ------------------------------------------------------------------
    def receive(self, sender, headers="", reply=True, key="k1", **values):
        message = reply and self.post(partner_ids=self.wang.ids)
        references = f"In-Reply-To: {message.message_id}\n" if message else ""
        mail = MAIL.format(
            sender=sender,
            to="sales@our.example",
            subject=values.get("subject", "Re: Offer"),
            key=key,
            references=references,
            headers=headers,
            body=values.get("body", "We take it."),
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            return self.env["mail.thread"].message_process("crm.lead", mail)

    def test_reply_of_the_person(self):
        self.receive("Wang <wang@example.com>")
        self.assertEqual(self.codes(self.wang), ["mail_out", "mail_in"])
        line = self.heard(self.wang)[-1]
        self.assertEqual(str(line.date), "2026-06-15 11:00:00")
        self.assertEqual(line.summary, "We take it.")
        self.assertFalse(line.user_id)

    def test_reply_of_a_colleague_of_the_person(self):
        self.receive("chen@example.com")
        self.assertEqual(self.codes(self.wang), ["mail_out"])
        self.assertEqual(self.codes(self.chen), ["mail_in"])

    def test_reply_of_a_supplier_makes_nobody_a_person(self):
        self.receive("sales@supplier.example")
        self.assertEqual(self.codes(self.wang), ["mail_out"])
        self.assertFalse(self.supplier.flywheel_profile_id)

    def test_machines_do_not_reply(self):
        machines = {
            "auto": "Auto-Submitted: auto-replied\n",
            "vacation": "X-Vacation: yes\n",
            "bulk": "Precedence: bulk\n",
            "responder": "X-Autoreply: yes\n",
            "list": "List-Id: <news.example.com>\n",
        }
        for key, header in machines.items():
            with self.subTest(key):
                self.receive("wang@example.com", header, key=key)
                self.assertNotIn("mail_in", self.codes(self.wang))
        self.receive("wang@example.com", key="out", subject="Out of office: Re: Offer")
        self.assertNotIn("mail_in", self.codes(self.wang))

    def test_same_mail_twice(self):
        self.receive("wang@example.com")
        self.receive("wang@example.com", reply=False)
        self.assertEqual(self.codes(self.wang).count("mail_in"), 1)

    def test_a_new_lead_by_mail_is_heard(self):
        self.receive("New <new@prospect.example>", reply=False, subject="Prices?")
        person = self.person("new@prospect.example")
        self.assertEqual(len(self.lines(person, "mail_in")), 1)

    def test_a_mail_from_the_future_is_of_now(self):
        message = self.post(
            user=self.env.ref("base.user_root"),
            message_type="email",
            author_id=self.wang.id,
            date=fields.Datetime.now() + timedelta(days=300),
        )
        self.assertEqual(message.author_id, self.wang)
        self.assertEqual(self.heard(self.wang).date, fields.Datetime.now())

    def test_colleague_writes_with_a_mail_program(self):
        self.lead.message_subscribe(self.chen.ids)
        self.post(
            user=self.env.ref("base.user_root"),
            message_type="email",
            author_id=self.sam.partner_id.id,
            incoming_email_to="wang@example.com, flywheel_mara@example.com",
        )
        self.assertEqual(self.codes(self.wang), ["mail_out"])
        self.assertEqual(self.codes(self.chen), ["mail_out"])
        self.assertEqual(self.heard(self.wang).user_id, self.sam)

    # ------------------------------------------------------------------
    # Who reads it
    # ------------------------------------------------------------------
    def test_words_are_for_readers_of_the_source(self):
        self.post(partner_ids=(self.wang | self.other).ids)
        line = self.heard(self.other)
        self.assertEqual(line.with_user(self.sam).summary, "Good news")
        self.assertFalse(line.with_user(self.rita).summary)

    def test_many_messages_cost_no_query_each(self):
        """What we add to a message does not grow with their number."""
        leads = self.env["crm.lead"].create(
            [
                {"name": f"L{i}", "partner_id": self.wang.id, "user_id": self.sam.id}
                for i in range(40)
            ]
        )
        self.env.flush_all()
        Thread = type(self.env["crm.lead"])

        def spent():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for lead in leads.with_user(self.sam):
                self.post(lead, partner_ids=self.wang.ids)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        spent()
        with_us = spent()
        self.patch(Thread, "_flywheel_correspondence", False)
        without = spent()
        # One statement for all, and one for each person that is read anew.
        self.assertLess(with_us - without, len(leads) * 0.5)
        self.assertEqual(len(self.heard(self.wang)), 80)
