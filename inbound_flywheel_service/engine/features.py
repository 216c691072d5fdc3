# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a classifier sees of a text: words, pieces of words, Chinese characters.

* words of alphabetic scripts, stemmed, alone and in pairs;
* their pieces of two to five letters, within the borders of a word;
* one to three neighbouring Chinese, Japanese or Korean characters.

All are folded like search tokens, so that Traditional and Simplified texts, full and
half width, upper and lower case look the same.
"""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from .tokenizer import MAX_TOKEN, fold, runs, stem, strip_accents

# A new number makes stored weights useless: they are refused and trained anew.
FEATURES_VERSION = 1
# Further text tells little of what a case is about: signatures, logs, quotations.
MAX_CHARACTERS = 4_000
PIECES = range(2, 6)
NEIGHBOURS = range(1, 4)
WORD, PIECE = "w", "c"


class Place(NamedTuple):
    """One occurrence of a feature: its name, and its span in the folded text."""

    name: str
    start: int
    end: int


@lru_cache(maxsize=50_000)
def _pieces(word):
    """Pieces of a word as (name, start, end); the borders are spaces."""
    padded = f" {word} "
    return tuple(
        (PIECE + padded[at : at + size], max(at - 1, 0), min(at + size - 1, len(word)))
        for size in PIECES
        for at in range(len(padded) - size + 1)
    )


@lru_cache(maxsize=50_000)
def _names(word):
    return tuple(name for name, _start, _end in _pieces(word))


def features(text):
    """Counts of the features of a plain text.

    :return: (Counter of words and pairs, Counter of pieces and characters)
    """
    words, pieces = Counter(), Counter()
    previous = None
    for kind, run, _start in runs(fold(text[:MAX_CHARACTERS])):
        if kind == "cjk":
            previous = None
            for size in NEIGHBOURS:
                for at in range(len(run) - size + 1):
                    pieces[PIECE + run[at : at + size]] += 1
            continue
        word = strip_accents(run)
        if len(word) > MAX_TOKEN:
            previous = None
            continue
        pieces.update(_names(word))
        stemmed = stem(word)
        words[WORD + stemmed] += 1
        if previous:
            words[f"{WORD}{previous} {stemmed}"] += 1
        previous = stemmed
    return words, pieces


def places(text):
    """Every occurrence of every feature, for explanations.

    :return: list of :class:`Place`
    """
    found = []
    previous = None
    for kind, run, start in runs(fold(text[:MAX_CHARACTERS])):
        if kind == "cjk":
            previous = None
            found += (
                Place(PIECE + run[at : at + size], start + at, start + at + size)
                for size in NEIGHBOURS
                for at in range(len(run) - size + 1)
            )
            continue
        word = strip_accents(run)
        if len(word) > MAX_TOKEN:
            previous = None
            continue
        end = start + len(run)
        found += (
            Place(name, min(start + left, end), min(start + right, end))
            for name, left, right in _pieces(word)
        )
        stemmed = stem(word)
        found.append(Place(WORD + stemmed, start, end))
        if previous:
            found.append(Place(f"{WORD}{previous[0]} {stemmed}", previous[1], end))
        previous = (stemmed, start)
    return found
