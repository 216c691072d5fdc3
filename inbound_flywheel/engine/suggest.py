# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From closed records to proposed whole points, with what speaks for each.

Needs numpy and scikit-learn, so it is imported where it is used. Everything is
deterministic: the same records in the same order give the same points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import erf, sqrt

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from .suggest_card import Card, fit_card
from .suggest_checks import find_double, find_leaks, find_useless
from .suggest_columns import EVENTS, NUMBER, TAGS
from .suggest_regression import folds_of, some_rows

# Below these nothing is proposed. Salesforce Einstein asks for 1,000 leads with 120
# conversions; a regression of one or two conditions with five to ten events each
# (P. Peduzzi et al., J Clin Epidemiology 1996) asks for far fewer. Between the two,
# the number of conditions falls with the number of wins.
LEAST_CLOSED, LEAST_EACH = 200, 40
# Standard errors by which points rank better than chance: one in 700 would err, and
# the folds of a cross-validation err together.
SURE = 3.0
# Records that the figures are measured with: the error of an AUC is below 0.01.
MEASURED = 8_000
FOLDS, BLOCKS = 5, 4
# The yardstick, the better of both.
BOOSTERS = (
    {"learning_rate": 0.1, "max_iter": 100},
    {"learning_rate": 0.06, "max_iter": 130, "max_leaf_nodes": 10},
)
# A person is hot when so many times more of those with the score are won.
HOT_LIFT = 2.0


@dataclass
class Proposal:
    """A condition with its points and figures.

    :param condition: a :class:`Condition`
    :param n: closed records that meet it
    :param won: won ones among them
    :param lift: their win rate relative to that of all
    :param confidence: probability that the sign is right, by Wald's test given all
        other conditions
    """

    condition: object
    n: int
    won: int
    lift: float
    confidence: float


@dataclass
class Suggestion:
    """What history suggests.

    :param abstained: "" or why nothing is proposed: few, chance
    :param proposals: list of :class:`Proposal`
    :param refusals: list of :class:`Refusal`
    :param figures: closed, won, auc (points on held-back records), auc_exact (before
        rounding), auc_boosting, auc_ordered and auc_ordered_boosting (trained on the
        earlier records, judged on the later ones; None when not measurable)
    :param thresholds: a, b, c of the fit points; hot of the points of events, if any
    """

    abstained: str = ""
    proposals: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    figures: dict = field(default_factory=dict)
    thresholds: dict = field(default_factory=dict)
    card: Card = field(default_factory=Card)


def suggest(columns, outcomes, included=(), progress=None):
    """Propose whole points.

    :param columns: list of :class:`Column`, of closed records in order of decision
    :param outcomes: 1 for won, 0 for lost
    :param included: names of columns to take although they are suspects
    :param progress: called with a word for each step
    :return: a :class:`Suggestion`
    """
    # Many short steps: threads that wait for each other cost more than they bring.
    with threadpool_limits(1):
        return _suggest(columns, outcomes, included, progress or (lambda step: None))


def _suggest(columns, outcomes, included, tell):
    y = np.asarray(outcomes, dtype=int)
    result = Suggestion(figures={"closed": len(y), "won": int(y.sum())})
    if len(y) < LEAST_CLOSED or min(y.sum(), len(y) - y.sum()) < LEAST_EACH:
        result.abstained = "few"
        return result
    tell("check")
    columns, result.refusals = sift(columns, y, included)
    if not columns:
        result.abstained = "chance"
        return result
    tell("fit")
    result.card = fit_card(columns, y)
    tell("measure")
    result.figures.update(measure(columns, y, (result.card.penalty,)))
    margin = SURE * get_auc_error(result.figures["auc"], y)
    if not result.card.conditions or result.figures["auc"] < 0.5 + margin:
        result.abstained = "chance"
        return result
    result.proposals = _get_proposals(result.card, columns, y)
    result.thresholds = _get_thresholds(result.card, columns, y)
    return result


def sift(columns, outcomes, included=()):
    """Return (columns that rules may be made of, refusals of the others)."""
    refusals = [found for column in columns if (found := find_useless(column))]
    gone = {refusal.column for refusal in refusals}
    columns = [column for column in columns if column.name not in gone]
    doubles = [
        found
        for place, column in enumerate(columns)
        if (found := find_double(column, columns[:place]))
    ]
    refusals += doubles
    gone = {refusal.column for refusal in doubles}
    columns = [column for column in columns if column.name not in gone]
    leaks = find_leaks(columns, outcomes, included)
    gone = {refusal.column for refusal in leaks}
    return [c for c in columns if c.name not in gone], refusals + leaks


def measure(columns, outcomes, penalties):
    """Return the figures of cross-validation: points against gradient boosting."""
    rows = some_rows(outcomes, MEASURED)
    y = outcomes[rows]
    columns = [column.take(rows) for column in columns]
    numbers = folds_of(y, FOLDS)
    splits = [(numbers != fold, numbers == fold) for fold in range(FOLDS)]
    found = _measure_splits(columns, y, splits, penalties)
    # The later records, each block judged by what was known before it.
    block = np.arange(len(y)) * BLOCKS // len(y)
    later = [(block < number, block == number) for number in range(2, BLOCKS)]
    later = [split for split in later if _can_judge(y, *split)]
    ordered = _measure_splits(columns, y, later, penalties) if later else {}
    return found | {
        "auc_ordered": ordered.get("auc"),
        "auc_ordered_boosting": ordered.get("auc_boosting"),
    }


def _can_judge(y, train, test):
    return min(y[train].sum(), (1 - y[train]).sum()) >= 20 and 0 < y[test].mean() < 1


def _measure_splits(columns, y, splits, penalties):
    x, kinds = to_matrix(columns)
    rounded, exact, boosting = [], [], []
    for train, test in splits:
        earlier = [column.take(train) for column in columns]
        card = fit_card(earlier, y[train], penalties)
        held = [column.take(test) for column in columns]
        rounded.append(roc_auc_score(y[test], card.evaluate(held)))
        exact.append(roc_auc_score(y[test], card.evaluate(held, exact=True)))
        boosting.append(
            [
                roc_auc_score(y[test], model.predict_proba(x[test])[:, 1])
                for model in fit_boosting(x[train], y[train], kinds)
            ]
        )
    return {
        "auc": float(np.mean(rounded)),
        "auc_exact": float(np.mean(exact)),
        "auc_boosting": float(np.mean(boosting, axis=0).max()),
    }


def fit_boosting(x, y, kinds, settings=BOOSTERS):
    """Return gradient boosting on a matrix, for each of the settings."""
    return [
        HistGradientBoostingClassifier(
            categorical_features=kinds, random_state=0, **setting
        ).fit(x, y)
        for setting in settings
    ]


def to_matrix(columns):
    """Return (matrix, which columns are categories) as gradient boosting takes them."""
    parts, kinds = [], []
    for column in columns:
        if column.kind in (NUMBER, EVENTS):
            parts.append(column.values)
            kinds.append(False)
        elif column.kind == TAGS:
            tags = {t for v in column.values if isinstance(v, tuple) for t in v}
            for tag in sorted(tags, key=str)[:100]:
                has = [isinstance(v, tuple) and tag in v for v in column.values]
                parts.append(np.array(has, dtype=float))
                kinds.append(False)
        else:
            known = [v for v in column.values if v is not None]
            counts = {value: 0 for value in known}
            for value in known:
                counts[value] += 1
            order = sorted(counts, key=lambda value: (-counts[value], str(value)))
            numbers = {value: float(n) for n, value in enumerate(order[:200])}
            parts.append(np.array([numbers.get(v, np.nan) for v in column.values]))
            kinds.append(True)
    return np.column_stack(parts), kinds


def get_auc_error(auc, outcomes):
    """Return the standard error of an AUC (J. Hanley, B. McNeil, Radiology 1982)."""
    won, lost = outcomes.sum(), (1 - outcomes).sum()
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (won - 1) * (q1 - auc**2) + (lost - 1) * (q2 - auc**2)
    return sqrt(max(variance, 0) / (won * lost))


def _get_proposals(card, columns, y):
    by_name = {column.name: column for column in columns}
    proposals = []
    for condition in card.conditions:
        hits = condition.holds(by_name) > 0
        n, won = int(hits.sum()), int(y[hits].sum())
        lift = won / n / y.mean() if n else 0.0
        ratio = abs(condition.weight) / max(condition.error, 1e-12)
        confidence = 0.5 * (1 + erf(ratio / sqrt(2)))
        proposals.append(Proposal(condition, n, won, lift, confidence))
    return proposals


def _get_thresholds(card, columns, y):
    """Return thresholds: grades by quartile of the fit points, hot by win rate."""
    fit = Card([c for c in card.conditions if not c.events])
    events = Card([c for c in card.conditions if c.events])
    found = {}
    if fit.conditions:
        a, b, c = np.quantile(fit.evaluate(columns), [0.75, 0.5, 0.25]).round()
        # Grades fall, whatever the points' distribution.
        b = min(b, a - 1)
        found.update(a=float(a), b=float(b), c=float(min(c, b - 1)))
    if events.conditions:
        found["hot"] = _get_hot(events.evaluate(columns), y)
    return found


def _get_hot(points, y):
    """Return the lowest whole score from which clearly more are won, or None."""
    order = np.argsort(-points, kind="stable")
    rate = np.cumsum(y[order]) / np.arange(1, len(y) + 1)
    wanted = min(HOT_LIFT * y.mean(), (1 + y.mean()) / 2)
    enough = np.flatnonzero((rate >= wanted) & (np.arange(len(y)) >= 19))
    if not len(enough):
        return None
    return float(max(1.0, np.floor(points[order][enough[-1]])))
