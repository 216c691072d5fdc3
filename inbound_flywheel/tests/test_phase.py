# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError

from .common_play import PlayCase


class TestPhase(PlayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.stage.interval"].search([]).unlink()
        cls.env.cr.execute("UPDATE flywheel_profile SET lifecycle_stage_id = NULL")
        cls.env.invalidate_all()

    def _phases(self, user=None, **kwargs):
        Phase = self.env["flywheel.phase"].with_user(user or self.rita)
        return {p["code"]: p for p in Phase.get_overview(**kwargs)["phases"]}

    def test_by_hand(self):
        """One subscribed 100 days ago, was a lead for 40 and an MQL for 30 days, and
        became an opportunity 10 days ago; another has been a customer for 5 days, from
        nothing."""
        one, two = self.people(1, self.carla), self.people(1, self.bruno)
        steps = [("subscriber", 100), ("lead", 80), ("mql", 40), ("opportunity", 10)]
        self.history(one, *steps, track="lifecycle")
        self.history(two, ("customer", 5), track="lifecycle")
        phases = self._phases()
        self.assertEqual(list(phases), ["attract", "convert", "nurture", "retain"])
        self.assertEqual([p["people"] for p in phases.values()], [0, 0, 1, 1])
        self.assertEqual([p["came"] for p in phases.values()], [0, 0, 1, 1])
        self.assertEqual([p["left"] for p in phases.values()], [0, 1, 0, 0])
        self.assertEqual([p["ended"] for p in phases.values()], [1, 1, 0, 0])
        self.assertAlmostEqual(phases["attract"]["median"], 20)
        self.assertAlmostEqual(phases["convert"]["median"], 70)
        self.assertIs(phases["retain"]["median"], False)
        phases = self._phases(persona_id=self.bruno.id)
        self.assertEqual([p["people"] for p in phases.values()], [0, 0, 0, 1])
        self.assertEqual(phases["convert"]["left"], 0)

    def test_content_and_flags(self):
        self.play("For Carla", [self.carla], ["customer"])
        self.play("For all", [], ["awareness"])
        phases = self._phases()
        self.assertEqual([p["content"] for p in phases.values()], [1, 0, 0, 1])
        self.assertEqual(phases["attract"]["flags"], [])
        self.assertEqual(
            phases["convert"]["flags"], ["Nothing is made for this phase."]
        )
        self.assertEqual(phases["retain"]["flags"], ["Nothing is made for Bold Bruno."])
        self.stage("subscriber").phase = False
        self.assertEqual(
            self._phases()["attract"]["flags"], ["No stage belongs to this phase."]
        )

    def test_content_of_journey_stages(self):
        """Content made for a stage of the buyer's journey counts in a phase."""
        for code in ("awareness", "consideration", "decision"):
            self.play(f"About {code}", [self.carla], [code])
        phases = self._phases()
        self.assertEqual([p["content"] for p in phases.values()], [1, 2, 0, 0])

    def test_another_company(self):
        [person] = self.people(1, company=self.branch)
        self.history(person, ("lead", 20), ("customer", 5), track="lifecycle")
        for user, people in ((self.max, 0), (self.bea, 1)):
            phases = self._phases(user)
            self.assertEqual(phases["retain"]["people"], people)
            self.assertEqual(phases["convert"]["left"], people)
        with self.assertRaises(AccessError):
            self._phases(self.ian)
