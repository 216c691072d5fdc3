# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Columns that no rule should be made of: they tell nothing, or they tell too much.

A column whose value follows from the outcome, or is filled in on the way to it, ranks
the past splendidly and the future not at all (S. Kaufman, S. Rosset, C. Perlich,
"Leakage in Data Mining", KDD 2011). What the records themselves give away is checked
here; what is known of the fields beforehand, the caller refuses beforehand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from .suggest_columns import BOOLEAN, EVENTS, NUMBER, TAGS, make_levels
from .suggest_regression import Design, cross_validate, some_rows

# Alone as good as certain: no honest column is.
CERTAIN = 0.95
# Alone this good, and no worse than everything else together.
STRONG, STRONG_MARGIN = 0.80, 0.005
# Alone this good, and its name says that it is written down after the contact.
NAMED = 0.70
# Values on which nearly all are won hold this share of what is won.
PURE, PURE_SHARE, PURE_BASE = 0.95, 0.5, 0.6
# Filled in on this share of the one outcome, and on hardly any of the other.
FILLED, FILLED_RATIO = 0.3, 0.1
MIDDLE = 8.0
# Records and parts of a number that the checks look at.
CHECKED, CHECKED_PARTS = 20_000, 8
# Text with so many different values, or so little repetition, is no category.
MANY_VALUES, REPETITION = 30, 0.3

# Words of names of what sales notes down, or what the outcome brings about.
WORDS = frozenset(
    "won lost outcome result disposition closed converted conversion churned churn "
    "cancelled canceled cancellation reason remark remarks comment comments feedback "
    "tag tags quality probability likelihood forecast stage signed refund refunded "
    "invoiced duration 結果 结果 原因 備註 备注 標籤 标签 成交 流失".split()
)
# With one of these before them, further words say the same.
DEAL = frozenset("lead deal sales opportunity call customer contract".split())
DEAL_WORDS = frozenset("status profile rating grade state notes note end".split())
# These say that it was earlier.
EARLIER = frozenset("previous prior past earlier former first initial".split())


@dataclass
class Refusal:
    """Why a column is left out.

    :param column: name of the column
    :param code: constant, empty, unique, running, many, certain, strong, named,
        pure, filled_won, filled_lost, double
    :param figures: numbers that belong into the words
    :param suspect: somebody who knows better may take it all the same
    """

    column: str
    code: str
    figures: dict = field(default_factory=dict)
    suspect: bool = False


def find_useless(column):
    """Return a :class:`Refusal` of a column that no condition for others can be made
    of, or None."""
    filled = ~column.get_missing() & ~column.absent
    count = int(filled.sum())
    if column.kind == EVENTS:
        happened = int(np.count_nonzero(np.nan_to_num(column.values)))
        return (
            None if happened >= 15 else Refusal(column.name, "empty", {"n": happened})
        )
    if column.kind == BOOLEAN:
        count = int(np.count_nonzero(filled))
        if min(count, len(column) - count) < 15:
            return Refusal(
                column.name, "constant", {"n": min(count, len(column) - count)}
            )
        return None
    if count < 15:
        return Refusal(column.name, "empty", {"n": count})
    if column.kind == TAGS:
        return None
    values = column.values[filled]
    distinct = len(set(values.tolist()))
    figures = {"n": count, "distinct": distinct}
    if distinct == 1 and count > len(column) - 15:
        return Refusal(column.name, "constant", {"n": len(column) - count})
    if column.kind == NUMBER:
        whole = bool(np.all(values == np.round(values)))
        dense = np.ptp(values) <= 20 * count
        if whole and distinct == count > MANY_VALUES and (dense or _is_id(column)):
            return Refusal(column.name, "running", figures)
        return None
    if distinct > MANY_VALUES and distinct > REPETITION * count:
        return Refusal(column.name, "unique", figures)
    return None


def find_double(column, earlier):
    """Return a :class:`Refusal` of a column that says the same as an earlier one."""
    for other in earlier:
        if other.kind == column.kind and other.kind != EVENTS:
            if np.array_equal(
                other.values, column.values, equal_nan=other.kind == NUMBER
            ):
                return Refusal(column.name, "double", {"other": other.label})
    return None


def _is_id(column):
    return bool({"id", "uuid", "number", "no", "nr"} & set(split_words(column.label)))


def split_words(text):
    """Return the lower-case words of a name.

    >>> split_words("x_lead_Quality2 CallDuration")
    ['x', 'lead', 'quality', 'call', 'duration']
    """
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return [word.lower() for word in re.findall(r"[^\W\d_]+", parts)]


def tells_of_outcome(*names):
    """Say whether a name speaks of what is noted down after the contact."""
    for name in names:
        words = split_words(name or "")
        if EARLIER & set(words):
            continue
        if WORDS & set(words):
            return True
        if any(
            first in DEAL and second in DEAL_WORDS
            for first, second in zip(words, words[1:], strict=False)
        ):
            return True
    return False


def find_leaks(columns, outcomes, included=()):
    """Return [:class:`Refusal`] of columns that know too much.

    :param columns: list of :class:`Column`
    :param outcomes: array of 1 and 0
    :param included: names of suspects that somebody takes all the same; they are
        not reported
    """
    y = np.asarray(outcomes, dtype=float)
    rows = some_rows(y, CHECKED)
    y, columns = y[rows], [column.take(rows) for column in columns]
    refused, levels, alone = [], {}, {}
    for column in columns:
        if column.kind == EVENTS:
            design = Design([], [(np.nan_to_num(column.values), column.name)])
        else:
            levels[column.name] = make_levels(column, y, CHECKED_PARTS)
            design = Design(levels[column.name], [])
        if design.free.size:
            _losses, aucs = cross_validate(design, y, (MIDDLE,))
            alone[column.name] = aucs[MIDDLE]
    taken = set(included)
    # Strong columns do not vouch for each other: they may share what they know.
    strong = {name for name, auc in alone.items() if auc >= STRONG} - taken
    for column in sorted(columns, key=lambda c: -alone.get(c.name, 0.5)):
        if column.name in taken:
            continue
        auc = alone.get(column.name, 0.5)
        found = _find_filled(column, y) or _find_pure(
            column, levels.get(column.name), y
        )
        if not found and auc >= CERTAIN:
            found = Refusal(column.name, "certain", {}, True)
        if not found and auc >= NAMED and tells_of_outcome(column.name, column.label):
            found = Refusal(column.name, "named", {}, True)
        if found:
            found.figures["auc"] = auc
            refused.append(found)
    suspects = strong - {refusal.column for refusal in refused}
    if suspects:
        gone = strong | {refusal.column for refusal in refused}
        others = _get_others_auc(columns, levels, gone, y)
        for name in sorted(suspects, key=lambda name: -alone[name]):
            if alone[name] >= others - STRONG_MARGIN:
                figures = {"auc": alone[name], "others": others}
                refused.append(Refusal(name, "strong", figures, True))
    return refused


def _find_filled(column, y):
    """Return the refusal of a column that is filled in on one outcome only."""
    if column.kind in (EVENTS, BOOLEAN, TAGS):
        return None
    filled = ~column.get_missing() & ~column.absent
    won, lost = filled[y == 1].mean(), filled[y == 0].mean()
    figures = {"won": won, "lost": lost}
    if won >= FILLED and lost <= FILLED_RATIO * won:
        return Refusal(column.name, "filled_won", figures, True)
    if lost >= FILLED and won <= FILLED_RATIO * lost:
        return Refusal(column.name, "filled_lost", figures, True)
    return None


def _find_pure(column, levels, y):
    """Return the refusal of a column some values of which mean the outcome."""
    if column.kind not in ("category", TAGS) or not levels:
        return None
    for outcome in (1, 0):
        matches = y == outcome
        if matches.mean() > PURE_BASE:
            continue
        pure = np.zeros(len(y), dtype=bool)
        for group in levels:
            hits = np.bincount(group.codes, matches, len(group.tests))
            shares = hits / np.maximum(group.counts, 1)
            clear = [n for n, test in enumerate(group.tests) if test]
            clear = [n for n in clear if shares[n] >= PURE]
            pure |= np.isin(group.codes, clear)
        share = (pure & matches).sum() / max(matches.sum(), 1)
        if share >= PURE_SHARE:
            figures = {"share": share, "rate": PURE, "outcome": outcome}
            return Refusal(column.name, "pure", figures, True)
    return None


def _get_others_auc(columns, levels, gone, y):
    """Return the AUC of all columns but some, together."""
    others = [column for column in columns if column.name not in gone]
    design = Design(
        [group for column in others for group in levels.get(column.name, ())],
        [(np.nan_to_num(c.values), c.name) for c in others if c.kind == EVENTS],
    )
    if not design.free.size:
        return 0.5
    _losses, aucs = cross_validate(design, y, (MIDDLE,))
    return aucs[MIDDLE]
