# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who gets which case: familiar salesperson first, then whoever has waited longest."""

from dataclasses import dataclass, field
from typing import NamedTuple

NO_TEAM = "no_team"
NO_MEMBER = "no_member"
FULL = "full"


@dataclass(slots=True)
class Seat:
    """A salesperson's place in a team.

    :param id: id of the membership
    :param user_id: the salesperson
    :param team_id: the team
    :param room: how many more cases fit; may be negative
    :param last: sorts by when the seat was given a case last, the longest ago first
    """

    id: int
    user_id: int
    team_id: int
    room: int
    last: tuple = (0, 0)


class Case(NamedTuple):
    """Something to be given to one salesperson.

    :param id: whatever the caller knows it by
    :param team_id: the only team that may have it, or None
    :param teams: ids of the teams that take it
    :param seats: ids of the seats that take it
    :param preferred: ids of the seats that would rather have it than others
    :param familiar: ids of the users who know the person, the closest first
    """

    id: int
    team_id: int | None
    teams: frozenset
    seats: frozenset
    preferred: frozenset = frozenset()
    familiar: tuple = ()


@dataclass(slots=True)
class Outcome:
    """What has become of the cases.

    :param given: {case id: (seat, whether the salesperson is a familiar one)}
    :param left: {case id: why nobody has got it}
    """

    given: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)


def distribute(cases, seats, overload=False):
    """Give every case to one seat, as long as there is room.

    A familiar salesperson comes first, whatever team the case is in. Then, within the
    case's team or any team that takes it, those who would rather have it, and among
    them who has waited longest since the last case. The seats are changed in place:
    what they got counts for the next case.

    :param cases: :class:`Case` in the order in which they are given away
    :param seats: list of :class:`Seat`
    :param overload: when all are full, give to the one with the least overload
    :return: an :class:`Outcome`
    """
    outcome = Outcome()
    by_id = {seat.id: seat for seat in seats}
    for turn, case in enumerate(cases):
        takers = [by_id[seat_id] for seat_id in case.seats if seat_id in by_id]
        familiar = _find_familiar(case, takers)
        seat = familiar or _find_next(case, takers, overload)
        if seat is None:
            outcome.left[case.id] = _get_reason(case, takers)
            continue
        seat.room -= 1
        seat.last = (1, turn)
        outcome.given[case.id] = (seat, familiar is not None)
    return outcome


def _find_familiar(case, takers):
    for user_id in case.familiar:
        known = [s for s in takers if s.user_id == user_id and s.room > 0]
        if known:
            # Of several teams, the one that the case is in.
            return min(known, key=lambda s: (s.team_id != case.team_id, s.last, s.id))
    return None


def _get_own(case, takers):
    """Return the seats of the case's own team, or of all teams if it has none."""
    return [s for s in takers if case.team_id in (None, s.team_id)]


def _find_next(case, takers, overload):
    takers = _get_own(case, takers)
    free = [seat for seat in takers if seat.room > 0]
    if free:
        return min(free, key=lambda s: (s.id not in case.preferred, s.last, s.id))
    if takers and overload:
        return min(takers, key=lambda s: (-s.room, s.last, s.id))
    return None


def _get_reason(case, takers):
    if not case.teams:
        return NO_TEAM
    return FULL if _get_own(case, takers) else NO_MEMBER
