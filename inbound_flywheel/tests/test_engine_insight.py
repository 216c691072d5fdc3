# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from math import comb, log

from odoo.tests import BaseCase, tagged

from ..engine import segments
from ..engine.contrast import compare, difference
from ..engine.drift import OTHER, by_chance, find_mover, pool, psi


@tagged("post_install", "-at_install")
class TestEngineContrast(BaseCase):
    def test_published_intervals(self):
        """The examples of Newcombe 1998, table II, method 10."""
        for case, expected in (
            ((56, 70, 48, 80), (0.0524, 0.3339)),
            ((9, 10, 3, 10), (0.1705, 0.8090)),
            ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ):
            for end, wanted in zip(difference(*case), expected, strict=True):
                self.assertAlmostEqual(end, wanted, 3)

    def test_verdicts(self):
        self.assertEqual(compare(80, 100, 20, 100), "more")
        self.assertEqual(compare(20, 100, 80, 100), "less")
        self.assertEqual(compare(20, 100, 21, 100), "same")
        self.assertEqual(compare(29, 29, 0, 1000), "few")
        self.assertEqual(compare(0, 1000, 29, 29), "few")


@tagged("post_install", "-at_install")
class TestEngineSegments(BaseCase):
    def _trait(self, key, places, source=None):
        return segments.Trait(key, source or key, segments.make_mask(places))

    def test_chance_is_exact(self):
        for hits, size, good, total in ((3, 4, 4, 8), (7, 20, 30, 200), (5, 5, 9, 9)):
            exact = sum(
                comb(good, k) * comb(total - good, size - k)
                for k in range(hits, min(size, good) + 1)
            ) / comb(total, size)
            found = segments.chance(hits, size, good, total)
            self.assertAlmostEqual(found, exact, 10)
        self.assertEqual(segments.chance(0, 10, 5, 100), 1.0)

    def test_benjamini_hochberg(self):
        """The example of Benjamini and Hochberg 1995, section 3.2: of 15 tests the
        four smallest stand at 5 %."""
        chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
        chances += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
        corrected = segments.correct(chances, 15)
        self.assertEqual([q <= 0.05 for q in corrected], [True] * 4 + [False] * 11)
        self.assertAlmostEqual(corrected[0], 0.0015)
        # Tests that were left out count all the same.
        self.assertEqual(segments.correct([0.01], 15), [0.15])

    def test_known_numbers(self):
        """200 of 1,000 are good; of the 100 students 60."""
        good = segments.make_mask(range(200))
        students = self._trait("student", range(140, 240))
        clerks = self._trait("clerk", range(0, 1000, 2))
        found = segments.find([students, clerks], good, 1000)
        [segment] = found.segments
        self.assertEqual(segment.keys, ("student",))
        self.assertEqual((segment.n, segment.good), (100, 60))
        self.assertAlmostEqual(segment.rate, 0.6)
        self.assertAlmostEqual(segment.lift, 3.0)
        self.assertAlmostEqual(segment.low, 0.502, 3)
        self.assertAlmostEqual(segment.high, 0.691, 3)
        # Both traits, and the 50 who have both.
        self.assertEqual(found.tested, 3)

    def test_pairs_have_to_beat_their_halves(self):
        chance = random.Random(3)
        one = {k for k in range(4000) if chance.random() < 0.3}
        other = {k for k in range(4000) if chance.random() < 0.3}
        good = {k for k in range(4000) if chance.random() < 0.1}
        good |= {k for k in one & other if chance.random() < 0.5}
        traits = [self._trait("one", one), self._trait("other", other)]
        found = segments.find(traits, segments.make_mask(good), 4000)
        self.assertEqual(found.segments[0].keys, ("one", "other"))
        # Where only one of them says something, the pair is not worth its "and".
        good = {k for k in range(4000) if chance.random() < (0.5 if k in one else 0.1)}
        found = segments.find(traits, segments.make_mask(good), 4000)
        [segment] = found.segments
        self.assertEqual((segment.keys, segment.members), (("one",), []))

    def test_noise_finds_nothing(self):
        """Among many traits without meaning, hardly ever is one named."""
        rounds = 0
        for seed in range(40):
            chance = random.Random(seed)
            good = segments.make_mask(k for k in range(1000) if chance.random() < 0.1)
            traits = [
                self._trait(n, [k for k in range(1000) if chance.random() < 0.05])
                for n in range(100)
            ]
            limits = segments.Limits(min_lift=1.0)
            rounds += bool(segments.find(traits, good, 1000, limits).segments)
        self.assertLessEqual(rounds, 5)

    def test_overlapping_traits_are_one(self):
        good = segments.make_mask(range(100))
        traits = [
            self._trait("student", range(40, 140)),
            self._trait("young", range(38, 142)),
            self._trait("pensioner", range(0, 38)),
        ]
        found = segments.find(traits, good, 1000)
        self.assertEqual(len(found.segments), 2)
        told = {segment.keys[0]: segment for segment in found.segments}
        self.assertIn("pensioner", told)
        head = told.get("student") or told["young"]
        self.assertIn(len(head.members), (1, 2))

    def test_what_knows_the_outcome_is_refused(self):
        good = segments.make_mask(range(100))
        traits = [
            self._trait("signed", range(97), "paper"),
            self._trait("student", range(60, 160)),
        ]
        found = segments.find(traits, good, 1000)
        self.assertEqual(list(found.refused), ["paper"])
        self.assertEqual([s.keys for s in found.segments], [("student",)])
        limits = segments.Limits(refuse_pure=False)
        self.assertFalse(segments.find(traits, good, 1000, limits).refused)

    def test_nothing_to_compare(self):
        self.assertFalse(segments.find([], 0, 10).segments)
        self.assertFalse(segments.find([], 0b11, 2).segments)
        self.assertEqual(segments.make_mask([]), 0)


@tagged("post_install", "-at_install")
class TestEngineDrift(BaseCase):
    def test_by_hand(self):
        first, second = {"a": 5000, "b": 5000}, {"a": 8000, "b": 2000}
        expected = (0.5 - 0.8) * log(0.5 / 0.8) + (0.5 - 0.2) * log(0.5 / 0.2)
        self.assertAlmostEqual(psi(first, second), expected, 3)
        self.assertAlmostEqual(psi(first, second), psi(second, first), 12)
        self.assertAlmostEqual(psi(first, {"a": 50, "b": 50}), 0, 9)

    def test_values_come_and_go(self):
        index = psi({"a": 100}, {"a": 50, "b": 50})
        self.assertGreater(index, 0.25)
        self.assertLess(index, 10)

    def test_rare_values_are_one(self):
        first = {"a": 96, **{str(n): 1 for n in range(4)}}
        second = {"a": 96, **{str(n): 1 for n in range(10, 14)}}
        self.assertEqual(pool(first, second)[0], {"a": 96, OTHER: 4})
        self.assertAlmostEqual(psi(first, second), 0)

    def test_chance(self):
        """Two samples of one population are rarely told apart."""
        chance = random.Random(1)
        beyond = 0
        for _round in range(300):
            samples = []
            for size in (500, 60):
                sample = dict.fromkeys("abcd", 0)
                for _person in range(size):
                    sample[chance.choice("abcd")] += 1
                samples.append(sample)
            beyond += psi(*samples) > by_chance(*samples)
        self.assertLessEqual(beyond, 27)
        self.assertGreater(psi({"a": 400, "b": 100}, {"a": 20, "b": 40}), 0.25)
        self.assertGreater(by_chance({"a": 5, "b": 5}, {"a": 5, "b": 5}), 0.25)
        self.assertEqual(by_chance({"a": 5}, {"a": 5}), float("inf"))

    def test_what_moved(self):
        first, second = {"a": 60, "b": 40}, {"a": 20, "b": 30, "c": 50}
        self.assertEqual(find_mover(first, second), ("c", 0.0, 0.5))
