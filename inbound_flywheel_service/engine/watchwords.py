# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Long lists of words, looked for in every case.

The rules are those of :mod:`.matching`. Patterns are compiled once for a list, and
most words are ruled out by a plain search for a part of them, which is some hundred
times faster than their pattern.
"""

from functools import lru_cache
from typing import NamedTuple

from .matching import compile_words
from .tokenizer import fold


class Watchword(NamedTuple):
    """One word of a list.

    :param str word: as it was written
    :param str probe: a part without spaces that each match contains
    :param pattern: what decides
    """

    word: str
    probe: str
    pattern: object


@lru_cache(maxsize=64)
def compile_list(lines):
    """Tuple of :class:`Watchword` for the lines of a rule.

    :param str lines: one word or phrase a line; an asterisk stands for any ending
    """
    return tuple(
        Watchword(word, max(fold(word).rstrip("*").split(), key=len), pattern)
        for word, pattern in compile_words(lines)
    )


def first_match(compiled, folded_text):
    """The first word of a list in ``folded_text``, or ``None``.

    :param str folded_text: result of :func:`~.tokenizer.fold`
    """
    for word, probe, pattern in compiled:
        if probe in folded_text and pattern.search(folded_text):
            return word
    return None
