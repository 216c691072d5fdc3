# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from math import log
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form

from ..engine.drift import psi
from .common_insight import InsightCase


class TestPersonaDrift(InsightCase):
    def _trait(self, key, value=False, persona=None):
        return (persona or self.persona).trait_ids.filtered(
            lambda trait: trait.key == key and (trait.value or False) == value
        )

    def _measure(self):
        self.env["flywheel.persona"]._cron_measure_drift()
        self.env.invalidate_all()

    def _cron(self):
        """Return the reviews that the scheduled action asks for: {persona: reason}."""
        asked = {}

        def ask(personas, reason, *_args, **_kwargs):
            asked.update({persona: reason for persona in personas})

        Persona = type(self.env["flywheel.persona"])
        with patch.object(Persona, "_schedule_review", ask):
            self._measure()
        return {p: reason for p, reason in asked.items() if p == self.persona}

    # ------------------------------------------------------------------
    # Measuring
    # ------------------------------------------------------------------
    def test_at_first_nothing_has_changed(self):
        self._measure()
        self.assertEqual(self.persona.drift, 0)
        self.assertTrue(self.persona.drift_date)
        city = self._trait("city")
        self.assertEqual(city.reference, {"Taipei": 40})
        self.assertEqual(city.current, city.reference)
        self.assertEqual(city.buyers, {"Taipei": 20})
        self.assertEqual(self._trait("criteria").current, {"true": 40, "": 0})

    def test_known_index(self):
        """Half of the people move from Taipei to Tainan."""
        self._measure()
        self.students[20:].city = "Tainan"
        self._measure()
        city = self._trait("city")
        self.assertEqual(city.current, {"Taipei": 20, "Tainan": 20})
        then, now = 40.5 / 41, 0.5
        expected = (then - now) * log(then / now)
        expected += (0.5 / 41 - 0.5) * log(0.5 / 41 / 0.5)
        self.assertAlmostEqual(city.psi, expected, 6)
        self.assertAlmostEqual(self.persona.drift, expected, 6)
        self.assertIn("Much differs", self.persona.drift_text)
        self.assertIn("Tainan: 0 % then, 50 % now", city.text)
        self.assertEqual(city.then_text, "Taipei 100 %")

    def test_those_who_buy(self):
        """Only people of Taichung buy: those who hold the persona are others."""
        more = self._people("Student", "Taichung", 40)
        self._leads(more, 40, 100, 10)
        self.env.cr.execute(
            "UPDATE crm_lead SET won_status = 'lost' WHERE partner_id = ANY(%s)",
            [self.students.ids],
        )
        self._measure()
        city = self._trait("city")
        self.assertEqual(city.buyers, {"Taichung": 40})
        self.assertEqual(city.current, {"Taipei": 40, "Taichung": 40})
        self.assertAlmostEqual(
            city.psi_buyers, psi({"Taipei": 40, "Taichung": 40}, {"Taichung": 40})
        )
        self.assertEqual(city.psi, 0)
        self.assertIn("Taichung: 50 % of all, 100 % of those who buy", city.text)
        self.assertAlmostEqual(self.persona.drift, city.psi_buyers)
        # Two years ago is not lately.
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = date_closed - interval '2 years'"
            " WHERE partner_id = ANY(%s)",
            [more.ids],
        )
        self._measure()
        self.assertFalse(self._trait("city").buyers)
        self.assertEqual(self.persona.drift, 0)

    def test_too_few_buyers(self):
        """20 buyers, all of one half of the people: chance or not, too few."""
        self.students[:20].function = "Clerk"
        self.students.flywheel_profile_id.persona_id = self.persona
        self._measure()
        self.assertEqual(self._trait("function").psi_buyers, 0)

    def test_chance_does_not_count(self):
        """One of fifteen districts more or less is no drift."""
        for number, student in enumerate(self.students):
            student.city = f"District {number % 15}"
        self._measure()
        for number, student in enumerate(self.students):
            student.city = f"District {(number * number) % 15}"
        self._measure()
        city = self._trait("city")
        self.assertGreater(city.psi, 0.25)
        self.assertEqual(city.drift, 0)
        self.assertEqual(self.persona.drift, 0)

    def test_criteria(self):
        """Who was chosen by hand and does not meet the criteria counts."""
        self._measure()
        self.clerks.flywheel_profile_id.persona_id = self.persona
        self._measure()
        criteria = self._trait("criteria")
        self.assertEqual(criteria.current, {"true": 40, "": 60})
        self.assertEqual(criteria.reference, {"true": 40, "": 0})
        self.assertEqual(criteria.name, "Meets the criteria")
        self.assertGreater(criteria.psi, 0.25)
        rule = self._trait(str(self.persona.rule_ids.id))
        self.assertEqual(rule.name, "Criterion: Studies")
        self.assertEqual(rule.now_text, "40 %")

    def test_tags_that_come_later(self):
        """A tag that nobody had at the reference was had by nobody."""
        self._measure()
        tag = self.env["res.partner.category"].create({"name": "Night owl"})
        self.students[:30].category_id = tag
        self._measure()
        trait = self._trait("category_id", str(tag.id))
        self.assertEqual(trait.name, "Tags: Night owl")
        self.assertEqual(trait.reference, {"": 40})
        self.assertEqual((trait.then_text, trait.now_text), ("0 %", "75 %"))
        self.assertGreater(trait.drift, 0.25)
        tag.unlink()
        self._measure()
        self.assertEqual(self._trait("category_id", str(trait.value)).now_text, "0 %")

    def test_a_persona_without_people_at_first(self):
        """A reference of too few gives way to the first that says something."""
        late = self.env["flywheel.persona"].create(
            {"name": "Late", "company_id": self.lab.id}
        )
        self.students[:10].flywheel_profile_id.persona_id = late
        self._measure()
        self.students.flywheel_profile_id.persona_id = late
        self._measure()
        self.assertEqual(self._trait("city", persona=late).reference, {"Taipei": 40})
        self.students[10:].city = "Tainan"
        self._measure()
        self.assertGreater(late.drift, 0.25)

    def test_people_who_object_are_left_out(self):
        self.students.flywheel_profile_id.persona_id = self.persona
        self.students[:5].flywheel_profile_id.no_profiling = True
        self._measure()
        self.assertEqual(sum(self._trait("city").current.values()), 35)

    # ------------------------------------------------------------------
    # Reference and alert
    # ------------------------------------------------------------------
    def test_alert_once_a_review(self):
        self._measure()
        self.assertFalse(self._cron())
        self.students[20:].city = "Tainan"
        asked = self._cron()
        self.assertEqual(list(asked), [self.persona])
        self.assertIn("City: Tainan: 0 % then, 50 % now", asked[self.persona])
        self.assertFalse(self._cron(), "once is enough")
        self.persona.with_user(self.mia).action_keep_reference()
        self.assertEqual(self.persona.drift, 0)
        self.assertFalse(self._cron())
        self.students.city = "Hualien"
        self.assertTrue(self._cron())

    def test_limit(self):
        self._measure()
        self.persona.drift_limit = 0
        self.students.city = "Tainan"
        self.assertFalse(self._cron())
        self.persona.drift_limit = 50
        self.assertFalse(self._cron())
        self.persona.drift_limit = 1
        self.assertTrue(self._cron())

    def test_approval_keeps_a_reference(self):
        self._measure()
        self.students[20:].city = "Tainan"
        self.persona.write({"state": "approved"})
        city = self._trait("city")
        self.assertEqual(city.reference, {"Taipei": 20, "Tainan": 20})
        self.assertEqual(self.persona.drift, 0)

    def test_set_based(self):
        """More personas and people take the same queries to read."""
        self._measure()
        self.env.flush_all()
        count = self.env.cr.sql_log_count
        self.persona._measure_drift()
        self.env.flush_all()
        one = self.env.cr.sql_log_count - count
        more = self.env["flywheel.persona"].create(
            [
                {"name": f"Persona {number}", "company_id": self.lab.id}
                for number in range(5)
            ]
        )
        for number, persona in enumerate(more):
            self.clerks[number * 10 :][:10].flywheel_profile_id.persona_id = persona
        (more + self.persona)._measure_drift()
        self.env.flush_all()
        count = self.env.cr.sql_log_count
        (more + self.persona)._measure_drift()
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - count, one + 6)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    def test_rights(self):
        self._measure()
        for user in (self.lia, self.mia, self.rob):
            self.assertTrue(self.persona.with_user(user).trait_ids)
            self.assertTrue(self.persona.with_user(user).drift_text)
        with self.assertRaises(AccessError):
            self.persona.with_user(self.rob).action_measure_drift()
        with self.assertRaises(AccessError):
            self.persona.trait_ids.with_user(self.mia).write({"psi": 1})
        traits = self.env["flywheel.persona.trait"].with_user(self.mara)
        self.assertFalse(traits.search([("persona_id", "=", self.persona.id)]))

    def test_screen(self):
        self.persona.with_user(self.mia).action_measure_drift()
        with Form(self.persona.with_user(self.mia)) as form:
            form.drift_limit = 0.3
        chart = self.persona.drift_chart
        self.assertEqual(len(chart["labels"]), len(chart["datasets"][0]["data"]))
        self.assertIn("datasets", self._trait("city").chart)
        Form(self._trait("city").with_user(self.rob))
