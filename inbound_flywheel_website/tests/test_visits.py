# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time

from odoo.addons.inbound_flywheel.tests.common import NOW

from .common import WebsiteCase


@freeze_time(NOW)
class TestVisits(WebsiteCase):
    """Visits of known people become touchpoints, each once."""

    def setUp(self):
        super().setUp()
        self.person = self.lead.flywheel_profile_id
        self.known = self.visitor()
        self.known._flywheel_identify(self.person, "Contact Us")

    def test_anonymous_visits_make_nobody(self):
        before = self.env["flywheel.profile"].search_count([])
        for number in range(5):
            self.visit(self.visitor(), f"/page-{number}")
        self.pull()
        self.assertEqual(self.env["flywheel.profile"].search_count([]), before)

    def test_visit_becomes_a_touchpoint(self):
        track = self.visit(self.known, "/pricing?utm=x#top")
        self.pull()
        line = self.views(self.person)
        self.assertRecordValues(
            line,
            [
                {
                    "date": track.visit_datetime,
                    "external_key": f"website.track:{track.id}",
                    "res_model": "flywheel.page",
                    "summary": "/pricing",
                    "state": "valid",
                    "pending": False,
                    "company_id": self.person.company_id.id,
                }
            ],
        )
        page = self.env["flywheel.page"].browse(line.res_id)
        self.assertEqual(page.path, "/pricing")
        self.assertEqual(page.group_id, self.pricing)
        self.assert_scored(self.person)

    def test_read_twice_counts_once(self):
        self.visit(self.known)
        self.pull()
        self.pull()
        self.known._flywheel_identify(self.person)
        self.pull()
        self.assertEqual(len(self.views(self.person)), 1)

    def test_another_type_of_the_group_does_not_count_it_again(self):
        self.visit(self.known)
        self.pull()
        self.pricing.touchpoint_type_id = self.env["flywheel.touchpoint.type"].create(
            {
                "name": "Prices seen",
                "code": "prices_seen",
                "channel_id": self.env.ref("inbound_flywheel.channel_web").id,
            }
        )
        self.known._flywheel_identify(self.person)
        self.visit(self.known, "/pricing/teams", minutes=1)
        self.pull()
        self.assertEqual(len(self.views(self.person)), 1)
        self.assertEqual(len(self.views(self.person, "prices_seen")), 1)

    def test_the_same_page_within_half_an_hour_is_one_look(self):
        for minutes in (100, 80, 60, 25, 1):
            self.visit(self.known, minutes=minutes)
        self.visit(self.known, "/other", minutes=79)
        self.pull()
        # 100, and again after more than half an hour without a look: 25.
        dates = self.views(self.person).filtered(lambda t: t.summary == "/pricing")
        self.assertEqual(len(dates), 2)

    def test_page_in_another_language_is_the_same_page(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.visit(self.known, "/fr/pricing", minutes=90)
        self.visit(self.known, "/pricing/", minutes=5)
        self.pull()
        lines = self.views(self.person)
        self.assertEqual(len(lines), 2)
        self.assertEqual(len(set(lines.mapped("res_id"))), 1)

    def test_employees_are_nobody(self):
        visitor = self.visitor(access_token=str(self.ian.partner_id.id))
        self.visit(visitor)
        self.pull()
        self.assertFalse(self.ian.partner_id.flywheel_profile_id)
        visitor._flywheel_identify(self.person)
        self.pull()
        self.assertFalse(self.views(self.person))

    def test_objection_holds_also_afterwards(self):
        consent = {"profile_id": self.person.id, "purpose": "tracking"}
        consent["method"] = "email"
        self.env["flywheel.consent"].create({**consent, "kind": "withdrawn"})
        track = self.visit(self.known)
        self.pull()
        self.assertFalse(self.views(self.person))
        self.assertTrue(track.flywheel_private)
        with freeze_time("2026-06-15 13:00:00"):
            self.env["flywheel.consent"].create({**consent, "kind": "given"})
            self.known._flywheel_identify(self.person)
            self.visit(self.known, "/later", minutes=1)
            self.pull()
        self.assertEqual(self.views(self.person).mapped("summary"), ["/later"])

    def test_refused_cookies(self):
        track = self.visit(self.known)
        track.flywheel_private = True
        self.visit(self.known, "/agreed")
        self.pull()
        self.assertEqual(self.views(self.person).mapped("summary"), ["/agreed"])

    def test_bursts_are_set_aside(self):
        self.visit(self.known, "/calm", minutes=60)
        self.pull()
        for number in range(31):
            self.visit(self.known, f"/page-{number}", minutes=10)
        self.visit(self.known, "/calm-too", minutes=1)
        self.pull()
        lines = self.views(self.person)
        self.assertEqual(len(lines), 33)
        aside = lines.filtered(lambda line: line.state == "quarantined")
        self.assertEqual(len(aside), 31)
        self.assertTrue(all(aside.mapped("quarantine_reason")))
        self.assertFalse({"/calm", "/calm-too"} & set(aside.mapped("summary")))
        self.assert_scored(self.person)

    def test_other_companies_learn_nothing(self):
        self.website.company_id = self.branch
        self.person.company_id = self.company
        self.visit(self.known)
        self.pull()
        self.assertFalse(self.views(self.person))

    def test_page_and_visitor_may_go(self):
        page = self.env["website.page"].create(
            {
                "name": "Prices of ours",
                "url": "/pricing",
                "type": "qweb",
                "website_id": self.website.id,
                "arch": "<div/>",
            }
        )
        self.visit(self.known, page_id=page.id)
        self.pull()
        page.unlink()
        self.known.unlink()
        line = self.views(self.person).with_user(self.sam)
        self.assertEqual(line.summary, "Prices of ours")
        self.assertEqual(line.action_open_source()["res_model"], "flywheel.page")

    def test_mark_waits_for_those_at_work(self):
        mark = self.env["flywheel.visit.mark"].create({})
        track = self.visit(self.known)
        mark._look()
        self.assertEqual(mark.seen_id, track.id)
        mark._advance(track.id)
        # This very transaction is still at work.
        self.assertEqual(mark.safe_id, 0)
        mark.seen_xid = "1"
        mark._advance(track.id)
        self.assertEqual(mark.safe_id, track.id)

    def test_scheduled_action(self):
        self.visit(self.known)
        with self.enter_registry_test_mode():
            self.env.ref(
                "inbound_flywheel_website.cron_pull_visits"
            ).method_direct_trigger()
        self.assertEqual(len(self.views(self.person)), 1)

    def test_many_visits_few_queries(self):
        for number in range(40):
            self.visit(self.visitor(), f"/p-{number}", minutes=number)
        Track = self.env["website.track"]
        self.pull()
        self.visit(self.known, "/p-1")
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        Track._flywheel_pull_next(self.start)
        few = self.env.cr.sql_log_count - start
        for number in range(200):
            self.visit(self.known, "/p-2", minutes=number * 40)
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        Track._flywheel_pull_next(self.start)
        self.assertLessEqual(self.env.cr.sql_log_count - start, few + 5)
        self.assertEqual(len(self.views(self.person)), 201)
