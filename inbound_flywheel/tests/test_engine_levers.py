# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.tests import BaseCase, tagged

from ..engine.levers import Counts, contributions, simulate


@tagged("post_install", "-at_install")
class TestEngineLevers(BaseCase):
    def test_effects_add_up(self):
        chance = random.Random(7)
        for _round in range(500):
            periods = []
            for _period in range(2):
                total = chance.randint(1, 5000)
                junk = chance.randint(0, total - 1)
                won = chance.randint(0, total - junk)
                periods.append(Counts(total, junk, won))
            before, after = periods
            win, sieve = contributions(before, after)
            self.assertAlmostEqual(win + sieve, after.rate - before.rate, 12)
            back = contributions(after, before)
            self.assertAlmostEqual(win, -back[0], 12)
            self.assertAlmostEqual(sieve, -back[1], 12)

    def test_filtering_alone_is_not_selling(self):
        win, sieve = contributions(Counts(100, 0, 20), Counts(100, 50, 20))
        self.assertEqual(win, 0)
        self.assertAlmostEqual(sieve, 0.2)

    def test_selling_alone_is_not_filtering(self):
        win, sieve = contributions(Counts(100, 20, 20), Counts(200, 40, 80))
        self.assertAlmostEqual(win, 0.25)
        self.assertEqual(sieve, 0)

    def test_nothing_to_compare(self):
        sound = Counts(10, 1, 3)
        for empty in (Counts(0, 0, 0), Counts(5, 5, 0)):
            self.assertIsNone(empty.rate)
            self.assertIsNone(contributions(empty, sound))
            self.assertIsNone(contributions(sound, empty))

    def test_simulation(self):
        self.assertEqual(simulate(40, 30, 20, 0.1), (4.0, 2.0))
        self.assertEqual(simulate(40, 3, 20, 0.1), (3, 1.5))
        for passed, lost, won, uplift in (
            (0, 9, 0, 0.1),
            (40, 0, 20, 5),
            (4, 4, 2, -1),
        ):
            self.assertEqual(simulate(passed, lost, won, uplift), (0, 0))
