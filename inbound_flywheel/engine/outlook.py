# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a score came about, how it will fall, and what would raise it.

Plain functions over the lines of one person: no database, no clock. Instants are
seconds since the epoch (UTC), as in :mod:`.decay`.
"""

import math
from datetime import datetime, timedelta
from typing import NamedTuple


class Line(NamedTuple):
    """One line of a score.

    :param date: instant from which it counts
    :param until: instant from which it no longer counts; ``math.inf`` for never
    :param momentum: its points, grown to the landmark
    """

    date: float
    until: float
    momentum: float


class Chance(NamedTuple):
    """A rule by which a score can rise.

    :param rule_id: id of the rule
    :param points: points of one event
    :param left: how many more events count in the current period; None for no limit
    """

    rule_id: int
    points: float
    left: int | None = None


class Step(NamedTuple):
    """What a rule would do for a score.

    :param rule_id: id of the rule
    :param points: points of one event
    :param needed: events until the next level; 0 when there is no higher one
    :param enough: as many events as are needed count in the current period
    """

    rule_id: int
    points: float
    needed: int
    enough: bool


def curve(lines, decay, moments):
    """Return the score at each of ``moments``.

    :param lines: iterable of :class:`Line`
    :param decay: the :class:`.decay.Decay` that their momentum follows
    :param moments: instants, in ascending order
    """
    changes = sorted(
        [(line.date, line.momentum) for line in lines]
        + [(line.until, -line.momentum) for line in lines if line.until < math.inf]
    )
    scores, momentum, place = [], 0.0, 0
    for moment in moments:
        while place < len(changes) and changes[place][0] <= moment:
            momentum += changes[place][1]
            place += 1
        scores.append(momentum * decay.worth(moment))
    return scores


def crossings(lines, decay, now, levels):
    """Return when the score falls below levels if nothing more happens.

    Between two lines that expire a score falls steadily, so each such stretch is
    solved in closed form.

    :param lines: iterable of :class:`Line`; those that have expired by now are left
        out
    :param levels: {name: score from which the level begins}
    :return: {name: instant} of the levels that the score has reached now; None where
        it never falls below
    """
    alive = [line for line in lines if line.until > now]
    total = math.fsum(line.momentum for line in alive)
    reached = {
        name: level
        for name, level in levels.items()
        if total * decay.worth(now) >= level
    }
    ends = sorted(
        (line.until, line.momentum) for line in alive if line.until < math.inf
    )
    found, start, momentum = {}, now, total
    for end, ending in [*ends, (math.inf, 0.0)]:
        for name in reached.keys() - found.keys():
            moment = _falls_below(momentum, decay, start, reached[name])
            if moment < end:
                found[name] = moment
        momentum -= ending
        start = end
    return {name: found.get(name) for name in reached}


def _falls_below(momentum, decay, start, level):
    """Return the first instant from ``start`` on at which ``momentum`` is worth less
    than ``level``; ``math.inf`` for never."""
    if momentum * decay.worth(start) < level:
        return start
    if not decay.half_life or level <= 0:
        return math.inf
    worth = start + decay.half_life * math.log2(momentum * decay.worth(start) / level)
    return max(start, worth)


def steps(score, target, chances):
    """Return what each rule would do for a score, the strongest first.

    :param score: points now
    :param target: points from which the next level begins; None at the highest
    :param chances: iterable of :class:`Chance`; only those that give points count
    :return: list of :class:`Step`
    """
    found = []
    for chance in chances:
        if chance.points <= 0:
            continue
        needed = 0
        if target is not None:
            # A sum of decayed points misses its round value by a hair.
            needed = max(1, math.ceil((target - score) / chance.points - 1e-9))
        enough = chance.left is None or chance.left >= max(needed, 1)
        found.append(Step(chance.rule_id, chance.points, needed, enough))
    return sorted(found, key=lambda step: (not step.enough, -step.points))


def period_bounds(moment, period):
    """Return start and end of the calendar period (UTC) that a moment falls in.

    The Python twin of what :mod:`.awarding` does with ``date_trunc``.

    :param moment: naive UTC datetime
    :param period: ``day``, ``week``, ``month`` or ``ever``
    :return: two naive UTC datetimes; (``datetime.min``, None) for ``ever``
    """
    if period == "ever":
        return datetime.min, None
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "week":
        start -= timedelta(days=start.weekday())
        return start, start + timedelta(days=7)
    if period == "month":
        start = start.replace(day=1)
        return start, (start + timedelta(days=31)).replace(day=1)
    return start, start + timedelta(days=1)


def next_level(score, levels):
    """Return the lowest level that a score has not reached: (name, its score); None
    at the highest.

    :param levels: {name: score from which the level begins}
    """
    above = {name: level for name, level in levels.items() if level > score}
    return min(above.items(), key=lambda item: item[1]) if above else None
