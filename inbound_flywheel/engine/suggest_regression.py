# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Log-odds of levels: ridge regression and additive boosting, side by side.

Ridge penalties (S. le Cessie, J. C. van Houwelingen, Applied Statistics 1992) weigh on
the step from one bin of a number to the next; how much, cross-validation tells.
"""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score

PENALTIES = (1.0, 8.0, 40.0, 160.0)
# Records by which penalties and pairs are chosen: more change nothing any more.
CHOOSING = 6_000
FOLDS = 3
# Additive boosting, small steps: records it needs, and how it is set.
BOOSTING = 40_000
BOOSTER = {
    "learning_rate": 0.05,
    "max_iter": 200,
    "max_leaf_nodes": 4,
    "min_samples_leaf": 20,
    "l2_regularization": 2.0,
}


class Design:
    """The columns of a regression over levels, and the way back to the levels."""

    def __init__(self, levels, events):
        self.levels, self.events = levels, events
        self.maps, self.places, start = [], [], 0
        for group in levels:
            basis = self._get_basis(group)
            self.maps.append(basis)
            self.places.append(slice(start, start + basis.shape[1]))
            start += basis.shape[1]
        self.first_event = start
        self.free = np.zeros(start + len(events), dtype=bool)
        for group, place in zip(levels, self.places, strict=True):
            if group.absent >= 0:
                self.free[place.stop - 1] = True

    @staticmethod
    def _get_basis(group):
        """Return the matrix of (level, coefficient): steps between bins, others
        each for itself."""
        size, ordered = len(group.tests), group.ordered
        basis = np.eye(size)
        for level in range(ordered):
            basis[level, 1 : level + 1] = 1.0
        return basis[:, 1:] if ordered else basis

    def matrix(self, rows=None):
        """Return the regressors of some records, or of all."""
        rows = slice(None) if rows is None else rows
        parts = [
            basis[group.codes[rows]]
            for group, basis in zip(self.levels, self.maps, strict=True)
        ]
        parts += [vector[rows, None] for vector, _name in self.events]
        # Single precision halves the time; sums are small enough for it.
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def effects(self, beta):
        """Return the change in log-odds of each level, a list of arrays."""
        return [
            basis @ beta[place]
            for basis, place in zip(self.maps, self.places, strict=True)
        ]

    def spreads(self, cov):
        """Return the covariances of the levels' effects, a list of matrices."""
        return [
            basis @ cov[place, place] @ basis.T
            for basis, place in zip(self.maps, self.places, strict=True)
        ]


def ridge_logistic(x, y, penalty, free=None, start=None, steps=25):
    """Fit a logistic regression by Newton's method.

    :param x: regressors, without intercept
    :param y: outcomes, 1 and 0
    :param penalty: of half the sum of the squared coefficients
    :param free: which coefficients bear no penalty
    :param start: coefficients to begin with, the intercept last
    :return: (coefficients with the intercept last, their covariance)
    """
    width = x.shape[1]
    beta = np.zeros(width + 1) if start is None else start.copy()
    if start is None:
        beta[-1] = np.log(max(y.sum(), 0.5) / max(len(y) - y.sum(), 0.5))
    weights = np.full(width + 1, float(penalty))
    weights[:width][free if free is not None else np.zeros(width, bool)] = 1e-2
    weights[-1] = 1e-8
    for _step in range(steps):
        eta = np.clip(x @ beta[:-1].astype(x.dtype) + beta[-1], -30, 30)
        p = 1.0 / (1.0 + np.exp(-eta))
        slope = np.append(x.T @ (y - p).astype(x.dtype), (y - p).sum()) - weights * beta
        curve = np.maximum(p * (1.0 - p), 1e-9)
        scaled = x * curve[:, None].astype(x.dtype)
        hessian = np.empty((width + 1, width + 1))
        hessian[:width, :width] = x.T @ scaled
        hessian[:width, -1] = hessian[-1, :width] = scaled.sum(0, dtype=float)
        hessian[-1, -1] = curve.sum()
        hessian[np.diag_indices_from(hessian)] += weights
        move = np.linalg.solve(hessian, slope)
        # A step too far would not come back: at most 3 in the log-odds of a level.
        beta += move * min(1.0, 3.0 / max(np.abs(move).max(), 1e-12))
        if np.abs(move).max() < 1e-4:
            break
    return beta, np.linalg.inv(hessian)


def folds_of(outcomes, folds, rows=None, seed=0):
    """Return a fold number for each record, both outcomes spread evenly."""
    rng = np.random.RandomState(seed)
    numbers = np.empty(len(outcomes), dtype=int)
    for outcome in (0, 1):
        members = np.flatnonzero(outcomes == outcome)
        numbers[rng.permutation(members)] = np.arange(len(members)) % folds
    return numbers


def some_rows(outcomes, most, seed=0):
    """Return the indexes of at most so many records, in order."""
    if len(outcomes) <= most:
        return np.arange(len(outcomes))
    rng = np.random.RandomState(seed)
    return np.sort(rng.permutation(len(outcomes))[:most])


def cross_validate(design, y, penalties):
    """Return ({penalty: log loss}, {penalty: AUC}) of held-back records."""
    rows = some_rows(y, CHOOSING)
    x, y = design.matrix(rows), y[rows]
    numbers = folds_of(y, FOLDS)
    predicted = {penalty: np.zeros(len(y)) for penalty in penalties}
    for fold in range(FOLDS):
        held = numbers == fold
        beta = None
        for penalty in sorted(penalties, reverse=True):
            steps = 5 if beta is None else 2
            beta, _cov = ridge_logistic(
                x[~held], y[~held], penalty, design.free, beta, steps
            )
            predicted[penalty][held] = x[held] @ beta[:-1] + beta[-1]
    losses = {
        penalty: log_loss(y, 1 / (1 + np.exp(-np.clip(eta, -30, 30))))
        for penalty, eta in predicted.items()
    }
    return losses, {p: roc_auc_score(y, eta) for p, eta in predicted.items()}


def boost(design, y):
    """Return the effects of the levels by boosting that adds, but does not combine.

    Trees of one column each find steps that a penalty on all steps smooths away
    (generalised additive models by boosting: Y. Lou, R. Caruana, J. Gehrke, KDD
    2012); the mean of both ranks better than either.
    """
    rows = some_rows(y, BOOSTING)
    codes = []
    for group in design.levels:
        column = group.codes.astype(float)
        if group.ordered:
            column[column == group.ordered] = np.nan
        codes.append(column)
    x = np.column_stack(codes + [vector for vector, _name in design.events])
    plain = [not group.ordered for group in design.levels]
    wide = [len(group.tests) > 250 for group in design.levels]
    booster = HistGradientBoostingClassifier(
        interaction_cst="no_interactions",
        categorical_features=[a and not b for a, b in zip(plain, wide, strict=True)]
        + [False] * len(design.events),
        random_state=0,
        early_stopping=False,
        **BOOSTER,
    ).fit(x[rows], y[rows])
    base = np.nan_to_num(x[:1])
    sizes = [len(group.tests) for group in design.levels]
    grid = np.repeat(base, sum(sizes) + 1, axis=0)
    start = 1
    for number, group in enumerate(design.levels):
        level = np.arange(sizes[number], dtype=float)
        if group.ordered:
            level[level == group.ordered] = np.nan
        grid[start : start + sizes[number], number] = level
        start += sizes[number]
    worth = booster.decision_function(grid)
    return np.split(worth[1:] - worth[0], np.cumsum(sizes)[:-1])
