# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..engine.decay import MAX_HALF_LIVES, Decay, epoch

DAY = 86400.0
LANDMARK = epoch(datetime(2026, 1, 1))


@tagged("post_install", "-at_install")
class TestDecay(BaseCase):
    def setUp(self):
        super().setUp()
        self.decay = Decay(30 * DAY, LANDMARK)

    def _score(self, decay, points, earned, now):
        return points * decay.growth(earned) * decay.worth(now)

    def test_full_worth_when_earned(self):
        for days in (-900, -1, 0, 1, 900):
            moment = LANDMARK + days * DAY
            self.assertAlmostEqual(self._score(self.decay, 7, moment, moment), 7, 9)

    def test_half_after_each_half_life(self):
        earned = LANDMARK + 12345
        for steps in range(6):
            now = earned + steps * 30 * DAY
            score = self._score(self.decay, 64, earned, now)
            self.assertAlmostEqual(score, 64 / 2**steps, 9)

    @staticmethod
    def _factor(decay, landmark):
        """Return what brings momentum to another landmark."""
        return decay.worth(landmark)

    def test_no_decay(self):
        decay = Decay(0.0, LANDMARK)
        self.assertEqual(self._score(decay, 5, LANDMARK - DAY, LANDMARK + 9e9), 5)
        self.assertEqual(decay.shift(LANDMARK + 9e9), LANDMARK)
        self.assertEqual(self._factor(decay, LANDMARK), 1.0)
        self.assertFalse(decay.needs_shift(LANDMARK + 9e12))

    def test_ancient_points_are_worth_nothing(self):
        decay = Decay(DAY, LANDMARK)
        self.assertEqual(decay.growth(LANDMARK - 901 * DAY), 0.0)
        self.assertGreater(decay.growth(LANDMARK - 899 * DAY), 0.0)

    def test_the_far_future_does_not_overflow(self):
        decay = Decay(DAY, LANDMARK)
        points = 1e6 * decay.growth(LANDMARK + 30_000 * DAY)
        self.assertLess(points * 1e9, float("inf"))

    def test_shift_keeps_every_score_to_the_bit(self):
        decay = Decay(7 * DAY, LANDMARK)
        now = LANDMARK + 401.5 * 7 * DAY
        landmark = decay.shift(now)
        factor = self._factor(decay, landmark)
        shifted = Decay(decay.half_life, landmark)
        momentum = 13.7 * decay.growth(now - 3 * DAY)
        self.assertEqual(landmark, LANDMARK + 401 * 7 * DAY)
        self.assertEqual(factor, 2.0**-401)
        self.assertAlmostEqual(
            momentum * factor * shifted.worth(now), momentum * decay.worth(now), 9
        )
        self.assertEqual(momentum * factor / factor, momentum)

    def test_shift_back(self):
        """A landmark that lies ahead of the clock comes back."""
        landmark = self.decay.shift(LANDMARK - 45 * DAY)
        self.assertEqual(landmark, LANDMARK - 60 * DAY)
        self.assertEqual(self._factor(self.decay, landmark), 4.0)

    def test_needs_shift(self):
        edge = MAX_HALF_LIVES * 30 * DAY
        self.assertFalse(self.decay.needs_shift(LANDMARK + edge))
        self.assertTrue(self.decay.needs_shift(LANDMARK + edge + 1))
        self.assertTrue(self.decay.needs_shift(LANDMARK - edge - 1))

    def test_epoch(self):
        self.assertEqual(epoch(datetime(1970, 1, 2)), DAY)
