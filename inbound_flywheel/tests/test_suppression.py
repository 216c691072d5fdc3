# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time

from .common import NOW
from .common_privacy import EMAIL, NAME, PHONE, WORD, PrivacyCase


@freeze_time(NOW)
class TestSuppression(PrivacyCase):
    def setUp(self):
        super().setUp()
        self.forget()

    def test_remote_systems_do_not_make_the_person_anew(self):
        people = self.env["flywheel.profile"].search_count([])
        answer = self.ingest(
            self.item("form", email=EMAIL.upper()),
            self.item("form", phone=PHONE),
            self.item("form", email="new@example.com"),
        )
        self.assertEqual(answer["created"], 1)
        self.assertEqual([error["index"] for error in answer["errors"]], [0, 1])
        self.assertIn("forgotten", answer["errors"][0]["error"])
        self.assertEqual(self.env["flywheel.profile"].search_count([]), people + 1)

    def test_odoo_itself_does_not(self):
        Touchpoint = self.env["flywheel.touchpoint"]
        for later in (False, True):
            Touchpoint._record([{"type": "email_sent", "email": EMAIL}], later=later)
        Touchpoint._flush_queue()
        self.assertFalse(self.person(EMAIL))

    def test_imports_do_not(self):
        partner = self.env["res.partner"].create({"name": NAME, "email": EMAIL})
        partner._flywheel_ensure_profiles()
        self.assertFalse(partner.flywheel_profile_id)
        by_phone = self.env["res.partner"].create({"name": NAME, "phone": PHONE})
        by_phone._flywheel_ensure_profiles()
        self.assertFalse(by_phone.flywheel_profile_id)
        family = self.env["res.partner"].create(
            {"name": "Husband", "phone": PHONE, "email": "husband@example.com"}
        )
        family._flywheel_ensure_profiles()
        self.assertTrue(family.flywheel_profile_id, "a phone is shared by many")
        persona = self.env["flywheel.persona"].create({"name": "Saver"})
        leads = self.env["crm.lead"].create(
            [
                {"name": "Back", "email_from": EMAIL, "persona_id": persona.id},
                {"name": "New", "email_from": "n@example.com"},
                {"name": "Of the contact", "partner_id": partner.id},
            ]
        )
        self.assertEqual(
            [bool(lead.flywheel_profile_id) for lead in leads], [False, True, False]
        )
        leads[0].action_set_won()
        self.assertFalse(self.person(EMAIL))

    def test_facts_do_not(self):
        answer = self.env["flywheel.profile"].learn(
            [{"question": "need", "answer": "Sleep", "email": EMAIL}]
        )
        self.assertTrue(answer["errors"])

    def test_a_changed_address_does_not(self):
        lead = self.env["crm.lead"].create({"name": "X", "email_from": "x@example.com"})
        lead.email_from = EMAIL
        self.env.flush_all()
        self.assertFalse(self.person(EMAIL))

    def test_adoption_of_old_leads_ends(self):
        self.env["crm.lead"].create({"name": "Back", "email_from": EMAIL})
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("inbound_flywheel.cron_adopt_leads").method_direct_trigger()
        self.assertFalse(self.person(EMAIL))

    def test_anonymous_records_are_nobody_for_good(self):
        for record in (self.lead, self.partner):
            record._flywheel_ensure_profiles()
            self.assertFalse(record.flywheel_profile_id)

    def test_other_company_is_its_own(self):
        person = self.env["flywheel.identity"].with_company(self.branch)
        found = person._resolve([("email", EMAIL)])
        self.assertTrue(found)

    def test_come_back_with_a_consent(self):
        wizard = Form(self.env["flywheel.suppression.lift"].with_user(self.max))
        wizard.address = f'"{NAME}" <{EMAIL}>'
        wizard.method = "written"
        wizard.evidence = "Letter of today"
        action = wizard.save().action_lift()
        person = self.env["flywheel.profile"].browse(action["res_id"])
        self.assertEqual(person, self.person(EMAIL))
        self.assertTrue(person._has_consent("tracking"))
        self.assertFalse(person.touchpoint_ids)
        self.ingest_all(self.item("form", email=EMAIL))
        self.assertEqual(len(self.lines(person, "form")), 1)
        returned = self.env["flywheel.privacy.log"].search([("kind", "=", "return")])
        self.assertEqual(returned.state, "done")
        again = self.env["flywheel.suppression.lift"].with_user(self.max)
        with self.assertRaisesRegex(UserError, "not on the list"):
            again.create(
                {"address": EMAIL, "method": "written", "evidence": "x"}
            ).action_lift()

    def test_who_may(self):
        Suppression = self.env["flywheel.suppression"]
        for user in (self.sam, self.mara, self.ian):
            with self.assertRaises(AccessError):
                Suppression.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["flywheel.suppression.lift"].with_user(user).create(
                    {"address": EMAIL, "method": "written", "evidence": "x"}
                )
        with self.assertRaises(AccessError):
            Suppression.with_user(self.max).create({"kind": "email", "digest": "0"})

    def test_hash_takes_the_key(self):
        """Whoever has the list and no key cannot try addresses."""
        digest = self.env["flywheel.suppression"]._digest("email", EMAIL)
        self.env["ir.config_parameter"].set_param(
            "inbound_flywheel.suppression_secret", "other"
        )
        self.assertNotEqual(
            self.env["flywheel.suppression"]._digest("email", EMAIL), digest
        )
        self.assertNotIn(WORD, digest)

    def test_costs_nothing_where_nobody_was_forgotten(self):
        self.env["flywheel.suppression"].search([]).unlink()
        self.env.registry.clear_cache()
        self.assertFalse(self.env["flywheel.suppression"]._is_used())
        with self.assertQueryCount(0):
            self.env["flywheel.suppression"]._match([("email", EMAIL)])
