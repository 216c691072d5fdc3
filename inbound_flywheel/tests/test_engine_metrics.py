# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..engine import metrics
from ..engine.metrics import Level

# Nine leads: scores and whether they were won.
CASES = [(9, 1), (8, 1), (7, 0), (6, 1), (5, 0), (5, 1), (4, 0), (3, 0), (1, 0)]


def naive_auc(cases):
    """Compare every won lead with every lost one."""
    won = [score for score, outcome in cases if outcome]
    lost = [score for score, outcome in cases if not outcome]
    wins = sum((a > b) + (a == b) / 2 for a in won for b in lost)
    return wins / (len(won) * len(lost))


@tagged("post_install", "-at_install")
class TestEngineMetrics(BaseCase):
    def _random_cases(self, chance, size):
        scores = [0, 0, 1, 2.5, -3, chance.random() * 9]
        return [(chance.choice(scores), chance.random() < 0.4) for _n in range(size)]

    def test_tally(self):
        levels = metrics.tally([(1.0, True), (2.0, False), (1.0, False)])
        self.assertEqual(levels, [Level(2.0, 1, 0), Level(1.0, 2, 1)])
        self.assertEqual(metrics.tally([]), [])

    def test_auc_by_hand(self):
        # 4 won, 5 lost: 20 pairs; 9 and 8 beat all 5, 6 beats 4, 5 beats 3 and
        # draws with one: 5 + 5 + 4 + 3.5 = 17.5.
        self.assertEqual(metrics.auc(metrics.tally(CASES)), 17.5 / 20)
        self.assertEqual(metrics.auc(metrics.tally([(1, 1), (1, 0)])), 0.5)
        self.assertEqual(metrics.auc(metrics.tally([(1, 0), (2, 1)])), 1.0)
        self.assertEqual(metrics.auc(metrics.tally([(2, 0), (1, 1)])), 0.0)

    def test_auc_needs_both(self):
        for cases in ([], [(1, 1)], [(1, 0), (2, 0)]):
            self.assertIsNone(metrics.auc(metrics.tally(cases)))

    def test_auc_like_all_pairs(self):
        chance = random.Random(3)
        for _round in range(200):
            cases = self._random_cases(chance, chance.randint(2, 60))
            if len({won for _score, won in cases}) == 2:
                found = metrics.auc(metrics.tally(cases))
                self.assertAlmostEqual(found, naive_auc(cases), 12)

    def test_auc_of_the_order_alone(self):
        chance = random.Random(4)
        cases = self._random_cases(chance, 50)
        turned = [(-score, won) for score, won in cases]
        grown = [(score**3 + 1e6, won) for score, won in cases]
        auc = metrics.auc(metrics.tally(cases))
        self.assertAlmostEqual(metrics.auc(metrics.tally(turned)), 1 - auc, 12)
        self.assertAlmostEqual(metrics.auc(metrics.tally(grown)), auc, 12)

    def test_bands_by_hand(self):
        cases = [(10 - n, n < 2) for n in range(10)]
        bands = metrics.bands(metrics.tally(cases), 5)
        self.assertEqual([band.leads for band in bands], [2] * 5)
        first = bands[0]
        self.assertEqual((first.low, first.high, first.won), (9, 10, 2))
        self.assertEqual((first.rate, first.lift, first.gain), (1.0, 5.0, 1.0))
        self.assertEqual((bands[1].rate, bands[1].lift, bands[1].gain), (0, 0, 1.0))

    def test_bands_keep_equal_scores_together(self):
        cases = [(5, n < 3) for n in range(9)] + [(1, True)]
        bands = metrics.bands(metrics.tally(cases))
        self.assertEqual([(b.number, b.leads) for b in bands], [(5, 9), (10, 1)])
        chance = random.Random(5)
        for _round in range(100):
            cases = self._random_cases(chance, chance.randint(1, 40))
            levels = metrics.tally(cases)
            bands = metrics.bands(levels)
            self.assertEqual(
                (sum(b.leads for b in bands), sum(b.won for b in bands)),
                metrics.count(levels),
            )
            for upper, lower in zip(bands, bands[1:], strict=False):
                self.assertGreater(upper.low, lower.high)
                self.assertLess(upper.number, lower.number)

    def test_bands_do_not_depend_on_the_order(self):
        chance = random.Random(6)
        cases = self._random_cases(chance, 80)
        bands = metrics.bands(metrics.tally(cases))
        chance.shuffle(cases)
        self.assertEqual(metrics.bands(metrics.tally(cases)), bands)

    def test_wilson(self):
        # Newcombe, Statistics in Medicine 17, 1998, table I: 81/263, 15/148, 0/20.
        for hits, size, lower, upper in (
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ):
            low, high = metrics.wilson(hits, size)
            self.assertAlmostEqual(low, lower, 4)
            self.assertAlmostEqual(high, upper, 4)
        self.assertEqual(metrics.wilson(0, 0), (0.0, 1.0))

    def test_split_date(self):
        self.assertEqual(metrics.split_date(list(range(10))), 7)
        self.assertEqual(metrics.split_date([4]), 4)
        self.assertEqual(metrics.split_date([1, 1, 1]), 1)

    def test_calibration(self):
        older = metrics.tally([(n, n >= 50) for n in range(100)])
        newer = metrics.tally([(n, n >= 50) for n in range(0, 100, 2)])
        checks = metrics.calibration(older, newer, 4)
        self.assertEqual([c.expected for c in checks], [1.0, 1.0, 0.0, 0.0])
        self.assertEqual(sum(c.leads for c in checks), 50)
        self.assertTrue(all(check.holds for check in checks))
        turned = metrics.tally([(n, n < 50) for n in range(0, 100, 2)])
        for check in metrics.calibration(older, turned, 4):
            self.assertIs(check.holds, False)

    def test_calibration_takes_every_newer_lead_once(self):
        chance = random.Random(7)
        for _round in range(100):
            older = metrics.tally(self._random_cases(chance, 30))
            newer = metrics.tally(self._random_cases(chance, 20))
            checks = metrics.calibration(older, newer)
            self.assertEqual(
                (sum(c.leads for c in checks), sum(c.won for c in checks)),
                metrics.count(newer),
            )
        self.assertEqual(metrics.calibration([], newer), [])
        empty = metrics.calibration(older, [])
        self.assertEqual({check.holds for check in empty}, {None})

    def test_thresholds_by_hand(self):
        rungs = metrics.thresholds(metrics.tally(CASES), [10, 7, 5, 0], 2)
        self.assertEqual([rung.leads for rung in rungs], [0, 3, 6, 9])
        self.assertEqual([rung.won for rung in rungs], [0, 2, 4, 4])
        self.assertEqual([rung.per_week for rung in rungs], [0, 1.5, 3, 4.5])
        self.assertEqual([rung.recall for rung in rungs], [0, 0.5, 1, 1])
        precision = [rung.precision for rung in rungs]
        self.assertEqual(precision, [None, 2 / 3, 4 / 6, 4 / 9])

    def test_ladder(self):
        levels = metrics.tally([(n, False) for n in range(100)])
        rungs = metrics.ladder(levels, (50.5,))
        self.assertEqual(rungs[0], 99)
        self.assertEqual(rungs[-1], 0)
        self.assertIn(50.5, rungs)
        self.assertEqual(rungs, sorted(set(rungs), reverse=True))
        self.assertEqual(metrics.ladder(metrics.tally([(0.123, True)])), [0.12])
        self.assertEqual(metrics.ladder([], (5,)), [5])

    def test_weeks(self):
        start = datetime(2026, 1, 1)
        self.assertEqual(metrics.weeks_between(start, start), 1.0)
        later = start + timedelta(weeks=3)
        self.assertEqual(metrics.weeks_between(start, later), 3.0)
