# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from .common import BROWSER, GMAIL, SCANNER, MailingCase

SOON = "2026-06-15 12:00:02"
LATER = "2026-06-15 12:05:00"


class TestMachines(MailingCase):
    """Machines are told from people, with the evidence, both ways."""

    def judge_again(self):
        run = self.env["flywheel.machine.run"].create({"total": 0})
        while run.state != "done":
            run._judge_batch()
        return run

    def test_within_seconds_and_minutes_later(self):
        """A scanner was there at once; the person who clicks later counts."""
        trace = self.sent()
        with freeze_time(SOON):
            self.open(trace)
            self.click(trace)
        with freeze_time(LATER):
            self.open(trace)
            self.click(trace)
        self.collect()
        person = self.person()
        self.assertEqual(self.states(person, "email_open"), ["quarantined", "valid"])
        self.assertEqual(self.states(person, "email_click"), ["quarantined", "valid"])
        line = self.lines(person, "email_click").sorted("date")[0]
        self.assertEqual(line.quarantine_kind, "soon")
        self.assertIn("2 seconds after", line.quarantine_evidence)
        self.assert_scored(person)

    def test_scanner_before_the_server_says_sent(self):
        trace = self.trace()
        self.click(trace)
        with freeze_time(SOON):
            trace.set_sent()
        self.collect()
        self.assertEqual(self.states(self.person(), "email_click"), ["quarantined"])

    def test_another_mail_just_went_out(self):
        """A click on yesterday's mail, seconds after today's was sent."""
        yesterday = self.sent()
        with freeze_time("2026-06-16 12:00:00"):
            other = self._make_mailing(subject="Today")
            self.trace(self.wang, mass_mailing_id=other.id).set_sent()
        with freeze_time("2026-06-16 12:00:02"):
            self.click(yesterday)
        self.collect()
        self.assertEqual(self.states(self.person(), "email_click"), ["valid"])

    def test_burst_shows_at_the_third_click(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.click(trace, "https://shop.example.com/1")
            self.click(trace, "https://shop.example.com/2")
        self.collect()
        person = self.person()
        self.assertEqual(self.states(person, "email_click"), ["valid"] * 2)
        self.assertGreater(person.momentum, 0)
        with freeze_time("2026-06-15 12:05:03"):
            self.click(trace, "https://shop.example.com/3")
        self.collect()
        self.assertEqual(self.states(person, "email_click"), ["quarantined"] * 3)
        person.invalidate_recordset()
        self.assertEqual(person.momentum, 0)
        kinds = self.lines(person, "email_click").mapped("quarantine_kind")
        self.assertEqual(set(kinds), {"burst"})
        self.assert_scored(person)

    def scan(self, trace, *seconds):
        """A scanner that says it is a browser is at three links, then the picture."""
        for place, second in enumerate(seconds):
            with freeze_time(f"2026-06-15 12:00:{second:02d}"):
                self.click(trace, f"https://shop.example.com/{place}")
        with freeze_time(f"2026-06-15 12:00:{seconds[-1]:02d}"):
            self.open(trace)

    def test_person_opens_after_a_scanner_that_says_it_is_a_browser(self):
        """The scanner's open shows as one by the links it tried: it must not stand
        where the person's belongs, whether both are collected together or not."""
        both = {self.wang: False, self.lee: True}
        for record, at_once in both.items():
            trace = self.sent(record)
            self.scan(trace, 5, 6, 7)
            if not at_once:
                self.collect()
            for moment in (LATER, "2026-06-15 12:06:00", "2026-06-15 12:07:00"):
                with freeze_time(moment):
                    self.open(trace)
            self.collect()
            person = self.person(record.email_normalized)
            states = self.states(person, "email_open")
            self.assertEqual(states, ["quarantined", "valid"])
            self.assert_scored(person)
        self.assertEqual(self.pending(), 0)

    def test_machines_stay_machines_when_mails_are_read_again(self):
        """As after the addon was away: a mail tells that it was opened and when, not
        by whom. What the ledger knows of that open must not become a person's."""
        alone, before = self.sent(self.wang), self.sent(self.lee)
        with freeze_time(LATER):
            self.open(alone, agent=SCANNER)
        self.scan(before, 5, 6, 7)
        self.collect()
        with freeze_time(LATER):
            self.open(before)
        self.collect()
        people = self.person() + self.person("lee@example.com")
        lines = self.lines(people)
        self.assertEqual(self.states(people[0], "email_open"), ["quarantined"])
        states = self.states(people[1], "email_open")
        self.assertEqual(states, ["quarantined", "valid"])
        self.env["flywheel.mailing.hit"].search([]).unlink()
        self.env["flywheel.mailing.hit"]._note_past((alone + before).ids)
        self.assertGreater(self.pending(), 0)
        self.collect()
        self.assertEqual(self.lines(people), lines)
        self.assertEqual(self.pending(), 0)

    def test_person_opens_often(self):
        trace = self.sent()
        for moment in (LATER, "2026-06-15 12:06:00", "2026-06-15 12:07:00"):
            with freeze_time(moment):
                self.open(trace)
        self.collect()
        self.assertEqual(self.states(self.person(), "email_open"), ["valid"])

    def test_scanner_that_waits_for_a_slow_server(self):
        """Three links within half a minute are a burst where the mail has just gone
        out, and none later."""
        trace = self.sent()
        self.scan(trace, 4, 14, 26)
        self.collect()
        person = self.person()
        self.assertEqual(self.states(person, "email_click"), ["quarantined"] * 3)
        self.assertEqual(self.states(person, "email_open"), ["quarantined"])
        evidence = self.lines(person, "email_open").quarantine_evidence
        self.assertIn("3 different links of the mail within 30 seconds", evidence)

        trace = self.sent(self.lee)
        for place, moment in enumerate(("12:05:00", "12:05:10", "12:05:22")):
            with freeze_time(f"2026-06-15 {moment}"):
                self.click(trace, f"https://shop.example.com/{place}")
        self.collect()
        person = self.person("lee@example.com")
        self.assertEqual(self.states(person, "email_click"), ["valid"] * 3)

    def test_one_link_clicked_again_and_again_is_no_burst(self):
        trace = self.sent()
        with freeze_time(LATER):
            for _turn in range(4):
                self.click(trace)
        self.collect()
        self.assertEqual(self.states(self.person(), "email_click"), ["valid"] * 4)

    def test_scanner_by_its_name(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.open(trace, agent=SCANNER)
            self.click(trace, agent=SCANNER)
        with freeze_time("2026-06-15 13:00:00"):
            self.open(trace)
        self.collect()
        person = self.person()
        self.assertEqual(self.states(person, "email_click"), ["quarantined"])
        self.assertEqual(self.states(person, "email_open"), ["quarantined", "valid"])
        line = self.lines(person, "email_click")
        self.assertIn("Microsoft Safe Links", line.quarantine_evidence)
        self.assertIn("BingPreview", line.quarantine_evidence)

    def test_gmail_stands_between(self):
        traces = self.sent(self.wang, self.lee)
        with freeze_time(LATER):
            for trace in traces:
                self.open(trace, agent=GMAIL, network="66.249.84.0/24")
        self.collect()
        self.assertEqual(self.states(self.person(), "email_open"), ["valid"])

    def test_apple_opens_for_everybody_and_clicks_for_nobody(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.open(trace, agent="Mozilla/5.0")
            self.click(trace, agent="Mozilla/5.0")
        self.collect()
        person = self.person()
        self.assertEqual(self.states(person, "email_open"), ["quarantined"])
        self.assertEqual(self.states(person, "email_click"), ["valid"])

    def test_head(self):
        trace = self.sent()
        with freeze_time(LATER):
            self.click(trace, method="HEAD")
        self.collect()
        line = self.lines(self.person(), "email_click")
        self.assertEqual(line.quarantine_kind, "head")

    def test_office_is_no_machine_but_two_signs_are(self):
        """One network, many recipients: enough only with another sign. What came
        before the crowd was seen is judged again with it."""
        contacts = self.env["mailing.contact"].create(
            [{"name": f"N{n}", "email": f"n{n}@corp.example.com"} for n in range(6)]
        )
        traces = self.sent(*contacts)
        with freeze_time(LATER):
            for trace in traces:
                self.click(trace)
        with freeze_time("2026-06-15 12:30:00"):
            self.open(traces[0], agent="", network="198.51.100.0/24")
            self.collect()
            for trace in traces[1:]:
                self.open(trace, agent="", network="198.51.100.0/24")
            self.collect()
        people = contacts.flywheel_profile_id
        self.assertEqual(self.states(people, "email_click"), ["valid"] * 6)
        self.assertEqual(self.states(people, "email_open"), ["quarantined"] * 6)
        evidence = self.lines(people, "email_open")[0].quarantine_evidence
        self.assertIn("6 recipients from the network 198.51.100.0/24", evidence)

    def test_released_stays_released(self):
        trace = self.sent()
        with freeze_time(SOON):
            self.click(trace)
        self.collect()
        person = self.person()
        line = self.lines(person, "email_click")
        line.with_user(self.max).action_release()
        self.assertEqual(line.state, "valid")
        self.assertGreater(person.momentum, 0)
        self.judge_again()
        line._quarantine({line.id: "soon"})
        self.assertEqual(line.state, "valid")
        kept = self.lines(person, "email_sent")
        kept.with_user(self.max).action_quarantine()
        self.judge_again()
        self.assertEqual(kept.state, "quarantined")

    def test_the_past_is_judged_again_both_ways(self):
        trace = self.sent()
        with freeze_time("2026-06-15 12:00:10"):
            self.click(trace)
        with freeze_time(LATER):
            self.click(trace, agent=SCANNER)
        self.collect()
        person = self.person()
        self.assertEqual(self.states(person, "email_click"), ["valid", "quarantined"])
        self.env.ref("inbound_flywheel.machine_sign_hasty").weight = 100
        self.env.ref("inbound_flywheel_mass_mailing.machine_sign_agent").active = False
        run = self.judge_again()
        self.assertEqual(self.states(person, "email_click"), ["quarantined", "valid"])
        self.assertEqual((run.quarantined, run.released, run.progress), (1, 1, 100))
        self.assert_scored(person)
        again = self.judge_again()
        self.assertEqual((again.quarantined, again.released), (0, 0))

    def test_who_may_judge(self):
        signs = self.env["flywheel.machine.sign"]
        for user in (self.rita, self.sam, self.mara, self.mel):
            with self.assertRaises(AccessError):
                signs.with_user(user).action_judge_again()
        action = signs.with_user(self.max).action_judge_again()
        self.assertEqual(action["res_model"], "flywheel.machine.run")
        self.assertTrue(self.env["flywheel.machine.run"].search([]))

    def test_report(self):
        trace = self.sent()
        with freeze_time(SOON):
            self.click(trace)
        self.collect()
        self.env.flush_all()
        report = self.env["flywheel.quarantine.report"].with_user(self.max)
        groups = report.formatted_read_group(
            [("mailing_id", "=", self.mailing.id)],
            ["kind", "domain", "mailing_id", "date:day"],
            ["count:sum"],
        )
        self.assertEqual(
            [(g["kind"], g["domain"], g["count:sum"]) for g in groups],
            [("soon", "example.com", 1)],
        )
        row = report.search([("mailing_id", "=", self.mailing.id)])
        self.assertEqual(row.network, "203.0.113.0/24")
        row.action_release()
        self.assertEqual(row.touchpoint_id.state, "valid")
        self.assertFalse(report.with_user(self.bea).search([("id", "=", row.id)]))

    def test_a_flood_is_judged_in_time(self):
        trace = self.sent()
        with freeze_time(LATER), self.asked(agent=BROWSER):
            link = self.link()
            self.env["link.tracker.click"].create(
                [{"link_id": link.id, "mailing_trace_id": trace.id}] * 2000
            )
        self.collect()
        self.assertEqual(len(self.lines(self.person(), "email_click")), 2000)
