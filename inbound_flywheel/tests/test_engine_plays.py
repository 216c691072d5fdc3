# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ..engine import friction, plays
from ..engine.journey import Stage


def candidate(number, personas=(), stages=(), **values):
    return plays.Candidate(
        **{
            "id": number,
            "personas": frozenset(personas),
            "stages": frozenset(stages),
            "team": None,
            "lang": None,
            "sequence": 10,
            "used": 0,
            "moved": 0,
            **values,
        }
    )


@tagged("post_install", "-at_install")
class TestEnginePlays(BaseCase):
    def test_fit(self):
        cases = (
            (candidate(1, [7], [2]), plays.EXACT),
            (candidate(1, [], [2]), plays.STAGE),
            (candidate(1, [7]), plays.PERSONA),
            (candidate(1), plays.GENERAL),
            (candidate(1, [8], [2]), None),
            (candidate(1, [7], [3]), None),
        )
        for one, expected in cases:
            self.assertEqual(plays.fit(one, 7, [2, 9]), expected)
        self.assertIsNone(plays.fit(candidate(1, [7]), None, [2]))

    def test_language(self):
        one = candidate(1, lang="zh_TW")
        spoken = [plays.speaks(one, lang) for lang in ("zh_TW", "zh_CN", "en_US", None)]
        self.assertEqual(spoken, [0, 1, 2, 0])

    def test_unknown_effect_counts_as_average(self):
        """Known: 0.5 and 0.1, so 0.3 on average."""
        found = plays.rank(
            [
                candidate(1, used=20, moved=2),
                candidate(2, used=19, moved=19),
                candidate(3, used=40, moved=20),
            ],
            None,
            [],
        )
        self.assertEqual([one.id for one, _level in found], [3, 2, 1])

    def test_days_lost(self):
        way = friction.Way(1, 2, friction.ON)
        measure = friction.Measure(10, 2.0, 5.0, 9.0, 6.0)
        self.assertEqual(friction.days_lost(way, measure, 2.0), 30.0)
        self.assertEqual(friction.days_lost(way, measure, 7.0), 0.0)
        out = friction.Way(1, 3, friction.OUT)
        self.assertEqual(friction.days_lost(out, measure, 2.0), 50.0)
        self.assertEqual(friction.days_lost(out, measure, 2.0, from_exit=True), 0.0)

    def test_late(self):
        ways = {
            friction.Way(1, 2, friction.ON): friction.Measure(20, 1, 5, 9, 5),
            friction.Way(1, 3, friction.ON): friction.Measure(25, 1, 5, 12, 5),
            friction.Way(1, 4, friction.ON): friction.Measure(19, 1, 5, 99, 5),
            friction.Way(1, 5, friction.OUT): friction.Measure(90, 1, 5, 99, 5),
        }
        self.assertEqual(friction.late_after(ways), 12)
        self.assertIsNone(friction.late_after({}))

    def test_ways(self):
        one, two, gone = Stage(1, 10, False), Stage(2, 20, False), Stage(3, 5, True)
        kinds = [
            friction.way_of(*pair).kind
            for pair in ((one, two), (two, one), (one, gone), (gone, one), (one, None))
        ]
        self.assertEqual(kinds, ["on", "back", "out", "return", "out"])
        self.assertIsNone(friction.dropout({"return": 3}))
        self.assertEqual(friction.dropout({"on": 6, "out": 1, "stuck": 1}), 0.25)
