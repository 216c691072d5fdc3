# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time

from odoo.addons.inbound_flywheel.tests.common import NOW

from .common import WebsiteCase


@freeze_time(NOW)
class TestIdentify(WebsiteCase):
    """A visitor's past joins the person that it turns out to be."""

    def setUp(self):
        super().setUp()
        self.person = self.lead.flywheel_profile_id

    def test_past_joins_and_future_follows(self):
        visitor = self.visitor()
        for days in (50, 20, 1):
            self.visit(visitor, f"/page-{days}", minutes=days * 1440)
        self.pull()
        self.assertFalse(self.views(self.person))
        visitor._flywheel_identify(self.person, "Contact Us")
        self.pull()
        self.assertEqual(len(self.views(self.person)), 3)
        self.visit(visitor, "/later")
        self.pull()
        self.assertEqual(len(self.views(self.person)), 4)
        self.assertEqual(visitor.flywheel_profile_id, self.person)
        self.assert_scored(self.person)

    def test_who_joined_is_told_and_can_be_taken_out(self):
        """Somebody types another person's address: it leaves a trace, and goes."""
        own = self.visitor()
        own._flywheel_identify(self.person, "Newsletter")
        self.visit(own, "/mine")
        stranger = self.visitor()
        self.visit(stranger, "/theirs", minutes=30)
        stranger._flywheel_identify(self.person, "Contact Us")
        self.pull()
        self.visit(stranger, "/theirs-later", minutes=1)
        self.pull()
        told = self.lines(self.person, "profile_merged").mapped("summary")
        self.assertIn(f"Website visitor #{stranger.id}: Contact Us", told)
        self.assertEqual(len(self.views(self.person)), 3)

        wizard = (
            self.env["flywheel.split"]
            .with_user(self.sam)
            .with_context(default_profile_id=self.person.id)
            .create({})
        )
        part = wizard.part_ids.filtered(lambda p: str(stranger.id) in (p.name or ""))
        self.assertEqual(part.touchpoint_count, 2)
        part.chosen = True
        wizard.action_split()
        self.assertEqual(self.views(self.person).mapped("summary"), ["/mine"])
        other = stranger.flywheel_profile_id
        self.assertTrue(other)
        self.assertNotEqual(other, self.person)
        self.assertEqual(
            set(self.views(other).mapped("summary")), {"/theirs", "/theirs-later"}
        )
        self.visit(stranger, "/theirs-again", minutes=0)
        self.pull()
        self.assertEqual(len(self.views(other)), 3)
        self.assert_scored(self.person, other)

    def test_a_form_is_no_proof(self):
        """Who has been told stays, whatever other address is typed."""
        visitor = self.visitor()
        visitor._flywheel_identify(self.person)
        other = self.env["crm.lead"].create(
            {"name": "x", "email_from": "b@example.com"}
        )
        visitor._flywheel_identify(other.flywheel_profile_id)
        self.visit(visitor)
        self.pull()
        self.assertEqual(len(self.views(self.person)), 1)
        self.assertFalse(self.views(other.flywheel_profile_id))

    def test_signing_in_is_proof(self):
        visitor = self.visitor()
        visitor._flywheel_identify(self.person)
        self.visit(visitor, "/before", minutes=90)
        self.pull()
        visitor.access_token = self.pia.partner_id.id
        self.visit(visitor, "/after", minutes=1)
        self.pull()
        pia = self.pia.partner_id.flywheel_profile_id
        self.assertEqual(self.views(self.person).mapped("summary"), ["/before"])
        self.assertEqual(self.views(pia).mapped("summary"), ["/after"])
        self.assertEqual(visitor.flywheel_profile_id, pia)

    def test_login_brings_the_past(self):
        visitor = self.visitor()
        self.visit(visitor, "/before")
        visitor.access_token = self.pia.partner_id.id
        self.pull()
        pia = self.pia.partner_id.flywheel_profile_id
        self.assertEqual(self.views(pia).mapped("summary"), ["/before"])

    def test_merged_visitors(self):
        target = self.visitor(access_token=str(self.pia.partner_id.id))
        self.visit(target, "/known", minutes=500)
        self.pull()
        anonymous = self.visitor()
        self.visit(anonymous, "/device-two", minutes=50)
        self.pull()
        anonymous._merge_visitor(target)
        self.assertFalse(anonymous.exists())
        self.pull()
        pia = self.pia.partner_id.flywheel_profile_id
        self.assertEqual(
            set(self.views(pia).mapped("summary")), {"/known", "/device-two"}
        )

    def test_lead_of_a_visitor(self):
        visitor = self.visitor()
        self.visit(visitor)
        visitor.lead_ids = self.lead
        self.pull()
        self.assertEqual(len(self.views(self.person)), 1)

    def test_merged_people_keep_their_visitors(self):
        visitor = self.visitor()
        visitor._flywheel_identify(self.person)
        other = self.env["crm.lead"].create(
            {"name": "x", "email_from": "b@example.com"}
        )
        other.flywheel_profile_id._merge(self.person)
        self.visit(visitor)
        self.pull()
        self.assertEqual(len(self.views(other.flywheel_profile_id)), 1)

    def test_personal_records(self):
        visitor = self.visitor()
        track = self.visit(visitor)
        visitor._flywheel_identify(self.person)
        records = self.person._get_personal_records()
        self.assertEqual(records["website.visitor"], visitor)
        self.assertEqual(records["website.track"], track)

    def test_who_may_see_who_a_visitor_is(self):
        visitor = self.visitor()
        visitor._flywheel_identify(self.person)
        found = self.env["website.visitor"].with_user(self.sam)
        known = [("flywheel_profile_id", "!=", False)]
        self.assertIn(visitor, found.search(known))
        self.assertIn(
            visitor, found.search([("flywheel_profile_id", "=", self.person.id)])
        )
        self.assertNotIn(visitor, found.search([("flywheel_profile_id", "=", False)]))
        self.person.company_id = self.company
        seen = visitor.with_user(self.bea).with_company(self.branch)
        self.assertFalse(seen.flywheel_profile_id)
