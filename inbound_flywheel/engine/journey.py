# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which stage a person is in, from dated evidence. No environment needed."""

from datetime import datetime
from typing import NamedTuple


class Stage(NamedTuple):
    """What the walk has to know of a stage: its place, and whether it is an exit
    (lapsed, lost), from which every way back in is open."""

    id: int
    sequence: int
    is_exit: bool


class Hit(NamedTuple):
    """One piece of evidence: at ``date`` a rule spoke for ``stage``.

    :param forward: move only to a later stage, or out of an exit
    :param from_ids: stages the rule is limited to; empty for any
    """

    date: datetime
    stage: Stage
    forward: bool
    from_ids: frozenset
    rule_id: int
    touchpoint_id: int


def walk(current, hits):
    """Return the hits that move a person, in the order of their dates.

    :param current: the :class:`Stage` at the start, or None
    :param hits: iterable of :class:`Hit`, in any order
    """
    moves = []
    for hit in sorted(hits, key=lambda h: (h.date, h.stage.sequence, h.rule_id)):
        if _moves(current, hit):
            moves.append(hit)
            current = hit.stage
    return moves


def _moves(current, hit):
    if current is None:
        return not hit.from_ids
    if current.id == hit.stage.id:
        return False
    if hit.from_ids and current.id not in hit.from_ids:
        return False
    if not hit.forward or current.is_exit:
        return True
    return hit.stage.sequence > current.sequence


def merge_moves(kept, other, final_id):
    """Join the histories of two people who turn out to be one.

    :param kept: list of ``(date, stage_id, payload)`` of the person who stays
    :param other: the same of the person who is merged
    :param final_id: the stage that the merged person is in now
    :return: the list of entries of the joint history: sorted by date, no two
        neighbours in the same stage, and the last one in ``final_id``
    """
    result = []
    for entry in sorted(kept + other, key=lambda e: e[0]):
        if not result or result[-1][1] != entry[1]:
            result.append(entry)
    while result and result[-1][1] != final_id:
        result.pop()
    return result
