# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError

from .common import FlywheelCase


class TestLead(FlywheelCase):
    def _lead(self, user=None, **values):
        Lead = self.env["crm.lead"].with_user(user or self.sam)
        return Lead.create({"name": "Offer", "type": "lead", **values}).sudo()

    def _partner(self, **values):
        return self.env["res.partner"].create({"name": "Wang", **values})

    def test_by_contact(self):
        partner = self._partner(email="wang@example.com")
        leads = self._lead(partner_id=partner.id) + self._lead(partner_id=partner.id)
        self.assertTrue(partner.flywheel_profile_id)
        self.assertEqual(leads.flywheel_profile_id, partner.flywheel_profile_id)

    def test_by_email(self):
        one = self._lead(email_from="Wang <wang@example.com>", contact_name="Wang")
        two = self._lead(email_from="WANG@EXAMPLE.COM")
        self.assertEqual(len((one + two).flywheel_profile_id), 1)
        self.assertEqual(one.flywheel_profile_id, self.person())
        self.assertEqual(self.person().name, "Wang")

    def test_by_phone(self):
        one, two = (self._lead(phone="02 2345 6789") for _n in range(2))
        self.assertEqual(len((one + two).flywheel_profile_id), 1)
        self.ingest_all(self.item(phone="+886223456789"))
        self.assertEqual(len(self.lines(one.flywheel_profile_id, "form")), 1)

    def test_email_before_phone(self):
        """People of one switchboard are not one person."""
        one = self._lead(phone="02 2345 6789", email_from="a@example.com")
        two = self._lead(phone="02 2345 6789", email_from="b@example.com")
        self.assertNotEqual(one.flywheel_profile_id, two.flywheel_profile_id)

    def test_by_nothing(self):
        one, two = self._lead(), self._lead()
        self.assertTrue(one.flywheel_profile_id)
        self.assertNotEqual(one.flywheel_profile_id, two.flywheel_profile_id)

    def test_many_at_once(self):
        leads = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .create(
                [
                    {"name": f"Lead {n}", "email_from": f"p{n % 7}@example.com"}
                    for n in range(30)
                ]
            )
        )
        self.assertEqual(len(leads.flywheel_profile_id), 7)
        self.assertEqual(
            len(self.lines(leads[0].flywheel_profile_id, "lead_created")), 5
        )

    def test_what_happens_goes_into_the_ledger(self):
        lead = self._lead(email_from="wang@example.com", expected_revenue=500)
        person = self.person()
        lead.with_user(self.sam).convert_opportunity(False)
        lead.with_user(self.sam).action_set_lost()
        lead.with_user(self.sam).action_unarchive()
        lead.with_user(self.sam).action_set_won()
        codes = ("lead_created", "lead_converted", "lead_lost", "lead_won")
        for code in codes:
            line = self.lines(person, code)
            self.assertEqual(len(line), 1, code)
            self.assertEqual((line.res_model, line.res_id), ("crm.lead", lead.id))
            self.assertEqual((line.summary, line.value), ("Offer", 500))
        lead.write({"priority": "2", "stage_id": lead.stage_id.id})
        self.assertEqual(len(self.lines(person)), 4)
        self.assert_scored(person)

    # ------------------------------------------------------------------
    # Somebody becomes known
    # ------------------------------------------------------------------
    def test_contact_for_an_anonymous_lead(self):
        lead = self._lead(email_from="wang@example.com")
        self.ingest_all(self.item())
        person = self.person()
        partner = self._partner()
        lead.with_user(self.sam).partner_id = partner
        self.assertEqual(lead.flywheel_profile_id, person)
        self.assertEqual(partner.flywheel_profile_id, person)
        self.assertEqual(person.partner_id, partner)

    def test_contact_who_is_somebody_already(self):
        lead = self._lead(email_from="wang@example.com")
        other_lead = self._lead(email_from="wang@example.com")
        partner = self._partner(email="other@example.com")
        self.ingest_all(
            self.item(), self.item("meeting", partner_id=partner.id, external_key="m")
        )
        anonymous, known = self.person(), partner.flywheel_profile_id
        lead.with_user(self.sam).partner_id = partner
        self.assertFalse(anonymous.exists())
        self.assertEqual((lead + other_lead).flywheel_profile_id, known)
        self.assertEqual(len(self.lines(known, "form", "meeting", "lead_created")), 4)
        self.assertEqual(self.person(), known)
        self.assert_scored(known)

    def test_lead_moves_to_another_contact(self):
        one, two = self._partner(name="One"), self._partner(name="Two")
        lead = self._lead(partner_id=one.id)
        lead.with_user(self.sam).partner_id = two
        self.assertEqual(lead.flywheel_profile_id, two.flywheel_profile_id)
        self.assertEqual(one.flywheel_profile_id.partner_id, one)

    def test_address_for_an_anonymous_lead(self):
        """What was known of a lead without address stays when it gets one."""
        lead = self._lead()
        lead.with_user(self.sam).lifecycle_stage_id = self.stage("sql")
        self.ingest_all(self.item("meeting", lead_id=lead.id))
        momentum = lead.flywheel_profile_id.momentum
        lead.with_user(self.sam).email_from = "wang@example.com"
        person = lead.flywheel_profile_id
        self.assertEqual(person, self.person())
        self.assertEqual(person.lifecycle_stage_id.code, "sql")
        self.assertAlmostEqual(person.momentum, momentum, 9)
        self.assertEqual(len(self.lines(person, "lead_created", "meeting")), 2)

    def test_known_address_for_an_anonymous_lead(self):
        lead = self._lead()
        self.ingest_all(self.item("meeting", lead_id=lead.id), self.item())
        lead.with_user(self.sam).email_from = "wang@example.com"
        self.assertEqual(lead.flywheel_profile_id, self.person())
        self.assertEqual(len(self.lines(self.person(), "form", "meeting")), 2)
        self.assert_scored(self.person())

    def test_conversion_passes_the_person_on(self):
        lead = self._lead(email_from="wang@example.com", contact_name="Wang Mei")
        self.ingest_all(self.item())
        person = self.person()
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_user(self.sam)
            .with_context(
                active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
            )
            .create({"name": "convert", "action": "create", "user_id": self.sam.id})
        )
        wizard.action_apply()
        self.assertEqual(lead.type, "opportunity")
        self.assertTrue(lead.partner_id)
        self.assertEqual(lead.partner_id.flywheel_profile_id, person)
        self.assertEqual(lead.flywheel_profile_id, person)
        self.assertEqual(len(self.lines(person, "lead_converted")), 1)
        self.assert_scored(person)

    # ------------------------------------------------------------------
    # Companies
    # ------------------------------------------------------------------
    def test_company_of_a_lead(self):
        here = self._lead(email_from="wang@example.com", company_id=self.company.id)
        there = self._lead(user=self.bea, email_from="wang@example.com")
        self.assertEqual(there.company_id, self.branch)
        self.assertNotEqual(here.flywheel_profile_id, there.flywheel_profile_id)
        self.assertEqual(there.flywheel_profile_id.company_id, self.branch)
        self.assertEqual(here.flywheel_profile_id.company_id, self.company)

    def test_shared_lead_has_a_shared_person(self):
        for values in ({}, {"email_from": "wang@example.com"}, {"phone": "0223456789"}):
            lead = self.env["crm.lead"].create(
                {
                    "name": "Shared",
                    "user_id": False,
                    "team_id": False,
                    "company_id": False,
                    **values,
                }
            )
            self.assertFalse(lead.company_id)
            self.assertFalse(lead.flywheel_profile_id.company_id, values)
            self.assertEqual(
                lead.with_user(self.bea).flywheel_profile_id.display_name,
                lead.flywheel_profile_id.display_name,
            )

    def test_nobody_picks_a_person(self):
        """The link is found, not chosen: else it would open every person's picture."""
        lead = self._lead()
        secret = self._lead(user=self.bea, email_from="b@example.com")
        person_id = secret.flywheel_profile_id.id
        partner = self._partner()
        for record in (lead, partner):
            with self.assertRaises(AccessError):
                record.with_user(self.sam).write({"flywheel_profile_id": person_id})
        for model in ("crm.lead", "res.partner"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.sam).create(
                    {"name": "Spy", "flywheel_profile_id": person_id}
                )
        with self.assertRaises(AccessError):
            secret.flywheel_profile_id.with_user(self.max).write(
                {"lead_ids": [Command.link(lead.id)]}
            )

    def test_default_stage_of_a_kanban_column(self):
        """A lead that is made in a column of the kanban is in that column."""
        lead = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .with_context(default_journey_stage_id=self.stage("decision").id)
            .create({"name": "Quick"})
        )
        self.assertEqual(lead.journey_stage_id.code, "decision")
