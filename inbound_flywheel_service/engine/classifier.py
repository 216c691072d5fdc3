# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a text is about, learned from texts that people sorted.

A linear model over :mod:`.features` with TF-IDF weights. Its weights are those of a
support vector machine, one class against the rest (scikit-learn's LinearSVC: Fan et
al., LIBLINEAR, Journal of Machine Learning Research 9, 2008), and, with a small factor,
naive Bayes' log ratios of each class and its complement (Rennie et al., "Tackling the
Poor Assumptions of Naive Bayes Text Classifiers", ICML 2003), averaged with those of a
multinomial logistic regression that starts from them. In cross-validation on
Banking77's training part the mean is right more often at ten examples a class; at all
of them it is as often, with confidences nearer to the share of right ones.

Reading a stored model and predicting take numpy alone; training takes scikit-learn,
see :mod:`.training`.
"""

import numpy as np

from .features import MAX_CHARACTERS, features, places
from .stopwords import is_reason
from .tokenizer import fold, runs
from .weights import LEAST, Weights

# Sharpness of scores on their way to shares, before the calibration on held-back
# texts. Between 2 and 8 the order of confidences hardly changes.
SHARPNESS = 4.0
EXPLAINED = 6
# A word that brought less than this part of the best one did not decide.
TELLING = 0.25


class TextClassifier:
    """Labels for texts, with confidence, and the words that decided.

    :param weights: :class:`.weights.Weights`
    """

    def __init__(self, weights):
        self.weights = weights
        self.labels = weights.labels
        self._vocabulary = {name: at for at, name in enumerate(weights.vocabulary)}
        self._matrix = np.ascontiguousarray(weights.matrix, dtype=np.float32)
        self._offset = weights.offset.astype(np.float32)
        self._idf = weights.idf.astype(np.float32)

    @classmethod
    def from_bytes(cls, content):
        """The classifier that :meth:`to_bytes` wrote.

        :raises ValueError: the content is none, is damaged, or of another version
        """
        return cls(Weights.from_bytes(content))

    def to_bytes(self):
        """What can be stored: arrays and JSON, nothing that could be executed."""
        return self.weights.to_bytes()

    # ------------------------------------------------------------------
    # Scores
    # ------------------------------------------------------------------
    def vector(self, text):
        """The known features of ``text``.

        :return: (positions, values, share of its words that are known)
        """
        positions, values = [], []
        words_known = words_all = 0
        for block, counts in enumerate(features(text)):
            found = [
                (self._vocabulary[name], count)
                for name, count in counts.items()
                if name in self._vocabulary
            ]
            if not block or not words_all:
                words_known, words_all = len(found), len(counts)
            if not found:
                continue
            at = np.fromiter((place for place, _n in found), np.int32, len(found))
            n = np.fromiter((count for _p, count in found), np.float32, len(found))
            value = (1 + np.log(n)) * self._idf[at]
            positions.append(at)
            values.append(value / np.sqrt((value**2).sum()))
        if not positions:
            return np.zeros(0, np.int32), np.zeros(0, np.float32), 0.0
        share = words_known / words_all if words_all else 0.0
        return np.concatenate(positions), np.concatenate(values), share

    def scores(self, texts):
        """(scores, shares): one row of scores a text, one column a label, and the
        share of each text's words that is known."""
        result = np.empty((len(texts), len(self._offset)), dtype=np.float32)
        shares = np.empty(len(texts), dtype=np.float32)
        for row, text in enumerate(texts):
            at, values, shares[row] = self.vector(text)
            result[row] = values @ self._matrix[at] + self._offset
        return result, shares

    def confidences(self, scores):
        """How sure each label is, between 0 and 1.

        The best label's is calibrated on texts that were held back; the others share
        what is left.
        """
        raw = raw_confidence(scores, self.weights.multiple)
        raw = raw[:, : len(self.labels)]
        if self.weights.multiple:
            return self.weights.calibrate(raw)
        rows, best = np.arange(len(raw)), raw.argmax(axis=1)
        first = raw[rows, best]
        sure = self.weights.calibrate(first)
        others = raw.copy()
        others[rows, best] = 0
        left = (1 - sure) / np.maximum(others.sum(axis=1), LEAST)
        # Never more than their part of the best one: the order stays.
        factor = np.minimum(left, sure / np.maximum(first, LEAST))
        others *= factor[:, np.newaxis]
        others[rows, best] = sure
        return others

    def predict(self, texts, top=3):
        """The most likely labels of each text.

        :param list texts: plain texts
        :param int top: how many labels to give
        :return: list of (list of (label, confidence) best first, share of words known)
        """
        if not texts:
            return []
        scores, shares = self.scores(texts)
        sure = self.confidences(scores)
        order = np.argsort(-sure, axis=1, kind="stable")[:, :top]
        return [
            ([(self.labels[at], float(sure[row, at])) for at in best], float(share))
            for row, (best, share) in enumerate(zip(order, shares, strict=True))
        ]

    # ------------------------------------------------------------------
    # Reasons
    # ------------------------------------------------------------------
    def explain(self, text, label, limit=EXPLAINED):
        """The words of ``text`` that speak most for ``label``.

        What a feature adds to the label's score, beyond what it adds to the labels
        on average, is shared among the characters that it covers.

        :return: list of (word as in the folded text, weight relative to the best)
        """
        column = self.labels.index(label)
        at, values, _share = self.vector(text)
        if not len(at):
            return []
        rows = self._matrix[at]
        parts = dict(
            zip(at.tolist(), values * (rows[:, column] - rows.mean(1)), strict=True)
        )
        folded = fold(text[:MAX_CHARACTERS])
        brought = self._by_character(folded, places(text), parts)
        totals = {}
        for kind, run, start in runs(folded):
            for left, right in _spans(kind, brought, start, start + len(run)):
                word = folded[left:right]
                totals[word] = totals.get(word, 0.0) + brought[left:right].sum()
        told = {word: n for word, n in totals.items() if is_reason(word)} or totals
        best = sorted(told.items(), key=lambda item: -item[1])[:limit]
        if not best or best[0][1] <= 0:
            return []
        first = best[0][1]
        return [
            (word, round(float(n / first), 3))
            for word, n in best
            if n > TELLING * first
        ]

    def _by_character(self, folded, found, parts):
        counts = {}
        for place in found:
            counts[place.name] = counts.get(place.name, 0) + 1
        brought = np.zeros(len(folded))
        for name, start, end in found:
            part = parts.get(self._vocabulary.get(name))
            if part and end > start:
                brought[start:end] += part / counts[name] / (end - start)
        return brought


def _spans(kind, brought, start, end):
    """A word is whole; of Chinese, the stretches that speak for the label."""
    if kind != "cjk":
        return [(start, end)]
    spans, since = [], None
    for at in range(start, end + 1):
        speaks = at < end and brought[at] > 0
        if speaks and since is None:
            since = at
        elif not speaks and since is not None:
            spans.append((since, at))
            since = None
    return spans


def raw_confidence(scores, multiple=False):
    """Scores as numbers between 0 and 1, not yet calibrated.

    A label needs both: to be better than the others (softmax), and to be likely by
    itself (sigmoid): a text of a kind that was never seen is like none of them.

    :param bool multiple: a text may have several labels: only the latter counts
    """
    scores = SHARPNESS * np.asarray(scores, dtype=np.float64)
    alone = 1 / (1 + np.exp(-np.clip(scores, -50, 50)))
    if multiple or scores.shape[1] == 1:
        return alone
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return alone * raised / raised.sum(axis=1, keepdims=True)
