# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import FlywheelCase


class TestPersona(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saver = cls._persona(
            "Saver", ("city", "Taipei", 3), ("function", "Clerk", 1)
        )
        cls.boss = cls._persona("Boss", ("function", "Director", 1))

    @classmethod
    def _persona(cls, name, *criteria, **values):
        return (
            cls.env["flywheel.persona"]
            .with_user(cls.mara)
            .create(
                {
                    "name": name,
                    "rule_ids": [
                        (
                            0,
                            0,
                            {
                                "name": f"{field} {value}",
                                "domain": f"[({field!r}, '=', {value!r})]",
                                "weight": weight,
                                "active": True,
                            },
                        )
                        for field, value, weight in criteria
                    ],
                    **values,
                }
            )
        )

    def _partner(self, **values):
        partner = self.env["res.partner"].create({"name": "Wang", **values})
        partner._flywheel_ensure_profiles()
        return partner

    def _confidence(self, partner):
        return partner.flywheel_profile_id.persona_confidence

    def test_confidence(self):
        partner = self._partner(city="Taipei")
        self.assertEqual(partner.persona_id, self.saver)
        self.assertAlmostEqual(self._confidence(partner), 0.75)
        partner.with_user(self.ian).function = "Clerk"
        self.assertAlmostEqual(self._confidence(partner), 1)

    def test_too_little_confidence(self):
        partner = self._partner(function="Clerk")
        self.assertFalse(partner.persona_id)
        self.assertEqual(self._confidence(partner), 0)
        self.saver.min_confidence = 0.25
        self.env["flywheel.profile"]._evaluate_all()
        self.assertEqual(partner.persona_id, self.saver)

    def test_the_best_wins(self):
        partner = self._partner(city="Taipei", function="Director")
        self.assertEqual(partner.persona_id, self.boss)

    def test_the_first_wins_when_equal(self):
        other = self._persona("Other", ("function", "Director", 5), sequence=1)
        partner = self._partner(function="Director")
        self.assertEqual(partner.persona_id, other)

    def test_lead_without_contact(self):
        self.boss.sudo().rule_ids.model = "crm.lead"
        lead = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .create({"name": "Offer", "function": "Director"})
        )
        self.assertEqual(lead.persona_id, self.boss)

    def test_choice_by_hand_is_locked(self):
        partner = self._partner(city="Taipei")
        partner.with_user(self.sam).persona_id = self.boss
        person = partner.flywheel_profile_id
        self.assertTrue(person.persona_locked)
        self.assertEqual(person.persona_confidence, 0)
        partner.with_user(self.ian).function = "Clerk"
        self.assertEqual(partner.persona_id, self.boss)
        self.env["flywheel.profile"]._evaluate_all()
        self.assertEqual(partner.persona_id, self.boss)

    def test_choice_taken_back(self):
        partner = self._partner(city="Taipei")
        for record in (partner, partner.flywheel_profile_id):
            record.with_user(self.sam).persona_id = self.boss
            self.assertEqual(partner.persona_id, self.boss)
            record.with_user(self.sam).persona_id = False
            self.assertFalse(partner.flywheel_profile_id.persona_locked)
            self.assertEqual(partner.persona_id, self.saver)
            self.assertAlmostEqual(self._confidence(partner), 0.75)

    def test_lock_taken_off(self):
        partner = self._partner(city="Taipei")
        partner.with_user(self.sam).persona_id = self.boss
        partner.flywheel_profile_id.with_user(self.sam).persona_locked = False
        self.assertEqual(partner.persona_id, self.saver)

    def test_what_the_rules_found_kept_by_hand(self):
        partner = self._partner(city="Taipei")
        self.assertEqual(partner.persona_id, self.saver)
        partner.flywheel_profile_id.with_user(self.sam).persona_locked = True
        partner.with_user(self.ian).city = "Tainan"
        self.assertEqual(partner.persona_id, self.saver)

    def test_at_create(self):
        for model in ("res.partner", "crm.lead"):
            record = (
                self.env[model]
                .with_user(self.sam)
                .create({"name": "New", "persona_id": self.boss.id})
            )
            self.assertEqual(record.persona_id, self.boss)
            self.assertTrue(record.flywheel_profile_id.persona_locked)

    def test_one_truth(self):
        partner = self._partner()
        lead = self.env["crm.lead"].create({"name": "Offer", "partner_id": partner.id})
        lead.with_user(self.sam).persona_id = self.boss
        self.assertEqual(partner.persona_id, self.boss)
        found = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .search([("persona_id", "=", self.boss.id)])
        )
        self.assertEqual(found, lead)
        groups = (
            self.env["res.partner"]
            .with_user(self.sam)
            ._read_group([("id", "=", partner.id)], ["persona_id"], ["__count"])
        )
        self.assertEqual(groups, [(self.boss.with_user(self.sam), 1)])

    def test_archived(self):
        partner = self._partner(function="Director")
        self.assertEqual(partner.persona_id, self.boss)
        self.boss.active = False
        self.env["flywheel.profile"]._evaluate_all()
        self.assertFalse(partner.persona_id)
        self.boss.active = True
        self.env["flywheel.profile"]._evaluate_all()
        self.assertEqual(partner.persona_id, self.boss)

    def test_archived_criterion(self):
        partner = self._partner(city="Taipei")
        self.saver.sudo().rule_ids.filtered(lambda r: r.weight == 1).active = False
        self.env["flywheel.profile"]._evaluate_all()
        self.assertAlmostEqual(self._confidence(partner), 1)

    def test_deleted(self):
        partner = self._partner(function="Director")
        self.boss.unlink()
        self.env.invalidate_all()
        self.assertFalse(partner.persona_id)

    def test_assign_all(self):
        partner = self._partner(city="Hualien")
        self.assertFalse(partner.persona_id)
        self.saver.sudo().rule_ids[0].domain = "[('city', '=', 'Hualien')]"
        with self.assertRaises(AccessError):
            self.saver.with_user(self.sam).action_assign()
        answer = self.saver.with_user(self.mara).action_assign()
        self.assertIn("1", answer["params"]["message"])
        self.assertEqual(partner.persona_id, self.saver)
        self.assertEqual(self.saver.profile_count, 1)

    def test_persona_of_a_company(self):
        for company in (self.company, self.branch):
            self._persona_of(company)
        here = self._partner(city="Keelung", company_id=self.company.id)
        there = self._partner(city="Keelung", company_id=self.branch.id)
        shared = self._partner(city="Keelung")
        self.assertEqual(here.persona_id.company_id, self.company)
        self.assertEqual(there.persona_id.company_id, self.branch)
        self.assertFalse(shared.persona_id)
        with self.assertRaises(UserError):
            here.flywheel_profile_id.persona_id = there.persona_id

    def _persona_of(self, company):
        persona = self._persona(f"Of {company.name}", ("city", "Keelung", 1))
        persona.sudo().company_id = company

    def test_bad_values(self):
        with self.assertRaises(ValidationError):
            self._persona("Bad", ("no_such_field", "x", 1))
        for values in ({"min_confidence": 0}, {"min_confidence": 1.5}):
            with self.assertRaises(IntegrityError), self.quiet(), self.cr.savepoint():
                self._persona("Bad", **values)
                self.env.flush_all()

    def test_objection(self):
        partner = self._partner(city="Taipei")
        partner.flywheel_profile_id.with_user(self.sam).no_profiling = True
        self.assertFalse(partner.persona_id)
        self.env["flywheel.profile"]._evaluate_all()
        self.assertFalse(partner.persona_id)
