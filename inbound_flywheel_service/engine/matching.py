# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of a routing rule in the text of a case.

A rule lists words or phrases, one a line; any of them is enough. Case, width and
script (Traditional, Simplified) do not matter. A word of an alphabetic script
matches as a whole word, with ``*`` at its end as a beginning; Chinese matches
anywhere, since it is written without spaces.
"""

import re

from .tokenizer import CJK, fold

# One character of a word in an alphabetic script.
_LETTER = rf"[^\W{CJK}]"


def compile_words(lines):
    """List of (word as written, pattern) for the lines of a rule.

    :param str lines: one word or phrase a line; empty lines are skipped
    """
    compiled = []
    for line in (lines or "").splitlines():
        word = " ".join(line.split())
        folded = fold(word)
        prefix = folded.endswith("*")
        folded = folded.rstrip("*").strip()
        if folded:
            compiled.append((word, re.compile(_pattern(folded, prefix))))
    return compiled


def first_word(compiled, folded_text):
    """The first of the compiled words in ``folded_text``, or ``None``.

    :param str folded_text: result of :func:`~.tokenizer.fold`
    """
    for word, pattern in compiled:
        if pattern.search(folded_text):
            return word
    return None


def _pattern(folded, prefix):
    body = r"\s+".join(re.escape(part) for part in folded.split())
    start = rf"(?<!{_LETTER})" if re.match(_LETTER, folded[0]) else ""
    end = rf"(?!{_LETTER})" if re.match(_LETTER, folded[-1]) and not prefix else ""
    return f"{start}{body}{end}"
