# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tools import mute_logger

from .common_follow_up import FollowUpCase

DO = "odoo.addons.inbound_flywheel.models.flywheel_follow_up_line_do"


class TestFollowUpMail(FollowUpCase):
    """Mails go once, to those who may be written to, and are in the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.action_pause()
        cls.mail_rule = cls.make(
            name="Thank them", action="mail", mail_template_id=cls.template.id
        )

    def mails(self):
        return self.env["mail.mail"].search([("subject", "like", "Thank you")])

    def test_a_mail_once(self):
        self.happen()
        self.run_cron()
        self.run_cron()
        mail = self.mails()
        self.assertEqual(mail.subject, "Thank you Wang")
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.wang)
        line = self.logged(self.mail_rule)
        self.assertEqual((line.state, line.res_id), ("done", self.wang.id))
        told = self.lines(self.wang.flywheel_profile_id, "mail_out")
        self.assertEqual(told.summary, "Thank you Wang")
        self.assertFalse(told.user_id)
        self.assertIn(mail.mail_message_id, self.wang.message_ids)

    def test_whom_nobody_may_write_to(self):
        people = self.env["res.partner"].create(
            [{"name": n, "email": f"{n}@x.example"} for n in ("bl", "un", "ob", "re")]
        ) | self.env["res.partner"].create({"name": "none"})
        blacklisted, unsubscribed, objecting, returned, _none = people
        people._flywheel_ensure_profiles()
        self.env["mail.blacklist"]._add("bl@x.example")
        objecting.flywheel_profile_id.no_profiling = True
        earlier = fields.Datetime.to_datetime(self.ago(days=9))
        self.happen(unsubscribed, returned, code="unsubscribe", date=earlier)
        self.happen(returned, code="subscribe")
        self.happen(*people)
        self.run_cron()
        found = {
            line.profile_id.partner_id.name: line.reason or line.state
            for line in self.logged(self.mail_rule)
        }
        self.assertEqual(
            found,
            {
                "bl": "blacklist",
                "un": "unsubscribed",
                "ob": "objection",
                "re": "done",
                "none": "no_address",
            },
        )
        self.assertEqual(self.mails().recipient_ids, returned)

    def test_who_unsubscribes_while_it_waits(self):
        self.mail_rule.wait_hours = 3
        self.happen()
        self.run_cron()
        self.happen(code="unsubscribe", date=fields.Datetime.now())
        self.run_cron("2026-06-15 20:00:00")
        self.assertEqual(self.logged(self.mail_rule).reason, "unsubscribed")
        self.assertFalse(self.mails())

    def test_a_template_that_breaks_for_one(self):
        self.template.subject = "Thank you {{ 1 / (object.color - 7) }}"
        self.wang.color, self.chen.color = 7, 1
        self.happen(self.wang, self.chen)
        with mute_logger("odoo.addons.mail.models.mail_render_mixin", DO):
            self.run_cron()
        broken, fine = self.logged(self.mail_rule)
        self.assertEqual((broken.state, broken.attempts), ("waiting", 1))
        self.assertTrue(broken.error)
        self.assertEqual(fine.state, "done")
        self.assertEqual(self.mails().recipient_ids, self.chen)

    def test_two_touchpoints_of_one_person(self):
        self.mail_rule.once_days = 0
        now = fields.Datetime.now()
        self.happen(date=now - timedelta(hours=2))
        self.happen(date=now - timedelta(hours=1))
        self.run_cron()
        self.assertEqual(len(self.mails()), 2)

    def test_a_lead_template(self):
        template = self.env["mail.template"].create(
            {
                "name": "Lead",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Thank you lead",
                "email_to": "{{ object.email_from }}",
                "email_from": "us@our.example",
            }
        )
        lead = self.env["crm.lead"].create(
            {"name": "L", "email_from": "lead@x.example", "contact_name": "Lead"}
        )
        rule = self.make(name="Lead", action="mail", mail_template_id=template.id)
        self.env["flywheel.touchpoint"]._record(
            [{"type": "form", "lead_id": lead.id, "date": fields.Datetime.now()}]
        )
        self.happen()
        self.run_cron()
        by_person = {line.profile_id: line for line in self.logged(rule)}
        self.assertEqual(by_person[lead.flywheel_profile_id].state, "done")
        self.assertEqual(len(self.mails().filtered(lambda m: m.model == lead._name)), 1)
        reason = by_person[self.wang.flywheel_profile_id].reason
        self.assertEqual(reason, "no_record")
        self.assertEqual(len(self.lines(lead.flywheel_profile_id, "mail_out")), 1)
