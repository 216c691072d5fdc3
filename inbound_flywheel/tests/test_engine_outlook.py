# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
import random
from datetime import datetime

from odoo.tests import BaseCase

from ..engine.decay import Decay
from ..engine.outlook import (
    Chance,
    Line,
    crossings,
    curve,
    next_level,
    period_bounds,
    steps,
)

DAY = 86400.0
NOW = 1000 * DAY
DECAY = Decay(30 * DAY, NOW)
FLAT = Decay(0.0, NOW)
LEVELS = {"hot": 50.0, "warm": 15.0, "cool": 5.0}


def line(points, age=0.0, lasts=math.inf, decay=DECAY):
    """Return a line of so many points, earned so many days ago."""
    date = NOW - age * DAY
    return Line(date, date + lasts * DAY, points * decay.growth(date))


class TestOutlook(BaseCase):
    def _score(self, lines, moment, decay=DECAY):
        return sum(
            part.momentum * decay.worth(moment)
            for part in lines
            if part.date <= moment < part.until
        )

    def test_curve_is_the_sum_of_the_lines_that_count(self):
        rng = random.Random(7)
        moments = [NOW + day * DAY for day in range(-180, 61)]
        for decay in (DECAY, FLAT, Decay(DAY, NOW - 300 * DAY)):
            lines = [
                line(
                    rng.choice((-30, 1, 5, 20)),
                    rng.uniform(0, 400),
                    rng.choice((math.inf, 3, 90)),
                    decay,
                )
                for _number in range(300)
            ]
            for moment, score in zip(
                moments, curve(lines, decay, moments), strict=True
            ):
                self.assertAlmostEqual(score, self._score(lines, moment, decay), 6)

    def test_curve_edges(self):
        lines = [line(10, age=2, lasts=1)]
        moments = [lines[0].date - 1, lines[0].date, lines[0].until - 1]
        scores = curve(lines, FLAT, [*moments, lines[0].until])
        self.assertEqual([round(score, 3) for score in scores[::3]], [0, 0])
        self.assertGreater(min(scores[1:3]), 9)
        self.assertEqual(curve([], DECAY, [NOW]), [0.0])

    def test_crossings_by_decay(self):
        found = crossings([line(100)], DECAY, NOW, LEVELS)
        self.assertAlmostEqual(found["hot"], NOW + 30 * DAY, 3)
        self.assertAlmostEqual(found["warm"], NOW + 30 * math.log2(100 / 15) * DAY, 3)

    def test_crossings_only_of_levels_that_are_reached(self):
        self.assertEqual(
            set(crossings([line(20)], DECAY, NOW, LEVELS)), {"warm", "cool"}
        )
        self.assertEqual(crossings([], DECAY, NOW, LEVELS), {})

    def test_crossings_without_decay(self):
        lines = [line(40, decay=FLAT), line(20, lasts=10, decay=FLAT)]
        found = crossings(lines, FLAT, NOW, LEVELS)
        self.assertEqual(found, {"hot": NOW + 10 * DAY, "warm": None, "cool": None})

    def test_crossings_when_lines_expire(self):
        """Whatever comes first: decay, or the end of a line."""
        lines = [line(48), line(12, lasts=5)]
        found = crossings(lines, DECAY, NOW, LEVELS)
        self.assertEqual(found["hot"], NOW + 5 * DAY)
        soon = crossings([line(51), line(12, lasts=90)], DECAY, NOW, {"hot": 50.0})
        self.assertAlmostEqual(soon["hot"], NOW + 30 * math.log2(63 / 50) * DAY, 3)

    def test_crossings_agree_with_the_curve(self):
        rng = random.Random(8)
        for _world in range(50):
            lines = [
                line(
                    rng.choice((-10, 5, 20)), rng.uniform(0, 90), rng.choice((99, 120))
                )
                for _number in range(8)
            ]
            for level, moment in crossings(lines, DECAY, NOW, {"a": 9.0}).items():
                self.assertIsNotNone(moment, level)
                before, after = curve(lines, DECAY, [moment - 60, moment + 60])
                self.assertGreaterEqual(before, 9.0 - 1e-2)
                self.assertLess(after, 9.0 + 1e-2)

    def test_steps(self):
        found = steps(
            12.0,
            15.0,
            [
                Chance(1, 1, 2),
                Chance(2, 20),
                Chance(3, -5),
                Chance(4, 1),
                Chance(5, 3, 0),
            ],
        )
        self.assertEqual(
            [tuple(step) for step in found],
            [(2, 20, 1, True), (4, 1, 3, True), (5, 3, 1, False), (1, 1, 3, False)],
        )

    def test_steps_to_the_very_edge(self):
        (step,) = steps(15 - 3 + 1e-12, 15.0, [Chance(1, 1)])
        self.assertEqual(step.needed, 3)

    def test_steps_at_the_top(self):
        found = steps(90.0, None, [Chance(1, 5), Chance(2, 5, 0)])
        self.assertEqual([(s.needed, s.enough) for s in found], [(0, True), (0, False)])

    def test_next_level(self):
        for score, name in ((-9, "cool"), (5, "warm"), (49.9, "hot")):
            self.assertEqual(next_level(score, LEVELS)[0], name)
        self.assertIsNone(next_level(50.0, LEVELS))

    def test_periods(self):
        moment = datetime(2024, 12, 31, 23, 59)
        self.assertEqual(
            period_bounds(moment, "day"), (datetime(2024, 12, 31), datetime(2025, 1, 1))
        )
        self.assertEqual(
            period_bounds(moment, "week"),
            (datetime(2024, 12, 30), datetime(2025, 1, 6)),
        )
        self.assertEqual(
            period_bounds(moment, "month"),
            (datetime(2024, 12, 1), datetime(2025, 1, 1)),
        )
        self.assertEqual(period_bounds(moment, "ever")[1], None)
