# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.sql_db import db_connect
from odoo.tests import freeze_time

from odoo.addons.inbound_flywheel_mass_mailing.models.flywheel_mailing_collect import (
    LOCK,
)

from .common import MailingCase

LATER = "2026-06-15 12:20:00"


class TestLedger(MailingCase):
    """What happens to a mail comes into the ledger, once."""

    def test_one_mail_from_sent_to_reply(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.open(trace)
            self.click(trace)
            trace.set_replied()
        self.collect()
        person = self.person()
        self.assertEqual(
            sorted(self.codes(person)),
            ["email_click", "email_open", "email_reply", "email_sent"],
        )
        self.assertEqual(self.pending(), 0)
        self.assertEqual(person.name, "Wang")
        self.assertEqual(self.wang.flywheel_profile_id, person)
        for line in self.lines(person):
            self.assertEqual(line.campaign_id, self.mailing.campaign_id)
            self.assertEqual(line.source_id, self.mailing.source_id)
            self.assertEqual(line.medium_id, self.mailing.medium_id)
            self.assertEqual((line.res_model, line.res_id), self.ref(self.mailing))
            self.assertIn("Spring offers", line.summary)
            self.assertEqual(line.state, "valid")
        self.assert_scored(person)

    def test_an_answer_is_no_open(self):
        """The app marks the mail as opened; no picture was loaded."""
        trace = self.sent()
        domain = self.env["mail.alias.domain"].create({"name": "answers.test"})
        self.env["mail.alias"].create(
            {
                "alias_name": "flywheel",
                "alias_domain_id": domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "alias_contact": "everyone",
            }
        )
        with freeze_time(LATER):
            self.env["mail.thread"].message_process(
                "crm.lead",
                "From: wang@example.com\n"
                "To: flywheel@answers.test\n"
                "Subject: Re: Spring offers\n"
                "Message-ID: <answer@flywheel.test>\n"
                f"In-Reply-To: {trace.message_id}\n"
                f"References: {trace.message_id}\n\nPlease call me.",
            )
        self.assertEqual(trace.trace_status, "reply")
        self.collect()
        codes = [c for c in self.codes(self.person()) if c.startswith("email")]
        self.assertEqual(codes, ["email_sent", "email_reply"])

    @staticmethod
    def ref(record):
        return record._name, record.id

    def test_nothing_is_applied_in_the_request(self):
        trace = self.sent()
        self.collect()
        before = self.person().momentum
        with freeze_time(LATER):
            self.click(trace)
        self.assertEqual(self.codes(self.person()), ["email_sent"])
        self.assertEqual(self.person().momentum, before)

    def test_all_clicks_each_with_its_link(self):
        trace = self.sent()
        with freeze_time(LATER):
            for url in ("https://a.example.com/x", "https://b.example.com/y"):
                self.click(trace, url)
        with freeze_time("2026-06-15 12:30:00"):
            self.click(trace, "https://a.example.com/x")
        self.collect()
        lines = self.lines(self.person(), "email_click")
        self.assertEqual(len(lines), 3)
        self.assertEqual(
            [("a.example" in s, "b.example" in s) for s in lines.mapped("summary")],
            [(True, False), (False, True), (True, False)],
        )

    def test_opened_again_is_the_same_open(self):
        trace = self.sent()
        with freeze_time(LATER):
            for _turn in range(3):
                self.open(trace)
        self.collect()
        with freeze_time("2026-06-16 12:00:00"):
            self.open(trace)
        self.collect()
        self.assertEqual(len(self.lines(self.person(), "email_open")), 1)
        hits = self.env["flywheel.mailing.hit"].search([])
        self.assertEqual(hits.touchpoint_id, self.lines(self.person(), "email_open"))
        self.assertEqual(len(hits), 1)

    def test_bounced_and_opened_after_all(self):
        trace = self.sent()
        trace.set_bounced()
        with freeze_time(LATER):
            self.open(trace)
        self.collect()
        self.assertEqual(
            self.codes(self.person()), ["email_sent", "email_bounce", "email_open"]
        )

    def test_tests_count_nothing(self):
        trace = self.sent(self.wang, is_test_trace=True)
        self.open(trace)
        self.click(trace)
        self.collect()
        self.assertFalse(self.person())
        self.assertEqual(self.pending(), 0)

    def test_mails_that_go_out_do_not_wake_the_collector_one_by_one(self):
        cron = self.env.ref("inbound_flywheel_mass_mailing.cron_collect")
        Trigger = self.env["ir.cron.trigger"]
        mine = [("cron_id", "=", cron.id)]
        Trigger.search(mine).unlink()
        traces = self.sent(self.wang) + self.sent(self.lee)
        now = self.later()
        moments = Trigger.search(mine).mapped("call_at")
        self.assertEqual(len(moments), 1)
        self.assertGreater(moments[0], now)
        self.click(traces[0])
        due = [*mine, ("call_at", "<=", now)]
        self.assertEqual(Trigger.search_count(due), 1, "a click is told at once")

    def test_somebody_else_is_at_the_tray(self):
        """A second worker leaves the events to the first one."""
        self.sent()
        count = self.pending()
        cron = self.env.ref("inbound_flywheel_mass_mailing.cron_collect")
        other = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(other.close)
        other.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.pending(), count)
        other.rollback()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.codes(self.person()), ["email_sent"])

    def test_twice_is_once(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.open(trace)
            self.click(trace)
        self.collect()
        count = len(self.lines(self.person()))
        self.env["flywheel.mailing.hit"]._note_past(trace.ids)
        self.collect()
        self.assertEqual(len(self.lines(self.person())), count)
        self.assert_scored(self.person())

    def test_the_past_comes_too(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.open(trace)
            self.click(trace)
        self.env["flywheel.mailing.hit"].search([]).unlink()
        self.env["ir.config_parameter"].set_param(
            "inbound_flywheel_mass_mailing.past", str(trace.id)
        )
        self.collect()
        self.assertEqual(
            sorted(self.codes(self.person())),
            ["email_click", "email_open", "email_sent"],
        )
        self.assertFalse(self.env["flywheel.mailing.hit"]._fetch_past())

    def test_imported_mails_tell_all_at_once(self):
        self.trace(trace_status="reply", sent_datetime="2026-06-01 08:00:00")
        self.collect()
        self.assertEqual(
            sorted(self.codes(self.person())),
            ["email_open", "email_reply", "email_sent"],
        )

    def test_link_of_another_mailing(self):
        """Numbers of mails are easily guessed: a link tells which mailing it was."""
        other = self._make_mailing(subject="Another")
        trace = self.sent()
        with self.asked():
            self.env["link.tracker.click"].add_click(
                self.link("https://x.example.com", other).code,
                mailing_trace_id=trace.id,
            )
        self.collect()
        self.assertFalse(self.lines(self.person(), "email_click"))

    def test_leads_contacts_and_addresses(self):
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "email_from": "lead@example.com"}
        )
        partner = self.env["res.partner"].create(
            {"name": "Chen", "email": "chen@example.com"}
        )
        self.sent(lead, partner, self.lee)
        self.collect()
        self.assertTrue(self.lines(lead.flywheel_profile_id, "email_sent"))
        self.assertTrue(self.lines(partner.flywheel_profile_id, "email_sent"))
        self.assertTrue(self.lines(self.person("lee@example.com"), "email_sent"))

    def test_record_is_gone_before(self):
        """The address tells who it was."""
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "email_from": "gone@example.com"}
        )
        self.sent(lead, email="gone@example.com")
        lead.unlink()
        self.collect()
        self.assertTrue(self.lines(self.person("gone@example.com"), "email_sent"))

    def test_other_company(self):
        """A mailing of the branch does not reach the main company's person."""
        self.ingest_all(self.item())
        ours = self.person()
        self.bea.group_ids += self.env.ref("mass_mailing.group_mass_mailing_user")
        self.mailing.user_id = self.bea
        self.sent()
        self.collect()
        self.assertFalse(self.lines(ours, "email_sent"))
        theirs = self.person() - ours
        self.assertEqual(theirs.company_id, self.branch)
        self.assertTrue(self.lines(theirs, "email_sent"))

    def test_lists_and_blacklist(self):
        subscription = self.env["mailing.subscription"].create(
            {"contact_id": self.wang.id, "list_id": self.mailing_list.id}
        )
        subscription.write({"opt_out": True})
        subscription.write({"opt_out": True})
        self.env["mail.blacklist"]._add("wang@example.com")
        self.env["mail.blacklist"]._add("wang@example.com")
        self.collect()
        self.assertEqual(
            self.codes(self.person()), ["subscribe", "unsubscribe", "email_blacklist"]
        )
        line = self.lines(self.person(), "unsubscribe")
        self.assertEqual(line.summary, "Spring letter")
        self.assertEqual(self.ref(self.mailing_list), (line.res_model, line.res_id))
        subscription.write({"opt_out": False})
        subscription.write({"opt_out": True})
        self.env["mail.blacklist"]._remove("wang@example.com")
        self.env["mail.blacklist"]._add("wang@example.com")
        self.collect()
        self.assertEqual(len(self.lines(self.person(), "unsubscribe")), 2)
        self.assertEqual(len(self.lines(self.person(), "email_blacklist")), 2)

    def test_an_imported_list_is_nobodys_act(self):
        self.env["mailing.subscription"].with_context(import_file=True).create(
            {"contact_id": self.wang.id, "list_id": self.mailing_list.id}
        )
        self.assertEqual(self.pending(), 0)

    def test_everything_deleted_leaves_the_ledger(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.click(trace)
        self.collect()
        person = self.person()
        trace.unlink()
        self.mailing.unlink()
        self.wang.unlink()
        lines = self.lines(person)
        self.assertEqual(sorted(self.codes(person)), ["email_click", "email_sent"])
        lines.invalidate_recordset()
        for line in lines.with_user(self.sam):
            self.assertIn("Spring offers", line.summary)
        self.assertTrue(person.with_user(self.sam).get_timeline())

    def test_deleted_before_it_is_collected(self):
        trace = self.sent()
        self.click(trace)
        trace.unlink()
        self.mailing.unlink()
        self.collect()
        self.assertEqual(self.pending(), 0)

    def test_sellers_read_the_words(self):
        """A seller may not open mailings, but reads what a person was told."""
        self.sent()
        self.collect()
        line = self.lines(self.person()).with_user(self.sam)
        self.assertIn("Spring offers", line.summary)
        found = line.search([("summary", "ilike", "spring offers")])
        self.assertIn(line, found)

    def test_a_hundred_in_few_statements(self):
        contacts = self.env["mailing.contact"].create(
            [
                {"name": f"N{number}", "email": f"n{number}@example.com"}
                for number in range(100)
            ]
        )
        traces = self.sent(*contacts)
        with freeze_time(LATER):
            for trace in traces:
                self.open(trace)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env["flywheel.mailing.hit"]._collect()
        self.assertLess(self.env.cr.sql_log_count - before, 90)
        types = self.codes(contacts.flywheel_profile_id)
        self.assertEqual(sorted(set(types)), ["email_open", "email_sent"])
        self.assertEqual(len(types), 200)
