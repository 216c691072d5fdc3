# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time

from odoo.addons.mail.tests.common import MockEmail

from .common import MailingCase

LATER = "2026-06-15 12:20:00"


class TestPrivacy(MailingCase, MockEmail):
    """Who does not want to be tracked is not, and nothing is left of who goes."""

    def object(self, email="wang@example.com"):
        self.ingest_all(self.item(email=email))
        person = self.person(email)
        self.env["flywheel.consent"].create(
            {
                "profile_id": person.id,
                "purpose": "tracking",
                "kind": "withdrawn",
                "method": "email",
                "date": self.ago(hours=1),
            }
        )
        return person

    def test_objection_after_the_mail_went_out(self):
        trace = self.sent()
        person = self.object()
        with freeze_time(LATER):
            self.open(trace)
            self.click(trace)
            trace.set_replied()
        self.collect()
        self.assertEqual(
            sorted(self.codes(person)), ["email_reply", "email_sent", "form"]
        )
        self.assertFalse(self.env["flywheel.mailing.hit"].search([]))

    def send(self):
        """Send the mailing to Wang and Lee; return their mails by address."""
        self.mailing.write(
            {"body_html": '<p><a href="https://shop.example.com/deal">Deal</a></p>'}
        )
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.mailing.action_send_mail()
            self.env["mail.mail"].search([("mailing_id", "=", self.mailing.id)]).send()
        return {mail["email_to"][0].lower(): mail["body"] for mail in self._mails}

    def test_mail_without_tracking(self):
        self.object()
        mails = self.send()
        wang = next(body for to, body in mails.items() if "wang" in to)
        lee = next(body for to, body in mails.items() if "lee" in to)
        self.assertIn("/mail/track/", lee)
        self.assertIn("/r/", lee)
        self.assertNotIn("/mail/track/", wang)
        self.assertNotIn("/r/", wang)
        self.assertIn("https://shop.example.com/deal", wang)
        traces = self.mailing.mailing_trace_ids
        untracked = traces.filtered("flywheel_untracked")
        self.assertEqual(untracked.email, "wang@example.com")
        # Should the address of the picture be guessed, nothing is kept either.
        self.collect()
        self.open(untracked)
        self.assertEqual(self.pending(), 0)
        self.assertIn("email_sent", self.codes(self.person()))

    def test_only_with_consent(self):
        self.company.flywheel_tracking = "consent"
        mails = self.send()
        self.assertTrue(mails)
        for body in mails.values():
            self.assertNotIn("/mail/track/", body)

    def test_all_that_is_kept(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.click(trace)
        self.collect()
        person = self.person()
        records = person._get_personal_records()
        self.assertEqual(records["mailing.contact"], self.wang)
        self.assertEqual(records["mailing.trace"], trace)
        self.assertEqual(records["flywheel.mailing.hit"].network, "203.0.113.0/24")
        self.assertEqual(records["flywheel.mailing.recipient"].trace_id, trace)
        person.unlink()
        self.assertFalse(self.env["flywheel.mailing.hit"].search([]))
        self.assertFalse(records["flywheel.mailing.recipient"].exists())
        self.assertFalse(self.wang.flywheel_profile_id)

    def test_joined_people_keep_their_mails(self):
        self.sent(self.wang, self.lee)
        self.collect()
        wang, lee = self.person(), self.person("lee@example.com")
        wang._merge(lee)
        recipients = self.env["flywheel.mailing.recipient"].search(
            [("mailing_id", "=", self.mailing.id)]
        )
        self.assertEqual(recipients.profile_id, wang)
        self.assertEqual(self.lee.flywheel_profile_id, wang)
