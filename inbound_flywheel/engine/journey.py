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
    :param proposes: the rule asks instead of moving
    :param firm: a fact, which also moves who was put somewhere by hand
    :param returns: a sign of life: leads from an exit back to the stage before it;
        ``stage`` is that exit until the walk knows where to
    :param fresh: it became true with this event, and did not just stay true
    :param detail: figures that say why, as plain JSON data
    """

    date: datetime
    stage: Stage
    forward: bool
    from_ids: frozenset
    rule_id: int
    touchpoint_id: int
    proposes: bool = False
    firm: bool = False
    returns: bool = False
    fresh: bool = True
    detail: dict | None = None


class Walk:
    """The way of one person along one track.

    :param stage: the :class:`Stage` at the start, or None
    :param locked: that stage was chosen by hand: rules ask before they change it
    :param back: the stage before, if the start is an exit
    :param asked: the :class:`Hit` that waits for an answer already, or None
    :param heard: when somebody last declined: what happened until then is no reason
        to ask again
    """

    def __init__(self, stage=None, locked=False, back=None, asked=None, heard=None):
        self.stage = stage
        self.locked = locked
        self.back = back
        self.asked = asked
        self.heard = heard
        self.moves = []

    def go(self, hits):
        """Go along evidence, in the order of its dates.

        :param hits: iterable of :class:`Hit`, in any order
        :return: self, with ``moves``, the hits that moved the person, and ``asked``,
            the one that is to be asked about, or None
        """
        for hit in sorted(hits, key=_order):
            if hit.returns:
                if not self.back:
                    continue
                hit = hit._replace(stage=self.back)
            if not _moves(self.stage, hit):
                continue
            if hit.proposes or self.locked and not hit.firm:
                self._ask(hit)
            else:
                self._enter(hit)
        return self

    def _ask(self, hit):
        if self.heard and (hit.date <= self.heard or not hit.fresh):
            return
        if self.asked is None or _moves(self.asked.stage, hit):
            self.asked = hit

    def _enter(self, hit):
        last = self.moves[-1] if self.moves else None
        if last and last.returns and last.touchpoint_id == hit.touchpoint_id:
            # One event brought the person back and further on: one step.
            self.moves.pop()
            hit = hit._replace(returns=True)
        self.moves.append(hit)
        if not hit.stage.is_exit:
            self.back = None
        elif self.stage and not self.stage.is_exit:
            self.back = self.stage
        self.stage, self.locked = hit.stage, False
        if self.asked and not (self.asked.forward and _moves(self.stage, self.asked)):
            self.asked = None


def _order(hit):
    # A sign of life comes first: what else it says is said of who is back.
    return (hit.date, not hit.returns, hit.stage.sequence, hit.rule_id)


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
