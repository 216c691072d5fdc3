# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is known of closed records, as columns, and the conditions they offer.

Nothing here knows of Odoo. A column becomes *levels*: disjoint groups of records,
each with the :class:`Term` that tells who is in it. Numbers are cut where a small
decision tree of this column alone cuts them (supervised discretisation: J. Dougherty,
R. Kohavi, M. Sahami, ICML 1995), rare categories are pooled, a missing value is a
level of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor, isfinite

import numpy as np
from sklearn.tree import DecisionTreeClassifier

CATEGORY, TAGS, BOOLEAN, NUMBER, EVENTS = (
    "category",
    "tags",
    "boolean",
    "number",
    "events",
)
# Records that a level holds at least, so that its win rate can be told at all:
# the usual rule of thumb of scorecards is 5 % or 50 records for few bins (N. Siddiqi,
# "Credit Risk Scorecards", 2006); regularisation allows smaller ones.
LEVEL_RECORDS = 15
LEVEL_SHARE = 0.004
# Parts of a number: cuts of its tree, and quantiles for slopes that a tree misses.
CUT_SHARE = 0.01
TREE_PARTS, QUANTILE_PARTS = 10, 16
# Levels of all columns together: the time of a fit grows with their square.
LEVELS = 240
# Values of a pooled level that a rule still lists by name.
POOLED = 40
# The value of records that the column says nothing about: no condition on it holds.
ABSENT = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()


@dataclass
class Column:
    """One thing known of every record.

    :param name: the key by which the caller finds it again
    :param kind: one of the kinds above
    :param values: a sequence, one for each record: a hashable, a tuple of hashables
        (tags), a number; None when nothing is known, :data:`ABSENT` when no
        condition on the column can hold. Events: sums that are worth points each
    :param label: how people call it
    :param group: columns of one group can be joined in a condition with "and"
    :param family: of columns of one family one is taken at most (the same events
        counted in several ways)
    """

    name: str
    kind: str
    values: object
    label: str = ""
    group: str = ""
    family: str = ""

    def __post_init__(self):
        self.label = self.label or self.name
        self.family = self.family or self.name
        if self.kind in (NUMBER, EVENTS):
            self.absent = np.array([value is ABSENT for value in self.values])
            known = [
                np.nan if value is None or value is ABSENT else float(value)
                for value in self.values
            ]
            self.values = np.array(known, dtype=float)
            self.values[~np.isfinite(self.values)] = np.nan
        else:
            values = np.empty(len(self.values), dtype=object)
            values[:] = [
                (value or None) if self.kind == BOOLEAN else value
                for value in self.values
            ]
            self.values = values
            self.absent = np.array([value is ABSENT for value in values])

    def __len__(self):
        return len(self.values)

    def take(self, rows):
        """Return the column of some of the records only."""
        chosen = object.__new__(Column)
        chosen.__dict__.update(self.__dict__)
        chosen.values, chosen.absent = self.values[rows], self.absent[rows]
        return chosen

    def get_missing(self):
        """Return which records have no value, as booleans."""
        if self.kind in (NUMBER, EVENTS):
            return np.isnan(self.values) & ~self.absent
        return np.array([value is None or value == () for value in self.values])


@dataclass(frozen=True)
class Term:
    """One condition on one column; a record meets it or not.

    :param column: name of the column
    :param values: one of these (tags: at least one of them)
    :param low: at least this number; None for no lower bound
    :param high: less than this number; None for no upper bound
    :param missing: or nothing is known; never together with bounds
    """

    column: str
    values: tuple = ()
    low: float | None = None
    high: float | None = None
    missing: bool = False

    def holds(self, column):
        """Return which records of ``column`` meet the condition, as booleans."""
        if self.missing:
            missing = column.get_missing()
            others = Term(self.column, values=self.values)
            return missing | others.holds(column) if self.values else missing
        if column.kind == NUMBER:
            with np.errstate(invalid="ignore"):
                result = ~np.isnan(column.values)
                if self.low is not None:
                    result &= column.values >= self.low
                if self.high is not None:
                    result &= column.values < self.high
            return result
        wanted = set(self.values)
        if column.kind == TAGS:
            return np.array(
                [
                    value is not None
                    and value is not ABSENT
                    and not wanted.isdisjoint(value)
                    for value in column.values
                ]
            )
        return np.array([value in wanted for value in column.values])


@dataclass
class Levels:
    """The records of a column (or of one tag) in disjoint groups.

    :param column: name of the column
    :param codes: number of the level of each record
    :param tests: the :class:`Term` of each level; None when it offers none
    :param ordered: how many of the first levels are in order (bins of a number)
    :param absent: number of the level of records that the column does not concern,
        or -1
    """

    column: str
    codes: np.ndarray
    tests: list
    ordered: int = 0
    absent: int = -1
    group: str = ""
    counts: np.ndarray = field(init=False)

    def __post_init__(self):
        self.counts = np.bincount(self.codes, minlength=len(self.tests))


def least_records(total, share=LEVEL_SHARE):
    """Return how many of ``total`` records a level holds at least."""
    return max(LEVEL_RECORDS, ceil(total * share))


def make_levels(column, outcomes, parts=QUANTILE_PARTS):
    """Return the list of :class:`Levels` of a column.

    :param column: a :class:`Column` that is not of kind events
    :param outcomes: array of 1 (won) and 0 (lost)
    :param parts: quantiles of a number at most
    """
    if column.kind == NUMBER:
        found = [_number_levels(column, outcomes, parts)]
    elif column.kind == TAGS:
        found = _tag_levels(column)
    else:
        found = [_category_levels(column)]
    for levels in found:
        levels.group = column.group
    return [levels for levels in found if np.count_nonzero(levels.counts) > 1]


def _number_levels(column, outcomes, parts):
    known = ~np.isnan(column.values)
    cuts = find_cuts(column.values[known], outcomes[known], parts)
    codes = np.searchsorted(cuts, column.values, side="right")
    edges = [None, *cuts, None]
    tests = [
        Term(column.name, low=low, high=high)
        for low, high in zip(edges, edges[1:], strict=False)
    ]
    ordered = len(tests)
    return _with_missing(column, codes, tests, ordered)


def _with_missing(column, codes, tests, ordered=0):
    """Return levels with those for missing values and absent columns added."""
    missing, absent = column.get_missing(), -1
    codes = codes.astype(np.int32)
    if missing.any():
        codes[missing] = len(tests)
        tests.append(Term(column.name, missing=True))
    if column.absent.any():
        absent = len(tests)
        codes[column.absent] = absent
        tests.append(None)
    return Levels(column.name, codes, tests, ordered, absent)


def find_cuts(values, outcomes, parts=QUANTILE_PARTS):
    """Return where to cut a number so that the win rates of the parts may differ.

    :param values: array of numbers, none missing
    :param outcomes: array of 1 and 0
    :param parts: quantiles at most
    :return: sorted list of cuts; a part begins at its cut. Cuts are as round as the
        values around them allow
    """
    distinct = np.unique(values)
    if len(values) < 2 * LEVEL_RECORDS or len(distinct) < 2:
        return []
    tree = DecisionTreeClassifier(
        criterion="entropy",
        max_leaf_nodes=min(TREE_PARTS, parts),
        min_samples_leaf=least_records(len(values), CUT_SHARE),
        random_state=0,
    ).fit(values.reshape(-1, 1), outcomes)
    thresholds = tree.tree_.threshold[tree.tree_.feature >= 0]
    # Trees compare in single precision: look up the neighbours themselves.
    places = set(np.searchsorted(distinct, thresholds, side="right"))
    places = sorted(place for place in places if 0 < place < len(distinct))
    cuts = find_quantiles(values, parts) + [
        round_between(distinct[place - 1], distinct[place]) for place in places
    ]
    return _drop_thin(sorted(set(cuts)), values)


def find_quantiles(values, parts):
    """Return the cuts that make at most so many parts of about the same size.

    Where one value fills several parts, the next part begins right after it.
    """
    distinct = np.unique(values)
    if len(distinct) > parts:
        shares = np.arange(1, parts) / parts
        places = np.searchsorted(distinct, np.quantile(values, shares))
        places = np.unique(np.clip(places, 1, len(distinct) - 1))
    else:
        places = range(1, len(distinct))
    return [round_between(distinct[n - 1], distinct[n]) for n in places]


def _drop_thin(cuts, values):
    """Return the cuts without those that leave too few records in a part."""
    least = least_records(len(values))
    ordered, kept, start = np.sort(values), [], 0
    for cut in cuts:
        place = np.searchsorted(ordered, cut)
        if place - start >= least and len(values) - place >= least:
            kept.append(cut)
            start = place
    return kept


def round_between(low, high):
    """Return the number with the fewest digits in ``(low, high]``.

    >>> round_between(24, 31)
    30.0
    >>> round_between(0.123, 0.19)
    0.15
    >>> round_between(0, 1)
    1.0
    """
    low, high = float(low), float(high)
    if not isfinite(high - low):
        return high
    if low < 0 <= high:
        return 0.0
    power = floor(np.log10(max(abs(low), abs(high)))) + 1
    for digits in range(18):
        for part in (1, 0.5):
            step = part * 10.0 ** (power - digits)
            candidate = round(floor(high / step) * step, max(0, 2 + digits - power))
            if low < candidate <= high:
                return candidate
    return high


def _category_levels(column):
    counts = {}
    for value in column.values:
        if value is not None and value is not ABSENT:
            counts[value] = counts.get(value, 0) + 1
    least = least_records(len(column))
    common = [value for value, count in counts.items() if count >= least]
    common.sort(key=lambda value: (-counts[value], str(value)))
    rare = sorted((v for v in counts if counts[v] < least), key=str)
    tests = [Term(column.name, values=(value,)) for value in common]
    numbers = {value: number for number, value in enumerate(common)}
    if rare:
        numbers.update(dict.fromkeys(rare, len(tests)))
        total = sum(counts[value] for value in rare)
        told = len(rare) <= POOLED and total >= least
        tests.append(Term(column.name, values=tuple(rare)) if told else None)
    codes = np.array([numbers.get(value, 0) for value in column.values], dtype=np.int32)
    if column.kind == BOOLEAN:
        codes = np.array([1 if value is None else 0 for value in column.values])
        tests = [Term(column.name, values=(True,)), None]
        if column.absent.any():
            codes[column.absent] = 2
            return Levels(column.name, codes, [*tests, None], absent=2)
        return Levels(column.name, codes, tests)
    return _with_missing(column, codes, tests)


def _tag_levels(column):
    """Return yes/no levels for every tag that is common enough."""
    counts = {}
    for value in column.values:
        if value is not None and value is not ABSENT:
            for tag in value:
                counts[tag] = counts.get(tag, 0) + 1
    least = least_records(len(column))
    found = []
    for tag in sorted(counts, key=lambda tag: (-counts[tag], str(tag))):
        if least <= counts[tag]:
            test = Term(column.name, values=(tag,))
            codes = np.where(test.holds(column), 0, 1)
            tests, absent = [test, None], -1
            if column.absent.any():
                codes[column.absent], absent = 2, 2
                tests = [test, None, None]
            found.append(Levels(column.name, codes, tests, absent=absent))
    return found
