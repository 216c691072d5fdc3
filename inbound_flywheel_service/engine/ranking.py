# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Okapi BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework:
BM25 and Beyond", Foundations and Trends in Information Retrieval 3(4), 2009."""

from collections import Counter
from itertools import combinations, permutations
from math import log

from .stopwords import is_reason

# Usual values of that paper: how fast repetition saturates, how much length counts.
K1 = 1.2
B = 0.75

# So many of the rarest tokens of a question find its candidates in the index; a long
# text has more to choose from ...
SEARCH_TOKENS = 12
SEARCH_TOKENS_LONG = 32
LONG = 64
# ... as long as together they occur in about so many texts: each of these is read.
SEARCH_TEXTS = 1500
# More common tokens search in pairs, of the rarest so many among them.
PAIRED_TOKENS = 8
# So many candidates are then ranked with all tokens of the question.
CANDIDATES = 200
# A word that brought less than this part of the best one is no reason.
TELLING = 0.45
# Distinct tokens of a question that are looked at, and that rank its candidates.
QUERY_TOKENS = 600
RANKED_TOKENS = 200
# The best candidates are ranked again with parts of words, which weigh this much:
# "refunding" and "refundable" share most of them. On Banking77, that finds the same
# intent first in 82 of 100 questions instead of 79.
GRAMMED = 60
GRAM_SHARE = 0.5
GRAM = 3
# What function words weigh in a question: in Chinese as much as others.
LIGHT = 0.5
LIGHT_IN_LONG = 0.2
# Marks parts of words in the list of terms; no token begins so.
GRAM_MARK = "#"


def idf(documents, frequency):
    """Weight of a token that ``frequency`` of ``documents`` texts hold (> 0)."""
    frequency = min(frequency, documents)
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def search_terms(frequencies, documents, texts=SEARCH_TEXTS):
    """What to look for in the index: rare tokens, and pairs of more common ones.

    :param dict frequencies: token -> number of texts that hold it
    :param int documents: number of texts in the collection
    :param int texts: about how many texts the search may meet
    :return: list of tuples of one or two tokens; a text that holds all tokens of one
        tuple is a candidate
    """
    known = sorted((count, token) for token, count in frequencies.items() if count > 0)
    most = SEARCH_TOKENS if len(known) <= LONG else SEARCH_TOKENS_LONG
    terms = []
    for count, token in known[:most]:
        if count > texts:
            break
        texts -= count
        terms.append((token,))
    common = known[len(terms) :][:PAIRED_TOKENS]
    pairs = sorted(
        (count * other / max(documents, 1), token, partner)
        for (count, token), (other, partner) in combinations(common, 2)
    )
    for expected, *pair in pairs:
        if expected > texts:
            break
        texts -= expected
        terms.append(tuple(pair))
    return terms or [(token,) for _count, token in known[:1]]


def bm25(counts, length, average_length, weights):
    """Score of one text and what each token brought to it.

    :param dict counts: token -> how often the text holds it
    :param int length: number of tokens in the text
    :param float average_length: mean of that over the collection
    :param dict weights: token -> :func:`idf`
    :return: (score, dict token -> part of the score)
    """
    norm = K1 * (1 - B + B * length / (average_length or 1.0))
    parts = {
        token: weights[token] * count * (K1 + 1) / (count + norm)
        for token, count in counts.items()
        if token in weights
    }
    return sum(parts.values()), parts


def emphasis(token, times, tokens):
    """How much a token of a question weighs beside its rarity.

    Function words tell short questions apart; in a long text they are just there.

    :param int times: how often the question has it
    :param int tokens: number of distinct tokens of the question
    """
    if is_reason(token):
        return 1 + log(times)
    if tokens > LONG:
        return LIGHT_IN_LONG
    return LIGHT if token.isascii() else 1.0


def grams(token):
    """Parts of a word of an alphabet, its borders included; none of other tokens.

    >>> sorted(grams("card"))
    ['#^ca', '#ard', '#car', '#rd$']
    """
    if not token.isascii() or not token.isalpha():
        return ()
    word = f"^{token}$"
    return {
        GRAM_MARK + word[place : place + GRAM] for place in range(len(word) - GRAM + 1)
    }


def gram_score(tokens, length, average_length, weights, held):
    """:func:`bm25` of the parts of words of one text.

    :param tokens: distinct tokens of the text
    :param dict weights: part of a word of the question -> :func:`idf`
    :param dict held: token -> parts of the question's words in it; filled here, as
        texts share most of their tokens
    """
    counts = Counter()
    for token in tokens:
        if token not in held:
            held[token] = [part for part in grams(token) if part in weights]
        counts.update(held[token])
    return bm25(counts, length, average_length, weights)[0]


def likeness(score, weights, unknown=0):
    """``score`` between 0 and 1: 1 is a text of mean length that holds all tokens of
    the question once.

    :param dict weights: token -> :func:`idf`, of the tokens that other texts hold
    :param int unknown: number of tokens that no other text holds; they count like
        the mean of the others, and at most as many as there are of those: a name or
        a number makes a text less like others, but not unlike them
    """
    known = len(weights)
    if not known:
        return 0.0
    best = sum(weights.values()) * (1 + min(unknown, known) / known)
    return min(score / best, 1.0)


def matched_words(parts, written, limit=4):
    """The words that brought most, as people wrote them, without repeating parts.

    :param dict parts: second result of :func:`bm25`
    :param dict written: token -> how the question wrote it
    """
    least = max(parts.values(), default=0.0) * TELLING
    best = sorted(parts, key=lambda t: (-parts[t], t))
    words = []
    for token in best:
        word = written.get(token, token)
        # Chinese is judged as folded: the list is in Simplified characters.
        if parts[token] >= least and is_reason(word if token.isascii() else token):
            words.append(word)
    distinct = []
    for word in _chain(words):
        if not any(word in known for known in distinct):
            distinct.append(word)
    return distinct[:limit]


def _chain(words):
    """Pairs of Chinese characters that overlap, joined to the words that they are
    pieces of; the others as they are."""
    words = list(words)
    joined = True
    while joined:
        joined = False
        for one, other in permutations(words, 2):
            if one[-1] == other[0] and not one.isascii() and not other.isascii():
                words[words.index(one)] = one + other[1:]
                words.remove(other)
                joined = True
                break
    return words
