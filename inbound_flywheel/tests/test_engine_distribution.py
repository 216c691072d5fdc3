# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from collections import Counter

from odoo.tests import BaseCase

from ..engine.distribution import Case, Seat, distribute

EAST, WEST = 1, 2


def seat(number, room=9, team=EAST, last=(0, 0)):
    """Return a seat of the user with the same number."""
    return Seat(number, number, team, room, last)


def case(number, seats, team=None, preferred=(), familiar=(), teams=(EAST, WEST)):
    return Case(
        number,
        team,
        frozenset(teams),
        frozenset(seats),
        frozenset(preferred),
        tuple(familiar),
    )


class TestDistribution(BaseCase):
    def _users(self, cases, seats, **options):
        outcome = distribute(cases, seats, **options)
        return [
            outcome.given[c.id][0].user_id if c.id in outcome.given else None
            for c in cases
        ]

    def test_in_turns(self):
        seats = [seat(1), seat(2), seat(3)]
        cases = [case(n, (1, 2, 3)) for n in range(7)]
        self.assertEqual(self._users(cases, seats), [1, 2, 3, 1, 2, 3, 1])

    def test_who_has_waited_longest_begins(self):
        seats = [seat(1, last=(0, 30)), seat(2, last=(0, 10)), seat(3)]
        cases = [case(n, (1, 2, 3)) for n in range(3)]
        self.assertEqual(self._users(cases, seats), [3, 2, 1])

    def test_room(self):
        seats = [seat(1, room=1), seat(2, room=2), seat(3, room=0)]
        cases = [case(n, (1, 2, 3)) for n in range(5)]
        outcome = distribute(cases, seats)
        self.assertEqual(
            Counter(s.user_id for s, _f in outcome.given.values()), {1: 1, 2: 2}
        )
        self.assertEqual(outcome.left, {3: "full", 4: "full"})

    def test_overload(self):
        seats = [seat(1, room=0), seat(2, room=-1), seat(3, room=1)]
        cases = [case(n, (1, 2, 3)) for n in range(4)]
        self.assertEqual(self._users(cases, seats, overload=True), [3, 1, 3, 2])

    def test_preferred(self):
        seats = [seat(1), seat(2, room=1), seat(3)]
        cases = [case(n, (1, 2, 3), preferred=(2, 3)) for n in range(3)]
        self.assertEqual(self._users(cases, seats), [2, 3, 3])

    def test_familiar_first(self):
        seats = [seat(1), seat(2), seat(3, room=0)]
        cases = [
            case(1, (1, 2, 3), familiar=(2,)),
            case(2, (1, 2, 3), familiar=(2,)),
            case(3, (1, 2, 3), familiar=(3, 7, 1)),
            case(4, (1, 2, 3), familiar=(3,)),
            case(5, (1,), familiar=(2,)),
        ]
        self.assertEqual(self._users(cases, seats), [2, 2, 1, 2, 1])

    def test_familiar_in_another_team(self):
        seats = [seat(1, team=EAST), seat(2, team=WEST)]
        cases = [case(1, (1, 2), team=EAST, familiar=(2,)), case(2, (1, 2), team=EAST)]
        self.assertEqual(self._users(cases, seats), [2, 1])

    def test_of_a_team(self):
        seats = [seat(1, team=EAST), seat(2, team=WEST)]
        outcome = distribute(
            [
                case(1, (1, 2), team=WEST),
                case(2, (1,), team=WEST),
                case(3, (), teams=()),
                case(4, ()),
            ],
            seats,
        )
        self.assertEqual(outcome.given[1][0].user_id, 2)
        self.assertEqual(outcome.left, {2: "no_member", 3: "no_team", 4: "no_member"})

    def test_random(self):
        """Nobody beyond capacity, nothing twice, and nothing left while there is
        somebody with room who takes it."""
        dice = random.Random(5)
        for _round in range(200):
            seats = [
                seat(n, room=dice.randrange(-1, 5), team=dice.choice((EAST, WEST)))
                for n in range(dice.randrange(6))
            ]
            room = {s.id: s.room for s in seats}
            cases = [
                case(
                    n,
                    [s.id for s in seats if dice.random() < 0.6],
                    team=dice.choice((None, EAST, WEST)),
                    familiar=dice.sample(range(8), dice.randrange(3)),
                )
                for n in range(dice.randrange(15))
            ]
            outcome = distribute(cases, seats)
            self.assertEqual(
                {c.id for c in cases}, outcome.given.keys() | outcome.left.keys()
            )
            self.assertFalse(outcome.given.keys() & outcome.left.keys())
            for member in seats:
                got = sum(s is member for s, _f in outcome.given.values())
                self.assertEqual(member.room, room[member.id] - got)
                self.assertLessEqual(got, max(room[member.id], 0))
            for one in cases:
                if one.id in outcome.left:
                    takers = [
                        s
                        for s in seats
                        if s.id in one.seats and one.team_id in (None, s.team_id)
                    ]
                    self.assertFalse([s for s in takers if s.room > 0])
                else:
                    self.assertIn(outcome.given[one.id][0].id, one.seats)
