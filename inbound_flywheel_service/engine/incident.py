# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which cases tell of one and the same incident."""

from collections import Counter
from math import sqrt

from .ranking import idf, matched_words
from .stopwords import is_reason

# Rarest tokens of a case by which others are looked for.
SEARCH_TOKENS = 8
# A burst has so many times the cases that are usual for its words: customers ask
# common questions every day, without any incident.
BURST = 3


def weigh(frequencies, documents):
    """dict token -> weight, without words that tell nothing.

    :param dict frequencies: token -> number of texts that hold it
    :param int documents: number of texts
    """
    return {
        token: idf(max(documents, 1), max(count, 1))
        for token, count in frequencies.items()
        if len(token) > 1 and is_reason(token)
    }


def search_tokens(tokens, weights):
    """The rarest tokens of a text, to find others with."""
    known = [token for token in tokens if token in weights]
    return sorted(known, key=lambda t: (-weights[t], t))[:SEARCH_TOKENS]


def likeness(one, other, weights):
    """Cosine of two texts as sets of weighted tokens, 0 to 1.

    Of two questions of Banking77 picked by chance, 6 in 1,000 reach 0.4, most of them
    of one intent; of seven ways to tell of one crash, six have 0.4 with three others.
    """
    shared = sum(weights[t] ** 2 for t in one & other if t in weights)
    if not shared:
        return 0.0
    lengths = [sum(weights[t] ** 2 for t in s if t in weights) for s in (one, other)]
    return shared / sqrt(lengths[0] * lengths[1])


def shared_words(texts, weights, written):
    """Words that more than half of the texts hold, the rarest first.

    :param list texts: sets of tokens
    :param dict written: token -> how somebody wrote it
    """
    counts = Counter(token for tokens in texts for token in tokens)
    common = {
        token: weights[token]
        for token, n in counts.items()
        if token in weights and 2 * n > len(texts)
    }
    return matched_words(common, written)


def is_burst(count, usual):
    """Whether ``count`` similar cases are more than the ``usual`` number explains."""
    return count >= BURST * usual
