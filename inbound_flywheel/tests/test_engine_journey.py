# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..engine.journey import Hit, Stage, Walk, merge_moves

FIRST = Stage(1, 10, False)
SECOND = Stage(2, 20, False)
THIRD = Stage(3, 30, False)
LOST = Stage(9, 90, True)


def walk(current, hits):
    return Walk(current).go(hits).moves


def hit(day, stage, forward=True, from_ids=(), rule=1):
    return Hit(datetime(2026, 1, day), stage, forward, frozenset(from_ids), rule, day)


def stages(moves):
    return [move.stage.id for move in moves]


@tagged("post_install", "-at_install")
class TestWalk(BaseCase):
    def test_forward_only(self):
        hits = [hit(1, FIRST), hit(2, THIRD), hit(3, SECOND), hit(4, FIRST)]
        self.assertEqual(stages(walk(None, hits)), [1, 3])

    def test_any_order_of_arrival(self):
        hits = [hit(1, FIRST), hit(2, SECOND), hit(3, THIRD), hit(4, LOST)]
        for order in itertools.permutations(hits):
            self.assertEqual(stages(walk(None, order)), [1, 2, 3, 9])

    def test_staying_is_no_move(self):
        self.assertEqual(walk(SECOND, [hit(1, SECOND), hit(2, SECOND)]), [])

    def test_back_if_the_rule_may(self):
        self.assertEqual(stages(walk(THIRD, [hit(1, FIRST, forward=False)])), [1])

    def test_back_in_from_an_exit(self):
        hits = [hit(1, LOST), hit(2, FIRST), hit(3, SECOND)]
        self.assertEqual(stages(walk(THIRD, hits)), [9, 1, 2])

    def test_only_from(self):
        limited = hit(1, THIRD, from_ids={2})
        self.assertEqual(walk(None, [limited]), [])
        self.assertEqual(walk(FIRST, [limited]), [])
        self.assertEqual(walk(SECOND, [limited]), [limited])

    def test_only_from_looks_at_the_stage_of_that_day(self):
        hits = [hit(1, SECOND), hit(2, THIRD, from_ids={2}), hit(3, LOST, from_ids={2})]
        self.assertEqual(stages(walk(None, hits)), [2, 3])

    def test_earlier_stage_first_at_the_same_moment(self):
        hits = [hit(1, THIRD), hit(1, FIRST), hit(1, SECOND)]
        self.assertEqual(stages(walk(None, hits)), [1, 2, 3])


@tagged("post_install", "-at_install")
class TestMergeMoves(BaseCase):
    def test_joint_history(self):
        kept = [(1, "a", "k1"), (5, "c", "k2")]
        other = [(3, "b", "o1")]
        self.assertEqual(
            merge_moves(kept, other, "c"),
            [(1, "a", "k1"), (3, "b", "o1"), (5, "c", "k2")],
        )

    def test_no_neighbours_in_one_stage(self):
        joint = merge_moves([(1, "a", 0), (4, "b", 0)], [(2, "a", 0), (5, "b", 0)], "b")
        self.assertEqual(joint, [(1, "a", 0), (4, "b", 0)])

    def test_ends_where_the_person_is(self):
        joint = merge_moves([(1, "a", 0), (2, "b", 0)], [(3, "c", 0)], "b")
        self.assertEqual([stage for _date, stage, _p in joint], ["a", "b"])

    def test_one_side_empty(self):
        self.assertEqual(merge_moves([], [(3, "c", 0)], "c"), [(3, "c", 0)])
