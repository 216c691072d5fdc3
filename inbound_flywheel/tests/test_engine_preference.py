# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from itertools import permutations
from unittest import TestCase

from odoo.tests import tagged

from ..engine.preference import (
    SOURCES,
    Candidate,
    contacts_per_month,
    find_mismatch,
    is_low_touch,
    learn_channel,
    learn_rhythm,
    rank_channels,
    resolve,
)


@tagged("post_install", "-at_install")
class TestPreference(TestCase):
    def test_precedence(self):
        candidates = [Candidate(source, source) for source in SOURCES]
        for order in permutations(candidates):
            self.assertEqual(resolve(order).value, "individual")
            self.assertEqual(
                resolve([c for c in order if c.source != "individual"]).value,
                "learned",
            )
            self.assertEqual(
                resolve([c for c in order if c.source in SOURCES[2:]]).value, "persona"
            )
        self.assertIsNone(resolve([]))
        nothing = [None, Candidate("individual", False), Candidate("persona", 0)]
        self.assertIsNone(resolve(nothing))

    def test_only_the_individual_may_say_anything(self):
        said = Candidate("individual", "phone")
        learned = Candidate("learned", "phone")
        other = Candidate("company", "email")
        self.assertEqual(resolve([said, other], lambda v: v != "phone"), said)
        self.assertEqual(resolve([learned, other], lambda v: v != "phone"), other)

    def test_learned_channel(self):
        self.assertEqual(learn_channel({"a": 7, "b": 2}), ("a", 7, 9))
        self.assertEqual(learn_channel({"a": 3}), ("a", 3, 3))
        # Too few; no majority; half is none.
        for counts in ({}, {"a": 2}, {"a": 3, "b": 3}, {"a": 4, "b": 2, "c": 2}):
            self.assertIsNone(learn_channel(counts))

    def test_rhythm(self):
        start = date(2026, 6, 1)
        days = [start + timedelta(days=n) for n in (0, 7, 7, 21, 14, 100)]
        self.assertEqual(learn_rhythm(days), 7)
        self.assertIsNone(learn_rhythm(days[:3]))
        self.assertIsNone(learn_rhythm([]))
        self.assertEqual(contacts_per_month(7), 4)
        self.assertEqual(contacts_per_month(365), 1)
        self.assertIsNone(contacts_per_month(None))

    def test_channels_of_a_persona(self):
        weights = [
            ("phone", "human", 0.9),
            ("email", "digital", 0.6),
            ("x", "human", 0),
        ]
        self.assertEqual(rank_channels(weights, 0.5), ["phone", "email"])
        self.assertEqual(rank_channels(weights, 0.3), ["email", "phone"])
        self.assertEqual(rank_channels(weights, 0), ["email"])
        self.assertEqual(rank_channels(weights, 1), ["phone"])

    def test_low_touch(self):
        self.assertTrue(is_low_touch(0))
        self.assertTrue(is_low_touch(0.25))
        self.assertFalse(is_low_touch(0.26))
        self.assertFalse(is_low_touch(None))

    def test_mismatch(self):
        call, email, chat = (
            ("phone", "human"),
            ("email", "digital"),
            ("chat", "digital"),
        )
        for planned, own, share, single, running, expected in (
            (call, None, 0.1, False, None, "low_touch"),
            (call, None, None, False, None, None),
            (call, None, 0.5, False, None, None),
            (email, None, 0.1, False, None, None),
            # The individual's word beats the persona, either way.
            (call, call, 0.1, True, "email", None),
            (call, ("meeting", "human"), 0.1, False, None, None),
            (call, email, 0.9, False, None, "own_word"),
            (call, None, 0.5, True, "email", "switch"),
            (call, None, 0.5, True, "phone", None),
            (chat, None, 0.5, True, None, None),
            (chat, None, 0.1, True, "email", "switch"),
            (chat, None, 0.1, False, "email", None),
        ):
            found = find_mismatch(planned, own, share, single, running)
            self.assertEqual(found, expected, (planned, own, share, single, running))
