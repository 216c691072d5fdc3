# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Training of :class:`.classifier.TextClassifier`, and how good it is.

Needs scikit-learn, so it is imported where it is used. Everything is deterministic:
the same texts in the same order give the same weights.
"""

import math
import warnings
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from .classifier import SHARPNESS, TextClassifier, raw_confidence
from .features import features
from .weights import LEAST, Weights

# Chosen by cross-validation on Banking77's training part; flat around them.
PENALTY = 1.0
BAYES = 0.05
SMOOTHING = 0.05
# Part of the regression in the mean: flat around it; by itself it is less precise.
REGRESSION = 0.6
# The weight of its loss, how many steps it takes at most, and how many of them it
# remembers, which is most of its memory.
LOSS = 20.0
STEPS = 25
MEMORY = 5
# With more weights it is left out: it would take more than half a gigabyte.
MOST_WEIGHTS = 4_000_000
# Features that fewer texts have are dropped: of many texts, and of few.
LEAST_TEXTS, LEAST_TEXTS_FEW = 2, 1
FEW_TEXTS = 2_000
# The most common features are kept: a limit to memory, 150 classes take 24 MB.
MAX_FEATURES = 80_000
# Part of each label's newest texts that is held back to measure; of few texts each is
# held back once, in so many turns.
HELD_BACK = 0.15
TURNS = 5
# Texts outside all labels, held back, from which a threshold against them is found.
LEAST_OUTSIDE = 10
# Of the calibration: bounds of slope and shift, so that no label's rank is lost, and
# how strongly few texts are kept from moving them.
CURVE = ((0.1, 10.0), (-20.0, 20.0))
RIDGE = 0.1
# A threshold must hold three quarters of a standard error below what was measured.
CAUTION = 0.75


@dataclass
class Quality:
    """Figures on texts that were held back.

    :param size: texts held back that belong to a label
    :param threshold: confidence from which a label is given; above 1: never
    :param accuracy: share of texts whose best label is right
    :param top3: share with the right label among the best three
    :param coverage: share of texts at or above the threshold
    :param precision: share of right ones among these, outside texts counted as wrong
    :param outside: share of outside texts below the threshold, None without such
    :param labels: label -> (texts, right, given)
    :param confusions: Counter of (label, wrong label)
    """

    size: int = 0
    threshold: float = 2.0
    accuracy: float = 0.0
    top3: float = 0.0
    coverage: float = 0.0
    precision: float = 0.0
    outside: float | None = None
    labels: dict = field(default_factory=dict)
    confusions: Counter = field(default_factory=Counter)


def train(texts, labels, goal=0.95, multiple=False):
    """Learn from sorted texts, oldest first.

    :param list texts: plain texts
    :param list labels: one for each text, None where it belongs to none of them;
        with ``multiple`` a collection of labels for each text
    :param float goal: precision that given labels should have, 0 to 1
    :return: (:class:`TextClassifier`, :class:`Quality`)
    """
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        counted = [features(text) for text in texts]
        weights = _fit(counted, labels, multiple)
        raw, truth = [], []
        for kept, held in splits(labels, multiple):
            draft = _fit(
                [counted[n] for n in kept], [labels[n] for n in kept], multiple
            )
            raw.append(_held_back(draft, [texts[n] for n in held], weights.labels))
            truth += [labels[n] for n in held]
    raw = np.concatenate(raw)
    weights.slope, weights.shift = _calibration(weights, raw, truth)
    quality = measure(weights, weights.calibrate(raw), truth, goal)
    return TextClassifier(weights), quality


def splits(labels, multiple=False):
    """Positions to learn from and to measure with.

    Of many texts the newest of each label are held back; of few texts each takes its
    turn, a label's neighbours in time in different turns.

    :return: list of (positions to learn from, positions held back)
    """
    by_label = {}
    for position, label in enumerate(labels):
        key = tuple(sorted(label, key=str)) if multiple else label
        by_label.setdefault(key, []).append(position)
    if len(labels) < FEW_TEXTS:
        turns = [
            {p for own in by_label.values() for p in own[turn::TURNS]}
            for turn in range(TURNS)
        ]
    else:
        turns = [
            {
                p
                for own in by_label.values()
                for p in own[len(own) - round(len(own) * HELD_BACK) :]
            }
        ]
    everything = range(len(labels))
    return [
        ([p for p in everything if p not in held], sorted(held))
        for held in turns
        if 0 < len(held) < len(labels)
    ]


def _held_back(draft, texts, labels):
    """Raw confidences of ``texts``, a column for each of ``labels``."""
    scores, _shares = TextClassifier(draft).scores(texts)
    raw = raw_confidence(scores, draft.multiple)
    place = {label: at for at, label in enumerate(draft.labels)}
    result = np.zeros((len(texts), len(labels)))
    for at, label in enumerate(labels):
        if label in place:
            result[:, at] = raw[:, place[label]]
    return result


# ----------------------------------------------------------------------
# Fitting
# ----------------------------------------------------------------------
def _fit(counted, labels, multiple):
    names, idf = _vocabulary(counted)
    matrix = _matrix(counted, names, idf)
    if multiple:
        known = sorted({n for one in labels for n in one}, key=str)
        target = np.array([[n in one for n in known] for one in labels], dtype=float)
        columns = list(known)
    else:
        known = sorted({n for n in labels if n is not None}, key=str)
        columns = [*known, None] if None in labels else known
        place = {label: at for at, label in enumerate(columns)}
        target = np.zeros((len(labels), len(columns)))
        target[np.arange(len(labels)), [place[label] for label in labels]] = 1
    coefficients, offset = _machine(matrix, target)
    coefficients += BAYES * _log_ratios(matrix, target)
    if not multiple and target.shape[1] > 1 and coefficients.size <= MOST_WEIGHTS:
        later, shift = _regression(matrix, target, coefficients)
        part = REGRESSION / SHARPNESS
        coefficients = (1 - REGRESSION) * coefficients + part * later
        offset = (1 - REGRESSION) * offset + part * shift
    return Weights(
        known,
        list(names),
        coefficients.astype(np.float32),
        offset.astype(np.float32),
        idf,
        multiple=multiple,
    )


def _vocabulary(counted):
    frequency = Counter()
    for words, pieces in counted:
        frequency.update(words.keys())
        frequency.update(pieces.keys())
    least = LEAST_TEXTS if len(counted) >= FEW_TEXTS else LEAST_TEXTS_FEW
    kept = [(n, name) for name, n in frequency.items() if n >= least]
    if len(kept) > MAX_FEATURES:
        kept = sorted(kept, key=lambda item: (-item[0], item[1]))[:MAX_FEATURES]
    kept.sort(key=lambda item: item[1])
    names = {name: at for at, (_n, name) in enumerate(kept)}
    total = len(counted)
    idf = [math.log((1 + total) / (1 + n)) + 1 for n, _name in kept]
    return names, np.array(idf, dtype=np.float32)


def _matrix(counted, names, idf):
    """TF-IDF: words and pieces each of length one."""
    ends, places, values = [0], [], []
    length = 0
    for blocks in counted:
        for counts in blocks:
            found = [(names[name], n) for name, n in counts.items() if name in names]
            if not found:
                continue
            at = np.array([place for place, _n in found], dtype=np.int32)
            value = (1 + np.log([n for _p, n in found])) * idf[at]
            places.append(at)
            values.append(value / np.sqrt((value**2).sum()))
            length += len(at)
        ends.append(length)
    return sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(places), ends),
        shape=(len(counted), len(names)),
    )


def _machine(matrix, target):
    """One column at a time: scikit-learn would hold them all twice."""
    coefficients = np.zeros((matrix.shape[1], target.shape[1]), dtype=np.float32)
    offset = np.zeros(target.shape[1])
    for column in range(target.shape[1]):
        wanted = target[:, column] > 0
        if wanted.all() or not wanted.any():
            offset[column] = 1.0 if wanted.all() else -1.0
            continue
        machine = LinearSVC(C=PENALTY, random_state=0)
        machine.fit(matrix, wanted)
        coefficients[:, column] = machine.coef_[0]
        offset[column] = machine.intercept_[0]
    return coefficients, offset


def _log_ratios(matrix, target):
    counts = np.asarray(matrix.T @ target) + SMOOTHING
    others = np.asarray(matrix.sum(0)).reshape(-1, 1) - counts + 2 * SMOOTHING
    return np.log(counts / counts.sum(0)) - np.log(others / others.sum(0))


def _regression(matrix, target, start):
    """Multinomial logistic regression from the sum of the others on.

    It weighs the labels against each other, which one class against the rest does not.
    From where the others arrived it takes a few steps only.

    :param start: coefficients of the others; theirs times SHARPNESS is the regression's
    :return: (coefficients, offset)
    """
    matrix = matrix.astype(np.float32)
    columns = matrix.T.tocsr()
    target = target.astype(np.float32)
    shape = matrix.shape[1] + 1, target.shape[1]

    def loss(flat):
        weights = flat.astype(np.float32).reshape(shape)
        inner = weights[:-1]
        scores = matrix @ inner + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        raised = np.exp(scores)
        total = raised.sum(axis=1, keepdims=True)
        missed = np.log(total).sum() - (scores * target).sum()
        slope = np.empty(shape)
        wrong = LOSS * (raised / total - target)
        slope[:-1] = columns @ wrong + inner
        slope[-1] = wrong.sum(axis=0)
        value = LOSS * float(missed) + float(np.vdot(inner, inner)) / 2
        return value, slope.ravel()

    first = np.vstack([SHARPNESS * start, np.zeros((1, shape[1]))])
    found = minimize(
        loss,
        first.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": STEPS, "maxfun": 2 * STEPS, "maxcor": MEMORY},
    )
    weights = found.x.reshape(shape)
    return weights[:-1], weights[-1]


def _calibration(weights, raw, truth):
    """Slope and shift by which confidence becomes the share of right ones.

    Platt's method ("Probabilistic Outputs for Support Vector Machines", 1999), with
    his smoothed targets.
    """
    best, right = raw.ravel(), _truth(weights, truth).ravel()
    if not weights.multiple:
        right = right.reshape(raw.shape)[np.arange(len(raw)), raw.argmax(axis=1)]
        best = raw.max(axis=1)
    if len(right) < 20 or right.all() or not right.any():
        return 1.0, 0.0
    best = np.clip(best, LEAST, 1 - LEAST)
    odds = np.log(best / (1 - best))
    n_right, n_wrong = right.sum(), (~right).sum()
    goal = np.where(right, (n_right + 1) / (n_right + 2), 1 / (n_wrong + 2))

    def loss(curve):
        logit = curve[0] * odds + curve[1]
        likelihood = np.logaddexp(0, logit) - goal * logit
        # The small ridge keeps the curve finite when right and wrong are far apart.
        return likelihood.sum() + RIDGE * ((curve[0] - 1) ** 2 + curve[1] ** 2)

    found = minimize(loss, (1.0, 0.0), method="L-BFGS-B", bounds=CURVE)
    return float(found.x[0]), float(found.x[1])


# ----------------------------------------------------------------------
# Measuring
# ----------------------------------------------------------------------
def measure(weights, sure, truth, goal):
    """:class:`Quality` of confidences on texts that were held back.

    :param sure: calibrated confidences, one row a text, one column a label
    :param list truth: what people said, as in :func:`train`
    """
    if weights.multiple:
        return _measure_multiple(weights, sure, truth, goal)
    wanted = _truth(weights, truth)
    order = np.argsort(-sure, axis=1, kind="stable")[:, :3]
    rows = np.arange(len(sure))
    best, right = sure[rows, order[:, 0]], wanted[rows, order[:, 0]]
    given = [weights.labels[at] for at in order[:, 0]]
    inside = np.array([one is not None for one in truth], dtype=bool)
    quality = Quality(size=int(inside.sum()))
    if not quality.size:
        return quality
    quality.accuracy = float(right[inside].mean())
    three = np.take_along_axis(wanted, order, axis=1).any(axis=1)
    quality.top3 = float(three[inside].mean())
    quality.threshold = find_threshold(best, right, inside, goal)
    sure_enough = best >= quality.threshold
    quality.coverage = float(sure_enough[inside].mean())
    if sure_enough.any():
        quality.precision = float(right[sure_enough].mean())
    if not inside.all():
        quality.outside = float((~sure_enough[~inside]).mean())
    for label, guess in zip(truth, given, strict=True):
        if label is not None:
            quality.labels.setdefault(label, [0, 0, 0])[0] += 1
            quality.labels.setdefault(guess, [0, 0, 0])[2] += 1
            if label == guess:
                quality.labels[label][1] += 1
            else:
                quality.confusions[label, guess] += 1
    return quality


def find_threshold(best, right, inside, goal):
    """Confidence from which so many labels are right as ``goal`` says.

    The lowest one with which the precision, less a part of its standard error (Wilson's
    interval), reaches the goal. When there are outside texts, at least the one with
    which the share of texts that are rightly given and the share of outside texts
    that are left alone are highest together.

    :return: the threshold; 2.0, which nothing reaches, when there is none
    """
    order = np.argsort(-best, kind="stable")
    count = np.arange(1, len(order) + 1)
    precise = _wilson(np.cumsum(right[order]), count) >= goal
    # Texts of the same confidence are on the same side.
    last = np.append(best[order][1:] != best[order][:-1], True)
    enough = np.flatnonzero(precise & last)
    if not len(enough):
        return 2.0
    threshold = best[order][enough[-1]]
    if (~inside).sum() >= LEAST_OUTSIDE:
        kept = np.cumsum(right[order]) / inside.sum()
        left = 1 - np.cumsum(~inside[order]) / (~inside).sum()
        balance = np.where(last, kept + left, 0)
        threshold = max(threshold, best[order][balance.argmax()])
    return float(threshold)


def _wilson(right, count):
    share = right / count
    square = CAUTION**2
    centre = share + square / (2 * count)
    spread = CAUTION * np.sqrt(share * (1 - share) / count + square / (4 * count**2))
    return (centre - spread) / (1 + square / count)


def _measure_multiple(weights, sure, truth, goal):
    """Figures over all pairs of text and label."""
    wanted = _truth(weights, truth)
    quality = Quality(size=len(truth))
    if not wanted.size:
        return quality
    flat = wanted.ravel()
    quality.threshold = max(
        0.5, find_threshold(sure.ravel(), flat, np.ones(flat.shape, bool), goal)
    )
    given = sure >= quality.threshold
    quality.accuracy = float(((sure >= 0.5) == wanted).mean())
    quality.coverage = float((given & wanted).sum() / max(wanted.sum(), 1))
    if given.any():
        quality.precision = float((given & wanted).sum() / given.sum())
    for at, label in enumerate(weights.labels):
        quality.labels[label] = [
            int(wanted[:, at].sum()),
            int((given & wanted)[:, at].sum()),
            int(given[:, at].sum()),
        ]
    return quality


def _truth(weights, truth):
    """Which label (column) each text (row) has, by what people said."""
    sets = truth if weights.multiple else [{one} for one in truth]
    return np.array([[n in one for n in weights.labels] for one in sets], dtype=bool)
