# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who takes which case."""

from typing import NamedTuple


class Member(NamedTuple):
    """One member of a team, as the choice needs him.

    :param int id: of the user
    :param str absence: why he cannot take a case ("" = he can): "archived",
        "out_of_office", "company"
    :param int load: open cases, over all teams
    :param float idle_since: time stamp of his last assignment; 0 = never
    """

    id: int
    absence: str
    load: int
    idle_since: float


def distribute(case_ids, members, now):
    """Give each case to the available member with the least open work.

    Ties go to whoever has been idle longest, then to the smaller id, so that the
    same facts always give the same answer. Loads grow as cases are given.

    :param list case_ids: oldest promise first
    :param list members: of :class:`Member`
    :param float now: time stamp that counts as the moment of these assignments
    :return: dict case id -> (user id, load before it); empty when nobody can
    """
    free = {m.id: m for m in members if not m.absence}
    chosen = {}
    for position, case_id in enumerate(case_ids):
        if not free:
            break
        member = min(free.values(), key=lambda m: (m.load, m.idle_since, m.id))
        chosen[case_id] = (member.id, member.load)
        free[member.id] = member._replace(
            load=member.load + 1,
            # Keeps the order within one batch.
            idle_since=now + position * 1e-6,
        )
    return chosen
