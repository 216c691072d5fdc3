# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import FlywheelCase


class TestIngestCompany(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.here = Partner.create(
            {
                "name": "Here",
                "email": "wang@example.com",
                "company_id": cls.company.id,
            }
        )
        cls.there = Partner.create(
            {"name": "There", "email": "wang@example.com", "company_id": cls.branch.id}
        )
        cls.lead_there = cls.env["crm.lead"].create(
            {
                "name": "Secret offer",
                "company_id": cls.branch.id,
                "user_id": cls.bea.id,
                "team_id": False,
            }
        )

    def test_another_companys_records(self):
        answer = self.ingest(
            self.item(partner_id=self.there.id),
            self.item(lead_id=self.lead_there.id),
            self.item(partner_id=self.here.id),
        )
        self.assertEqual(answer["created"], 1)
        self.assertEqual([error["index"] for error in answer["errors"]], [0, 1])
        gone = self.env["res.partner"].create({"name": "Gone"})
        missing = gone.id
        gone.unlink()
        unknown = self.ingest(self.item(partner_id=missing))
        for error in answer["errors"]:
            self.assertNotIn("Secret", error["error"])
            self.assertNotIn("There", error["error"])
        # What exists elsewhere answers as what does not exist at all.
        self.assertEqual(
            answer["errors"][0]["error"].replace(str(self.there.id), "N"),
            unknown["errors"][0]["error"].replace(str(missing), "N"),
        )
        self.assertFalse(self.there.flywheel_profile_id)
        self.assertFalse(
            self.lines(self.lead_there.flywheel_profile_id, "form"),
        )

    def test_same_address_in_two_companies(self):
        self.ingest_all(self.item(), self.item("page"), user=self.bea)
        self.ingest_all(self.item("meeting"))
        there, here = self.there.flywheel_profile_id, self.here.flywheel_profile_id
        self.assertNotEqual(there, here)
        self.assertEqual(len(self.lines(there)), 2)
        self.assertEqual(self.lines(here).type_id.code, "meeting")
        self.assertEqual(self.lines(there).company_id, self.branch)
        self.assertEqual(self.lines(here).company_id, self.company)

    def test_unknown_address_stays_in_the_company(self):
        self.ingest_all(self.item(email="new@example.com"), user=self.bea)
        self.ingest_all(self.item(email="new@example.com"))
        identities = self.env["flywheel.identity"].search(
            [("value", "=", "new@example.com")]
        )
        self.assertEqual(identities.company_id, self.company | self.branch)
        self.assertEqual(len(identities.profile_id), 2)
        self.assertEqual(identities.profile_id.company_id, self.company | self.branch)

    def test_shared_contact(self):
        shared = self.env["res.partner"].create(
            {"name": "Shared", "email": "shared@example.com"}
        )
        self.ingest_all(self.item(email="shared@example.com"), user=self.bea)
        self.ingest_all(self.item(email="shared@example.com"))
        person = shared.flywheel_profile_id
        self.assertFalse(person.company_id)
        self.assertEqual(len(self.lines(person)), 2)
        self.assertFalse(self.lines(person).company_id)

    def test_own_company_before_shared(self):
        """The contact of one's own company comes before one that all share."""
        shared = self.env["res.partner"].create(
            {"name": "Shared", "email": "wang@example.com"}
        )
        shared._flywheel_ensure_profiles()
        self.here._flywheel_ensure_profiles()
        self.ingest_all(self.item())
        self.assertEqual(len(self.lines(self.here.flywheel_profile_id)), 1)
        self.assertFalse(self.lines(shared.flywheel_profile_id))

    def test_same_key_in_another_company(self):
        """The answer tells that the key is taken, and nothing of who took it."""
        self.ingest_all(self.item(external_key="k"), user=self.bea)
        answer = self.ingest(self.item(external_key="k"))
        self.assertEqual(answer["created"] + answer["duplicates"], 0)
        self.assertEqual(len(answer["errors"]), 1)
        self.assertNotIn("There", answer["errors"][0]["error"])
