# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError

from ..models.mailing_contact import MailingContact
from .common import MailingCase


class TestRecipients(MailingCase):
    """Recipients are chosen by the picture of the person."""

    def test_contacts_make_no_people(self):
        self.assertFalse(self.wang.flywheel_profile_id)
        self.assertFalse(self.person())

    def test_known_people_are_found(self):
        self.ingest_all(self.item("meeting"), self.item("meeting"))
        known = self.env["mailing.contact"].create({"email": "wang@example.com"})
        self.assertEqual(known.flywheel_profile_id, self.person())
        self.mailing.mailing_domain = repr([("engagement_score", ">", 10)])
        recipients = self.mailing.with_user(self.mel)._get_recipients()
        self.assertEqual(sorted(recipients), sorted((self.wang | known).ids))

    def test_beside_a_second_company(self):
        """Lists are everybody's: they do not show one company's people to another."""
        self.ingest_all(self.item("meeting"))
        self.patch(
            self.registry["mailing.contact"],
            "_flywheel_shared_only",
            MailingContact._flywheel_shared_only,
        )
        known = self.env["mailing.contact"].create({"email": "wang@example.com"})
        self.env["mailing.contact"]._cron_link_contacts()
        self.env["mailing.contact"]._flywheel_link_known({known.id: self.person().id})
        self.assertFalse(known.flywheel_profile_id)
        with self.assertRaises(UserError):
            known.persona_id = self.env["flywheel.persona"].create({"name": "Buyer"})
        # Everybody's contact is everybody's person.
        self.env["res.partner"].create({"name": "Zhou", "email": "zhou@example.com"})
        self.ingest_all(self.item("meeting", email="zhou@example.com"))
        zhou = self.env["mailing.contact"].create({"email": "zhou@example.com"})
        self.assertEqual(zhou.flywheel_profile_id.partner_id.name, "Zhou")

    def test_every_field_of_the_picture(self):
        self.ingest_all(self.item("meeting"))
        self.env["mailing.contact"]._cron_link_contacts()
        persona = self.env["flywheel.persona"].create({"name": "Purchaser"})
        self.wang.persona_id = persona
        lead = self.env["crm.lead"].create(
            {"name": "L", "email_from": "lead@example.com", "persona_id": persona.id}
        )
        partner = self.env["res.partner"].create(
            {"name": "P", "email": "p@example.com", "persona_id": persona.id}
        )
        for record in (self.wang, lead, partner):
            mailing = self._make_mailing(
                mailing_model_id=self.env["ir.model"]._get_id(record._name),
                mailing_domain=repr([("persona_id", "=", persona.id)]),
            )
            self.assertEqual(mailing._get_recipients(), record.ids)
            if record != lead:
                # Leads are for sellers.
                sender = mailing.with_user(self.mel)
                self.assertEqual(sender._get_recipients(), record.ids)
        for domain in (
            [("score_band", "in", ["hot", "warm", "cold"])],
            [("journey_stage_id.code", "=", "awareness")],
            [("lifecycle_stage_id", "!=", False)],
            [("fit_grade", "in", ["A", "B", "C", "D", False])],
        ):
            found = self.env["mailing.contact"].with_user(self.mel).search(domain)
            self.assertIsInstance(found.ids, list)

    def test_shipped_filters_are_valid(self):
        filters = self.env["ir.model.data"].search(
            [
                ("module", "=", "inbound_flywheel_mass_mailing"),
                ("model", "=", "mailing.filter"),
            ]
        )
        self.assertTrue(filters)
        for mailing_filter in self.env["mailing.filter"].browse(
            filters.mapped("res_id")
        ):
            mailing = self._make_mailing(
                mailing_model_id=mailing_filter.mailing_model_id.id
            )
            mailing.mailing_filter_id = mailing_filter
            self.assertIsInstance(mailing._get_recipients(), list)

    def test_another_address_is_somebody_else(self):
        self.ingest_all(self.item())
        self.env["mailing.contact"]._cron_link_contacts()
        self.assertEqual(self.wang.flywheel_profile_id, self.person())
        self.wang.email = "other@example.com"
        self.assertFalse(self.wang.flywheel_profile_id)

    def test_without_the_group(self):
        with self.assertRaises(AccessError):
            self.wang.with_user(self.ian).read(["engagement_score"])

    def test_persona_chosen_on_a_contact(self):
        persona = self.env["flywheel.persona"].create({"name": "Purchaser"})
        self.wang.with_user(self.mel).persona_id = persona
        self.assertEqual(self.person().persona_id, persona)
        self.assertEqual(self.person().name, "Wang")
