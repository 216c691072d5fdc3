# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How well a score tells won from lost. Plain numbers in, plain numbers out.

Everything rests on a *tally*: how many leads had which score, and how many of them
were won. Leads of the same score are never torn apart, so no result depends on the
order in which the database happens to return them.
"""

from math import ceil, floor, sqrt
from typing import NamedTuple

# Quantile of the standard normal distribution for intervals of 95 %.
Z95 = 1.959964
# Share of the decisions, the newest ones, that the older ones are checked on.
NEWEST = 0.3
# Shares of the leads, best first, at which a ladder of thresholds has a rung.
RUNGS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
SECONDS_PER_WEEK = 7 * 86400


class Level(NamedTuple):
    """The leads of one score."""

    score: float
    leads: int
    won: int


class Band(NamedTuple):
    """Leads of neighbouring scores.

    :param number: 1 for the best
    :param low: the lowest score in it
    :param high: the highest score in it
    :param rate: share won, 0 to 1
    :param lift: that share over the share of all leads
    :param gain: share of all won leads that are in this band or a better one
    """

    number: int
    low: float
    high: float
    leads: int
    won: int
    rate: float
    lift: float
    gain: float


class Check(NamedTuple):
    """A band whose win rate was learnt on older decisions and met newer ones.

    :param low: the score from which a lead is in the band; None for the last band
    :param expected: share won among the older decisions, 0 to 1
    :param leads: newer decisions in the band
    :param rate: share won among them, None without any
    :param lower: lower end of the 95 % interval of that share
    :param upper: upper end
    :param holds: the expected share lies in the interval; None without leads
    """

    number: int
    low: float | None
    expected: float
    leads: int
    won: int
    rate: float | None
    lower: float
    upper: float
    holds: bool | None


class Rung(NamedTuple):
    """What handing over from this score on would have meant.

    :param per_week: leads a week that sales would have got
    :param precision: share of them that were won, None without any
    :param recall: share of all won leads that are among them
    """

    threshold: float
    leads: int
    won: int
    per_week: float
    precision: float | None
    recall: float


def tally(cases):
    """Return the list of :class:`Level`, best score first.

    :param cases: iterable of (score, won)
    """
    levels = {}
    for score, won in cases:
        level = levels.setdefault(score, [0, 0])
        level[0] += 1
        level[1] += bool(won)
    return [Level(score, *levels[score]) for score in sorted(levels, reverse=True)]


def count(levels):
    """Return (leads, won) of a list of :class:`Level`."""
    return sum(level.leads for level in levels), sum(level.won for level in levels)


def auc(levels):
    """Return the area under the ROC curve: the chance that a won lead scores higher
    than a lost one, equal scores counting half.

    Method: H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two Random
    Variables is Stochastically Larger than the Other", Annals of Mathematical
    Statistics 18, 1947; that U over all pairs is this area: J. A. Hanley,
    B. J. McNeil, Radiology 143, 1982.

    :param levels: a tally
    :return: 0 to 1, or None unless there are won and lost leads
    """
    leads, won = count(levels)
    lost = leads - won
    if not won or not lost:
        return None
    twice, worse = 0, lost
    for level in levels:
        own = level.leads - level.won
        worse -= own
        twice += level.won * (2 * worse + own)
    return twice / (2 * won * lost)


def bands(levels, parts=10):
    """Cut leads into parts of about the same size, best first.

    All leads of a score go where the middle one of them belongs; so parts may differ
    in size, and where many leads have the same score some parts stay empty and are
    left out.

    :param levels: a tally
    :return: a list of :class:`Band`
    """
    leads, won = count(levels)
    groups, above = {}, 0
    for level in levels:
        middle = (2 * above + level.leads) / (2 * leads)
        groups.setdefault(min(parts, floor(middle * parts) + 1), []).append(level)
        above += level.leads
    result, caught = [], 0
    for number, group in groups.items():
        size, hits = count(group)
        caught += hits
        result.append(
            Band(
                number,
                group[-1].score,
                group[0].score,
                size,
                hits,
                hits / size,
                hits / size / (won / leads) if won else 0.0,
                caught / won if won else 0.0,
            )
        )
    return result


def wilson(hits, size, z=Z95):
    """Return the interval of a share, sound for small numbers too.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
    Inference", Journal of the American Statistical Association 22, 1927.

    :param hits: how many of ``size`` have the property
    :param z: quantile of the normal distribution
    :return: (lower, upper) between 0 and 1; (0, 1) for no size
    """
    if not size:
        return 0.0, 1.0
    share, square = hits / size, z * z
    centre = share + square / (2 * size)
    spread = z * sqrt(share * (1 - share) / size + square / (4 * size * size))
    whole = 1 + square / size
    return max(0.0, (centre - spread) / whole), min(1.0, (centre + spread) / whole)


def split_date(dates, newest=NEWEST):
    """Return the date from which on decisions are the newest share of them.

    :param dates: a list of comparable dates, not empty
    """
    dates = sorted(dates)
    return dates[min(len(dates) - 1, ceil(len(dates) * (1 - newest) - 1e-9))]


def calibration(older, newer, parts=10):
    """Learn the win rate of score bands on older decisions, check it on newer ones.

    :param older: tally of the older decisions
    :param newer: tally of the newer decisions
    :return: a list of :class:`Check`, best band first; empty without older ones
    """
    learnt = bands(older, parts) if older else []
    last = len(learnt) - 1
    result = []
    for place, band in enumerate(learnt):
        low = None if place == last else band.low
        above = learnt[place - 1].low if place else None
        leads, won = count(
            [
                level
                for level in newer
                if (low is None or level.score >= low)
                and (above is None or level.score < above)
            ]
        )
        lower, upper = wilson(won, leads)
        holds = lower <= band.rate <= upper if leads else None
        rate = won / leads if leads else None
        result.append(
            Check(band.number, low, band.rate, leads, won, rate, lower, upper, holds)
        )
    return result


def ladder(levels, extra=()):
    """Return thresholds worth looking at, highest first.

    Scores that the best 1, 2, 5 … 100 % of the leads reach, as whole points where the
    scores are far enough apart.

    :param levels: a tally
    :param extra: thresholds that are wanted in any case
    """
    leads, _won = count(levels)
    digits = 0 if levels and levels[0].score - levels[-1].score >= 20 else 2
    rungs, above = set(extra), 0
    wanted = iter(RUNGS)
    share = next(wanted, None)
    for level in levels:
        above += level.leads
        while share is not None and above >= share * leads - 1e-9:
            # Rounded down: whoever has the score reaches the rung.
            rungs.add(floor(level.score * 10**digits) / 10**digits)
            share = next(wanted, None)
    return sorted(rungs, reverse=True)


def thresholds(levels, rungs, weeks):
    """Return a list of :class:`Rung`: what each threshold would have meant.

    :param levels: a tally
    :param rungs: thresholds, highest first
    :param weeks: how many weeks the decisions span
    """
    _leads, total = count(levels)
    result, place, leads, won = [], 0, 0, 0
    for rung in rungs:
        while place < len(levels) and levels[place].score >= rung:
            leads += levels[place].leads
            won += levels[place].won
            place += 1
        result.append(
            Rung(
                rung,
                leads,
                won,
                leads / weeks,
                won / leads if leads else None,
                won / total if total else 0.0,
            )
        )
    return result


def weeks_between(first, last):
    """Return how many weeks lie between two dates, at least one."""
    return max(1.0, (last - first).total_seconds() / SECONDS_PER_WEEK)
