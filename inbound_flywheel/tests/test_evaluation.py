# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time

from .common import FlywheelCase


class TestFit(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.score_model.write({"grade_a": 40, "grade_b": 25, "grade_c": 10})

    def _rule(self, domain, points=10, model="res.partner", **values):
        return self.env["flywheel.fit.rule"].create(
            {
                "name": domain,
                "model": model,
                "domain": domain,
                "points": points,
                "score_model_id": self.score_model.id,
                **values,
            }
        )

    def _partner(self, **values):
        partner = self.env["res.partner"].create({"name": "Wang", **values})
        partner._flywheel_ensure_profiles()
        return partner

    def test_points_and_grade(self):
        self._rule("[('function', 'ilike', 'director')]", 15)
        self._rule("[('city', '=', 'Taipei')]", 10)
        self._rule("[('city', '=', 'Nowhere')]", 100)
        partner = self._partner(function="Director", city="Taipei")
        self.assertEqual((partner.fit_score, partner.fit_grade), (25, "B"))

    def test_grades(self):
        rule = self._rule("[('city', '=', 'Taipei')]")
        partner = self._partner(city="Taipei")
        for points, grade in ((9, "D"), (10, "C"), (25, "B"), (40, "A"), (-5, "D")):
            rule.points = points
            self.assertEqual(partner.fit_grade, grade)
        self.score_model.write({"grade_a": -5, "grade_b": -6, "grade_c": -7})
        self.assertEqual(partner.fit_grade, "A")

    def test_no_rules_no_grade(self):
        self.assertFalse(self._partner().fit_grade)

    def test_saving_a_contact(self):
        self._rule("[('city', '=', 'Taipei')]")
        partner = self._partner()
        self.assertEqual(partner.fit_score, 0)
        for city, points in (("Taipei", 10), ("Tainan", 0)):
            partner.with_user(self.ian).city = city
            self.assertEqual(partner.fit_score, points)

    def test_saving_what_a_rule_reads_through(self):
        """A rule on what is worked out from the field that is saved."""
        self._rule("[('email_normalized', 'like', '@acme.')]", 10)
        self._rule("[('commercial_company_name', '=', 'Acme')]", 5)
        company = self.env["res.partner"].create({"name": "Acme", "is_company": True})
        partner = self._partner()
        partner.with_user(self.ian).email = "WANG@acme.example"
        self.assertEqual(partner.fit_score, 10)
        partner.with_user(self.ian).parent_id = company
        self.assertEqual(partner.fit_score, 15)

    def test_saving_a_lead(self):
        self._rule("[('expected_revenue', '>', 1000)]", 20, "crm.lead")
        self._rule("[('email_normalized', 'like', '@acme.')]", 5, "crm.lead")
        Lead = self.env["crm.lead"].with_user(self.sam)
        lead = Lead.create({"name": "Offer", "expected_revenue": 5000})
        self.assertEqual(lead.fit_score, 20)
        lead.email_from = "wang@acme.example"
        self.assertEqual(lead.fit_score, 25)
        lead.expected_revenue = 1
        self.assertEqual(lead.fit_score, 5)

    def test_one_lead_is_enough(self):
        """Once per person, however many leads; archived ones count."""
        self._rule("[('expected_revenue', '>', 1000)]", 20, "crm.lead")
        partner = self._partner()
        self.env["crm.lead"].with_user(self.sam).create(
            [
                {"name": "1", "partner_id": partner.id, "expected_revenue": 5000},
                {"name": "2", "partner_id": partner.id, "expected_revenue": 9000},
                {"name": "3", "partner_id": partner.id},
            ]
        )
        self.assertEqual(partner.fit_score, 20)
        partner.opportunity_ids.action_set_lost()
        self.assertEqual(partner.fit_score, 20)

    def test_rule_on_the_person(self):
        self._rule("[('preferred_channel_id', '!=', False)]", 7, "flywheel.profile")
        partner = self._partner()
        partner.with_user(self.sam).preferred_channel_id = self.env.ref(
            "inbound_flywheel.channel_sms"
        )
        self.assertEqual(partner.fit_score, 7)
        partner.flywheel_profile_id.with_user(self.sam).preferred_channel_id = False
        self.assertEqual(partner.fit_score, 0)

    def test_rule_on_the_stage(self):
        """Stages move by hand and by what happens; either counts at once."""
        consideration = self.stage("consideration")
        domain = f"[('journey_stage_id', '=', {consideration.id})]"
        self._rule(domain, 7, "flywheel.profile")
        self._rule(domain, 4, "crm.lead")
        partner = self._partner(email="wang@example.com")
        self.env["crm.lead"].create({"name": "Offer", "partner_id": partner.id})
        person = partner.flywheel_profile_id.with_user(self.sam)
        person.journey_stage_id = consideration
        self.assertEqual(partner.fit_score, 11)
        person.journey_stage_id = self.stage("awareness")
        self.assertEqual(partner.fit_score, 0)
        # Only a fact moves on from a choice by hand.
        self.env.ref("inbound_flywheel.stage_rule_consideration").firm = True
        # What is set by hand bears the time of the transaction, which no test freezes.
        with freeze_time(self.env.cr.now() + timedelta(days=30)):
            self.ingest_all(self.item("form"))
            self.assertEqual(person.journey_stage_id, consideration)
            self.assertEqual(partner.fit_score, 11)

    def test_a_chosen_persona_counts_at_once(self):
        persona = self.env["flywheel.persona"].create({"name": "Buyer"})
        self._rule(f"[('persona_id', '=', {persona.id})]", 9, "flywheel.profile")
        partner = self._partner()
        partner.with_user(self.sam).persona_id = persona
        self.assertEqual(partner.fit_score, 9)
        partner.with_user(self.sam).persona_id = False
        self.assertEqual(partner.fit_score, 0)

    def test_bad_conditions(self):
        for model, domain in (
            ("res.partner", "nonsense"),
            ("res.partner", "[('no_such_field', '=', 1)]"),
            ("res.partner", "[('expected_revenue', '>', 1)]"),
            ("crm.lead", "[('expected_revenue', '>', 'much')]"),
            ("crm.lead", "[('stage_id.nothing', '=', 1)]"),
            ("flywheel.profile", "[('touchpoint_count', '>', 1)]"),
            ("res.partner", "[('city', '=')]"),
            ("res.partner", "exit()"),
        ):
            with self.assertRaises(ValidationError, msg=domain) as caught, self.quiet():
                self._rule(domain, model=model)
            self.assertIn(domain, str(caught.exception))

    def test_changes_of_rules(self):
        partner = self._partner(city="Taipei")
        rule = self._rule("[('city', '=', 'Taipei')]")
        self.assertEqual(partner.fit_score, 10)
        rule.domain = "[('city', '=', 'Tainan')]"
        self.assertEqual(partner.fit_score, 0)
        rule.domain = "[('city', '=', 'Taipei')]"
        rule.active = False
        self.assertEqual(partner.fit_score, 0)
        rule.active = True
        self.assertEqual(partner.fit_score, 10)
        rule.unlink()
        self.assertEqual(partner.fit_score, 0)
        self.assertFalse(partner.fit_grade)

    def test_who_may_change_rules(self):
        rule = self._rule("[('city', '=', 'Taipei')]")
        for user in (self.rita, self.sid, self.sam, self.mara, self.ian):
            with self.assertRaises(AccessError):
                rule.with_user(user).points = 99

    def test_objection(self):
        self._rule("[('city', '=', 'Taipei')]")
        partner = self._partner(city="Taipei")
        person = partner.flywheel_profile_id.with_user(self.sam)
        person.no_profiling = True
        self.assertEqual((partner.fit_score, partner.fit_grade), (0, False))
        self.env["flywheel.profile"]._evaluate_all()
        self.assertEqual((partner.fit_score, partner.fit_grade), (0, False))
        person.no_profiling = False
        self.assertEqual((partner.fit_score, partner.fit_grade), (10, "C"))

    def test_explanation(self):
        self._rule("[('city', '=', 'Taipei')]", name="In <b>Taipei</b>")
        partner = self._partner(city="Taipei")
        found = partner.flywheel_profile_id.with_user(self.rita).get_candidates()
        self.assertEqual(found["fit"], [{"name": "In <b>Taipei</b>", "points": 10}])

    def _random_personas(self, rng):
        return self.env["flywheel.persona"].create(
            [
                {
                    "name": f"Persona {number}",
                    "min_confidence": 0.3,
                    "company_id": rng.choice((False, self.company.id, self.branch.id)),
                    "rule_ids": [
                        (
                            0,
                            0,
                            {
                                "name": "city",
                                "weight": rng.randint(1, 3),
                                "active": True,
                                "domain": f"[('city', '=', '{rng.choice('ABC')}')]",
                            },
                        )
                        for _rule in range(3)
                    ],
                }
                for number in range(6)
            ]
        )

    def _random_contacts(self, rng):
        return self.env["res.partner"].create(
            [
                {
                    "name": f"P{number}",
                    "city": rng.choice("ABCD"),
                    "company_id": rng.choice((False, self.company.id, self.branch.id)),
                }
                for number in range(60)
            ]
        )

    def test_bulk_equals_single(self):
        rng = random.Random(4)
        personas = self._random_personas(rng)
        for city in "ABC":
            self._rule(f"[('city', '=', '{city}')]", rng.randint(-5, 45))
        partners = self._random_contacts(rng)
        partners._flywheel_ensure_profiles()
        for partner in rng.sample(list(partners), 5):
            shared = personas.filtered(lambda p: not p.company_id)
            partner.persona_id = shared[:1]
        columns = ["fit_score", "fit_grade", "persona_id", "persona_confidence"]
        people = partners.flywheel_profile_id
        single = people.read(columns)
        self.assertGreater(len({row["persona_id"] for row in single}), 2)
        self.assertFalse(self.env["flywheel.profile"]._evaluate_all() & people)
        self.cr.execute(
            "UPDATE flywheel_profile SET fit_score = 0, fit_grade = NULL,"
            " persona_id = CASE WHEN persona_locked THEN persona_id END,"
            " persona_confidence = 0 WHERE id = ANY(%s)",
            [people.ids],
        )
        self.env.invalidate_all()
        self.env["flywheel.profile"]._evaluate_all()
        self.assertEqual(people.read(columns), single)
