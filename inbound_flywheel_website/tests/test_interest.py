# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time

from odoo.addons.inbound_flywheel.tests.common import NOW

from .common import WebsiteCase


@freeze_time(NOW)
class TestInterest(WebsiteCase):
    """What people look at tells what they are interested in."""

    def setUp(self):
        super().setUp()
        self.person = self.lead.flywheel_profile_id
        self.known = self.visitor()
        self.known._flywheel_identify(self.person)

    def test_panel(self):
        self.visit(self.known, "/pricing", minutes=3000)
        self.visit(self.known, "/pricing/teams", minutes=2000)
        self.visit(self.known, "/about", minutes=1000)
        self.pull()
        panel = self.person.with_user(self.sam).get_page_interest()
        self.assertEqual(panel["total"], 3)
        self.assertEqual(
            [(g["name"], g["views"], g["share"]) for g in panel["groups"]],
            [("Prices", 2, 67), ("Other pages", 1, 33)],
        )
        self.assertEqual(
            [page["name"] for page in panel["pages"]],
            ["/about", "/pricing/teams", "/pricing"],
        )
        with self.assertRaises(AccessError):
            self.person.with_user(self.ian).get_page_interest()

    def test_filters_see_thirty_days(self):
        self.visit(self.known, "/pricing", minutes=40 * 1440)
        self.pull()
        interested = [("page_group_ids", "in", self.pricing.ids)]
        people = self.env["flywheel.profile"].with_user(self.mara)
        self.assertNotIn(self.person, people.search(interested))
        self.visit(self.known, "/pricing", minutes=29 * 1440)
        self.pull()
        for domain in (
            interested,
            [("page_group_ids", "ilike", "price")],
            [("page_group_ids.name", "=", "Prices")],
            [("page_group_ids", "!=", False)],
        ):
            with self.subTest(domain=domain):
                self.assertIn(self.person, people.search(domain))
        self.assertNotIn(self.person, people.search([("page_group_ids", "=", False)]))
        self.assertEqual(self.person.page_group_ids, self.pricing)
        leads = self.env["crm.lead"].with_user(self.sam)
        self.assertIn(self.lead, leads.search(interested))

    def test_rule_by_group(self):
        """A score rule may ask for the group of the page."""
        self.score_model = self._activate_model(rules=())
        model = self.env["flywheel.score.model"].create({"name": "By group"})
        model.rule_ids = [
            (
                0,
                0,
                {
                    "name": "Prices",
                    "points": 10,
                    "type_ids": self.env.ref("inbound_flywheel.touchpoint_type_page"),
                    "domain": f"[('page_group_id', '=', {self.pricing.id})]",
                },
            )
        ]
        model.action_activate()
        self.visit(self.known, "/pricing", minutes=1)
        self.visit(self.known, "/about", minutes=1)
        self.pull()
        awards = self.env["flywheel.award"].search(
            [("profile_id", "=", self.person.id)]
        )
        self.assertEqual(awards.mapped("points"), [10.0])

    def test_groups_follow_their_patterns(self):
        Page = self.env["flywheel.page"].with_user(self.mara)
        page, chosen = Page.create(
            [{"name": "A", "path": "/a/"}, {"name": "B", "path": "/b"}]
        )
        self.assertEqual(page.path, "/a")
        chosen.group_id = self.pricing
        group = self.env["flywheel.page.group"].with_user(self.mara)
        group = group.create({"name": "All", "patterns": "*", "sequence": 99})
        self.assertEqual((page | chosen).mapped("group_id"), group | self.pricing)
        group.patterns = "/z*"
        self.assertFalse(page.group_id)
        chosen.action_group_by_patterns()
        self.assertFalse(chosen.group_id)
        group.patterns = "/a*"
        self.assertEqual(page.group_id, group)
        group.unlink()
        self.assertFalse(page.group_id)

    def test_who_may_change_groups(self):
        for user in (self.rita, self.sam, self.sid):
            with self.assertRaises(AccessError):
                self.pricing.with_user(user).name = "Mine"
        self.pricing.with_user(self.mara).name = "Prices of ours"
        Form(self.env["flywheel.page.group"].with_user(self.mara))

    def test_other_companies(self):
        self.website.company_id = self.branch
        page = self.env["flywheel.page"].create(
            {"name": "A", "path": "/a", "website_id": self.website.id}
        )
        with self.assertRaises(AccessError):
            page.with_user(self.rita).read(["name"])

    def test_report(self):
        persona = self.env["flywheel.persona"].create({"name": "Buyer of tea"})
        self.person.persona_id = persona
        self.visit(self.known, "/pricing", minutes=1)
        self.pull()
        report = self.env["flywheel.page.report"].with_user(self.mara)
        groups = report._read_group(
            [("group_id", "=", self.pricing.id)],
            ["persona_id", "group_id"],
            ["views:sum", "people:count_distinct"],
        )
        self.assertEqual(groups, [(persona, self.pricing, 1, 1)])

    def test_bad_patterns_are_harmless(self):
        self.pricing.patterns = "[\n(((\n*?\n\\"
        self.visit(self.known, "/x", minutes=1)
        self.pull()
        self.assertEqual(len(self.views(self.person)), 1)
