# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import FlywheelCase


class TestIdentity(FlywheelCase):
    def _partner(self, **values):
        return self.env["res.partner"].create({"name": "Wang", **values})

    def test_contacts_get_nobody_by_accident(self):
        """Suppliers, employees and whoever else is in the address book."""
        Partner = self.env["res.partner"].with_user(self.ian)
        partner = Partner.create({"name": "Supplier", "email": "s@example.com"})
        company = Partner.create({"name": "Acme", "is_company": True})
        partner.write({"parent_id": company.id, "phone": "02 2345 6789"})
        partner.write({"email": "t@example.com", "company_id": self.company.id})
        imported = (
            self.env["res.partner"]
            .with_user(self.sam)
            .create(
                {"name": "Imported", "persona_id": False, "journey_stage_id": False}
            )
        )
        imported.write({"persona_id": False, "lifecycle_stage_id": False})
        everyone = (partner + company + imported + self.ian.partner_id).sudo()
        self.assertFalse(everyone.flywheel_profile_id)

    def test_address_of_a_contact(self):
        partner = self._partner(email="Wang@Example.com", phone="+886 2 2345 6789")
        self.ingest_all(self.item(), self.item(phone="02 2345 6789"))
        self.assertEqual(len(self.lines(partner.flywheel_profile_id)), 2)

    def test_person_before_company(self):
        """An address that a company and one of its people share is the person's."""
        company = self._partner(name="Acme", is_company=True, email="wang@example.com")
        partner = self._partner(parent_id=company.id, email="wang@example.com")
        self.ingest_all(self.item())
        self.assertTrue(partner.flywheel_profile_id)
        self.assertFalse(company.flywheel_profile_id)

    def test_new_address_of_a_contact(self):
        partner = self._partner(email="wang@example.com")
        self.ingest_all(self.item())
        partner.with_user(self.ian).email = "new@example.com"
        self.ingest_all(self.item(email="new@example.com"), self.item())
        self.assertEqual(len(self.lines(partner.flywheel_profile_id)), 3)

    def test_contact_of_a_known_address(self):
        """An anonymous history joins the contact that is made for it."""
        self.ingest_all(self.item(), self.item("page"))
        before = self.person().momentum
        partner = self._partner(email="wang@example.com")
        self.ingest_all(self.item("meeting", partner_id=partner.id))
        person = partner.flywheel_profile_id
        self.assertEqual(person, self.person())
        self.assertEqual(len(self.lines(person, "form", "page", "meeting")), 3)
        self.assertGreater(person.momentum, before)
        self.assert_scored(person)

    def test_contact_gets_a_known_address(self):
        """So does one whose address becomes known later."""
        partner = self._partner()
        self.ingest_all(self.item("meeting", partner_id=partner.id), self.item())
        partner.with_user(self.ian).email = "wang@example.com"
        person = partner.flywheel_profile_id
        self.assertEqual(person, self.person())
        self.assertEqual(len(self.lines(person, "form", "meeting")), 2)
        self.assert_scored(person)

    def test_address_of_two_contacts(self):
        """An address that two contacts share joins nobody."""
        one, two = (
            self._partner(email="wang@example.com"),
            self._partner(email="wang@example.com"),
        )
        self.ingest_all(self.item("page", partner_id=one.id))
        self.ingest_all(self.item("form", partner_id=two.id))
        self.assertNotEqual(one.flywheel_profile_id, two.flywheel_profile_id)
        self.ingest_all(self.item("meeting"))
        self.assertEqual(len(self.lines(one.flywheel_profile_id)), 2)

    def test_another_companys_history_stays_there(self):
        self.ingest_all(self.item(), user=self.bea)
        secret = self.person()
        partner = self._partner(email="wang@example.com", company_id=self.company.id)
        self.ingest_all(self.item("meeting", partner_id=partner.id))
        self.assertNotEqual(partner.flywheel_profile_id, secret)
        self.assertEqual(len(self.lines(partner.flywheel_profile_id)), 1)

    def test_company_of_a_contact(self):
        partner = self._partner(email="wang@example.com")
        self.ingest_all(self.item())
        person = partner.flywheel_profile_id
        for company in (self.company, self.company.browse()):
            partner.with_user(self.ian).company_id = company
            self.assertEqual(person.company_id, company)
            self.assertEqual(person.identity_ids.company_id, company)
            self.assertEqual(self.lines(person).company_id, company)
            self.assertEqual(self.person(), person)

    def test_name(self):
        partner = self._partner()
        self.ingest_all(self.item(partner_id=partner.id), self.item())
        self.assertEqual(partner.flywheel_profile_id.name, "Wang")
        partner.name = "Wang Mei"
        self.assertEqual(partner.flywheel_profile_id.name, "Wang Mei")
        self.assertEqual(self.person().display_name, "wang@example.com")

    def test_deleted_contact(self):
        partner = self._partner(email="wang@example.com")
        self.ingest_all(self.item())
        person = partner.flywheel_profile_id
        partner.unlink()
        self.assertFalse(person.partner_id)
        self.assertEqual(len(self.lines(person)), 1)

    def test_copies_are_others(self):
        partner = self._partner(email="wang@example.com")
        self.ingest_all(self.item())
        self.assertFalse(partner.copy().flywheel_profile_id)

    def test_record_skips_whom_nobody_knows(self):
        Touchpoint = self.env["flywheel.touchpoint"]
        Touchpoint._record(
            [
                {"type": "form", "email": "not an address"},
                {"type": "nonsense", "email": "wang@example.com"},
                {"type": "form", "partner_id": 2**31 - 1},
                {"type": "form", "email": "wang@example.com", "external_key": "1"},
                {"type": "form", "email": "wang@example.com", "external_key": "1"},
            ]
        )
        Touchpoint._record([])
        self.assertEqual(len(self.lines(self.person())), 1)
