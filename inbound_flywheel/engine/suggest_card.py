# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A logistic regression over conditions, brought to whole points.

Scorecards as in N. Siddiqi, "Credit Risk Scorecards" (2006): columns become levels,
levels log-odds, those that hardly differ become one, and the rest whole points.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import chi2_contingency
from sklearn.metrics import roc_auc_score

from .suggest_columns import (
    CATEGORY,
    EVENTS,
    LEVELS,
    NUMBER,
    QUANTILE_PARTS,
    Levels,
    Term,
    make_levels,
)
from .suggest_pairs import find_cells
from .suggest_regression import (
    PENALTIES,
    Design,
    boost,
    cross_validate,
    ridge_logistic,
    some_rows,
)

# Records that points are fitted to at most: more change hardly a point.
FITTED = 50_000
# A column of more values than these has to tell more than chance would.
WIDE, CHANCE = 12, 0.05
# Share of the variance of the log-odds that merging of groups may cost.
VARIANCE = 0.01
# Conditions per win (or loss, whichever is rarer): five are enough for a regression
# (E. Vittinghoff, C. McCulloch, Am J Epidemiology 2007).
EVENTS_PER_CONDITION = 5
CONDITIONS = 120
# Whole points per unit of log-odds, the first that ranks as well as the exact ones.
SCALES = (5, 10, 20, 40, 100)
ROUNDING = 0.0002


@dataclass
class Condition:
    """A proposed rule.

    :param tests: the :class:`Term` that must all hold; empty for events
    :param events: name of the column of events, or ""
    :param weight: change in log-odds
    :param error: its standard error
    :param points: whole points
    """

    tests: tuple = ()
    events: str = ""
    weight: float = 0.0
    error: float = 0.0
    points: int = 0

    def get_columns(self):
        """Return the names of the columns it is about."""
        return [self.events] if self.events else [test.column for test in self.tests]

    def holds(self, columns):
        """Return which records meet it (events: how much), as numbers.

        :param columns: {name: column}
        """
        if self.events:
            return np.nan_to_num(columns[self.events].values)
        result = True
        for test in self.tests:
            result = result & test.holds(columns[test.column])
        return result.astype(float)


@dataclass
class Card:
    """Whole points for conditions, and how they came about."""

    conditions: list = field(default_factory=list)
    penalty: float = 0.0
    scale: int = 0

    def evaluate(self, columns, exact=False):
        """Return the points of records.

        :param columns: list of :class:`Column`
        :param exact: before rounding
        """
        by_name = {column.name: column for column in columns}
        total = np.zeros(len(columns[0]) if columns else 0)
        for condition in self.conditions:
            worth = condition.weight if exact else condition.points
            total += worth * condition.holds(by_name)
        return total


def fit_card(columns, outcomes, penalties=PENALTIES):
    """Fit whole points.

    :param columns: list of :class:`Column` of closed records
    :param outcomes: 1 for won, 0 for lost
    :param penalties: of these the best is taken
    :return: a :class:`Card`
    """
    y = np.asarray(outcomes, dtype=float)
    rows = some_rows(y, FITTED)
    y, columns = y[rows], [column.take(rows) for column in columns]
    columns = [column for column in columns if not _is_noise(column, y)]
    numbers = sum(column.kind == NUMBER for column in columns)
    parts = min(QUANTILE_PARTS, max(4, LEVELS // max(1, numbers)))
    levels = [
        group
        for column in columns
        if column.kind != EVENTS
        for group in make_levels(column, y, parts)
    ]
    events = _choose_events([c for c in columns if c.kind == EVENTS], y)
    if not levels and not events:
        return Card()
    design = Design(levels, events)
    losses, aucs = cross_validate(design, y, penalties)
    penalty = min(losses, key=losses.get)
    beta, cov = ridge_logistic(design.matrix(), y, penalty, design.free)
    cells = find_cells(columns, design, beta, y, penalty, aucs[penalty])
    if cells:
        design = Design(levels + cells, events)
        beta, cov = ridge_logistic(design.matrix(), y, penalty, design.free)
    effects = boost(design, y)
    effects = [(a + b) / 2 for a, b in zip(design.effects(beta), effects, strict=True)]
    rarer = min(y.sum(), len(y) - y.sum())
    limit = int(min(CONDITIONS, max(3, rarer / EVENTS_PER_CONDITION)))
    parts = _merge(design, effects, limit)
    conditions = _get_conditions(design, effects, design.spreads(cov), parts)
    error = np.sqrt(np.diag(cov))
    for number, (_vector, name) in enumerate(events, design.first_event):
        conditions.append(
            Condition(events=name, weight=beta[number], error=error[number])
        )
    card = Card(conditions, penalty)
    _round(card, columns, y)
    return card


def _is_noise(column, y):
    """Tell whether a column of many values tells won from lost no better than chance.

    Among so many values some always look telling. Columns of few values stay: they may
    count only together with others. Pearson's chi-squared test.
    """
    if column.kind != CATEGORY:
        return False
    counts = {}
    for value, outcome in zip(column.values, y, strict=True):
        counts.setdefault(value, [0, 0])[int(outcome)] += 1
    if len(counts) <= WIDE:
        return False
    # The test asks for five expected of each.
    least = 5 / min(y.mean(), 1 - y.mean())
    groups = [count for count in counts.values() if sum(count) >= least]
    rare = [count for count in counts.values() if sum(count) < least]
    if rare:
        groups.append([sum(outcomes) for outcomes in zip(*rare, strict=True)])
    if len(groups) < 2:
        return True
    return chi2_contingency(np.array(groups), correction=False).pvalue > CHANCE


def _choose_events(columns, y):
    """Return [(values, column)] with the best column of each family."""
    best = {}
    for column in columns:
        vector = np.nan_to_num(column.values)
        if not np.ptp(vector):
            continue
        auc = roc_auc_score(y, vector)
        key = abs(auc - 0.5)
        if column.family not in best or key > best[column.family][0] + 0.002:
            best[column.family] = (key, vector, column)
    return [(vector, column.name) for _key, vector, column in best.values()]


@dataclass
class Parts:
    """The levels of a group in parts that share points."""

    group: Levels
    effect: np.ndarray
    members: list

    def get_mean(self, part):
        return np.average(self.effect[part], weights=self.group.counts[part])

    def get_pairs(self):
        """Return (a, b) of the parts that may become one."""
        ordered = self.group.ordered
        if not ordered:
            means = [self.get_mean(part) for part in self.members]
            order = np.argsort(means, kind="stable")
            return zip(order, order[1:], strict=False)
        bins = [n for n, part in enumerate(self.members) if part[0] < ordered]
        pairs = list(zip(bins, bins[1:], strict=False))
        return pairs + [(a, n) for a in bins for n in range(max(bins) + 1, self.size)]

    @property
    def size(self):
        return len(self.members)

    def find_cheapest(self):
        """Return (loss of variance, a, b) of the pair that differs least."""
        best = None
        for a, b in self.get_pairs():
            na = self.group.counts[self.members[a]].sum()
            nb = self.group.counts[self.members[b]].sum()
            gap = self.get_mean(self.members[a]) - self.get_mean(self.members[b])
            loss = na * nb / (na + nb) * gap**2
            if best is None or loss < best[0]:
                best = (loss, min(a, b), max(a, b))
        return best

    def merge(self, a, b):
        self.members[a] = sorted(self.members[a] + self.members[b])
        del self.members[b]


def _merge(design, effects, limit):
    """Return the :class:`Parts` of each group: the fewest that keep the ranking.

    What differs least becomes one first (J. H. Ward, JASA 1963), over all columns,
    until more would cost more of the variance of the log-odds than ``VARIANCE``.
    """
    found, total = [], np.zeros(len(design.levels[0].codes) if design.levels else 0)
    for group, effect in zip(design.levels, effects, strict=True):
        told = [n for n in range(len(group.tests)) if n != group.absent]
        members = [[n] for n in told if group.counts[n]]
        found.append(Parts(group, effect, members))
        total += effect[group.codes]
    if not found:
        return found
    budget = VARIANCE * total.var() * len(total)
    cheapest = [parts.find_cheapest() for parts in found]
    spent, count = 0.0, sum(parts.size - 1 for parts in found)
    while count:
        number = min(
            (n for n, item in enumerate(cheapest) if item), key=lambda n: cheapest[n][0]
        )
        loss, a, b = cheapest[number]
        if spent + loss > budget and count <= limit:
            break
        spent += loss
        count -= 1
        found[number].merge(a, b)
        cheapest[number] = found[number].find_cheapest()
    return found


def _get_conditions(design, effects, spreads, found):
    """Return the conditions of parts, each against the reference of its column."""
    conditions = []
    for parts, effect, spread in zip(found, effects, spreads, strict=True):
        group = parts.group
        # Levels without a condition of their own get no points: they are what the
        # others are measured against.
        reference = max(
            parts.members,
            key=lambda part: (
                any(group.tests[n] is None for n in part),
                group.counts[part].sum(),
            ),
        )
        for part in parts.members:
            if part is reference:
                continue
            contrast = np.zeros(len(effect))
            contrast[part] = group.counts[part] / group.counts[part].sum()
            contrast[reference] -= (
                group.counts[reference] / group.counts[reference].sum()
            )
            figures = {
                "weight": float(contrast @ effect),
                "error": float(np.sqrt(max(contrast @ spread @ contrast, 0.0))),
            }
            for tests in _join([group.tests[level] for level in part]):
                conditions.append(Condition(tests=tests, **figures))
    return conditions


def _join(tests):
    """Return the fewest tuples of tests that say what ``tests`` say, any of them."""
    if isinstance(tests[0], tuple):
        return tests
    column = tests[0].column
    missing = any(test.missing for test in tests)
    values = tuple(value for test in tests for value in test.values)
    ranges = [test for test in tests if not test.missing and not test.values]
    found = []
    if ranges:
        found.append((Term(column, low=ranges[0].low, high=ranges[-1].high),))
    if values or missing:
        found.append((Term(column, values=values, missing=missing),))
    return found


def _round(card, columns, y):
    """Give whole points on the smallest scale that costs nothing."""
    exact = roc_auc_score(y, card.evaluate(columns, exact=True))
    for scale in SCALES:
        card.scale = scale
        for condition in card.conditions:
            condition.points = round(condition.weight * scale)
        if roc_auc_score(y, card.evaluate(columns)) >= exact - ROUNDING:
            break
    card.conditions = [c for c in card.conditions if c.points]
