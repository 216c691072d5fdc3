# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Conditions with "and": where two columns together tell more than their sum.

Pairs are screened as in Y. Lou, R. Caruana, J. Gehrke, G. Hooker, "Accurate
Intelligible Models with Pairwise Interactions", KDD 2013, and taken only when records
that were held back rank better.
"""

from __future__ import annotations

import numpy as np

from .suggest_columns import NUMBER, Levels, Term, find_quantiles, least_records
from .suggest_regression import Design, cross_validate, folds_of

# Pairs tried at most, among so many columns; gain in AUC that makes "and" worth its
# words; groups of a number.
PAIRS, PAIR_COLUMNS, PAIR_GAIN, PAIR_BINS = 6, 24, 0.002, 4

# Gain in log-likelihood on held-back records, at least and for each of them, below
# which a pair is not even tried.
LIKELIHOOD, LIKELIHOOD_SHARE = 3.0, 0.0005


def _coarse(group, column):
    """Return (codes, tests) of few groups of a column, for pairs."""
    if column.kind == NUMBER:
        known = ~np.isnan(column.values)
        values = column.values[known]
        inner = find_quantiles(values, PAIR_BINS) if len(values) else []
        codes = np.searchsorted(inner, column.values, side="right")
        edges = [None, *inner, None]
        tests = [
            Term(column.name, low=low, high=high)
            for low, high in zip(edges, edges[1:], strict=False)
        ]
        codes[~known] = -1
        return codes, tests
    order = np.argsort(-group.counts, kind="stable")
    chosen = [level for level in order if group.tests[level]][: PAIR_BINS + 2]
    codes = np.full(len(group.codes), -1)
    for number, level in enumerate(chosen):
        codes[group.codes == level] = number
    return codes, [group.tests[level] for level in chosen]


def find_cells(columns, design, beta, y, penalty, auc):
    """Return :class:`Levels` of combined conditions that pay out of sample."""
    by_name = {column.name: column for column in columns}
    eta = design.matrix() @ beta[:-1] + beta[-1]
    p = 1.0 / (1.0 + np.exp(-np.clip(eta, -30, 30)))
    residual, curve = y - p, p * (1 - p)
    spread = [
        (np.std(basis[group.codes] @ beta[place]), number)
        for number, (group, basis, place) in enumerate(
            zip(design.levels, design.maps, design.places, strict=True)
        )
    ]
    chosen = [number for _s, number in sorted(spread, reverse=True)[:PAIR_COLUMNS]]
    coarse = {
        n: _coarse(design.levels[n], by_name[design.levels[n].column])
        for n in sorted(chosen)
    }
    half = folds_of(y.astype(int), 2, seed=1)
    gains = []
    for place, first in enumerate(sorted(coarse)):
        for second in sorted(coarse)[place + 1 :]:
            one, other = design.levels[first], design.levels[second]
            if one.column == other.column or one.group != other.group:
                continue
            gain = _pair_gain(coarse[first], coarse[second], residual, curve, half)
            gains.append((gain, first, second))
    gains.sort(key=lambda item: -item[0])
    cells, kept_auc = [], auc
    for gain, first, second in gains[:PAIRS]:
        if gain <= max(LIKELIHOOD, LIKELIHOOD_SHARE * len(y)):
            break
        new = _get_cells(coarse[first], coarse[second], len(y))
        trial = Design(design.levels + cells + new, design.events)
        _losses, aucs = cross_validate(trial, y, (penalty,))
        if aucs[penalty] >= kept_auc + PAIR_GAIN:
            cells, kept_auc = cells + new, aucs[penalty]
    return cells


def _pair_gain(first, second, residual, curve, half):
    """Return the gain in log-likelihood of the cells of a pair, each half of the
    records judged by what the other half says."""
    (codes_a, tests_a), (codes_b, tests_b) = first, second
    width = len(tests_b) + 1
    codes = (codes_a + 1) * width + codes_b + 1
    size = (len(tests_a) + 1) * width
    gain = 0.0
    sums = [
        (
            np.bincount(codes[half == h], residual[half == h], size),
            np.bincount(codes[half == h], curve[half == h], size),
        )
        for h in (0, 1)
    ]
    for own, other in ((0, 1), (1, 0)):
        effect = sums[own][0] / (sums[own][1] + 4.0)
        gain += (sums[other][0] * effect - 0.5 * sums[other][1] * effect**2).sum()
    return gain


def _get_cells(first, second, total):
    (codes_a, tests_a), (codes_b, tests_b) = first, second
    cells = []
    for a, test_a in enumerate(tests_a):
        for b, test_b in enumerate(tests_b):
            inside = (codes_a == a) & (codes_b == b)
            if inside.sum() >= least_records(total, 0.01):
                codes = np.where(inside, 0, 1)
                cells.append(Levels("", codes, [(test_a, test_b), None]))
    return cells
