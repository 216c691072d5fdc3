# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How alike two questions are, in English and Chinese.

Words of alphabetic scripts are folded and lose their plainest endings; Chinese,
Japanese and Korean runs become pairs of neighbouring characters, for these scripts
put no space between words; Traditional characters become Simplified ones, so that the
two scripts find each other. What is left is compared by Dice's coefficient (L. R. Dice,
"Measures of the amount of ecologic association between species", Ecology 26, 1945),
in which words that most questions have count little.
"""

import difflib
import html
import re
import unicodedata

from .scripts import fold

# Longest text that is looked at, in characters, and most tokens kept of it.
MAX_TEXT = 20_000
MAX_TOKENS = 200
MAX_WORD = 40
# What a word weighs that most questions have.
LIGHT = 0.2

CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_RUN = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<word>[^\W_{CJK}]+)")
_SENTENCE = re.compile(r"[.!?。！？；;\n]+")
_TAG = re.compile(r"<[^<>]*>")
_LIGHT_WORDS = frozenset(
    """
    a about all also am an and any are as at be been but by can could did do doe does
    for from get had has hav have how i if in into is it its just let may me my need no
    not of on one or our out pleas please so some tell than that the their them then
    there they thi this to too up us wa want was we were what when where which who why
    will with would you your hello hi dear thank thanks
    """.split()
)
# A pair of characters with one of these crosses the border of two words.
_PARTICLES = frozenset("的了是我你您他她們们嗎吗呢吧啊麼么請请問问想要可以能會会有在")


def tokens(text):
    """Return the distinct tokens of a plain text, in its order."""
    text = fold(unicodedata.normalize("NFKC", (text or "")[:MAX_TEXT]).casefold())
    found = {}
    for match in _RUN.finditer(text):
        run = match.group()
        if match.lastgroup == "cjk":
            pairs = zip(run, run[1:], strict=False) if len(run) > 1 else [(run,)]
            found.update(dict.fromkeys(map("".join, pairs)))
        elif len(run) <= MAX_WORD:
            found[stem(run)] = None
        if len(found) >= MAX_TOKENS:
            break
    return list(found)[:MAX_TOKENS]


def stem(word):
    """Return a folded word without the plainest English endings.

    >>> [stem(word) for word in ("prices", "price", "pricing", "priced", "glass")]
    ['pric', 'pric', 'pric', 'pric', 'glass']
    """
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def weight(token):
    """Return what a token counts: little where most questions have it."""
    if token in _LIGHT_WORDS or token.isascii() and len(token) < 2:
        return LIGHT
    return LIGHT if not token.isascii() and _PARTICLES & set(token) else 1.0


def telling(found):
    """Return the tokens that tell questions apart; all, if none does."""
    return [token for token in found if weight(token) == 1.0] or list(found)


def likeness(one, other):
    """Return how alike two lists of tokens are, from 0 to 1."""
    one, other = set(one), set(other)
    total = sum(map(weight, one)) + sum(map(weight, other))
    return 2 * sum(map(weight, one & other)) / total if total else 0.0


def best(query, phrases):
    """Return (likeness, phrase) of the phrase that is most like a question.

    :param query: tokens of the question
    :param phrases: texts
    """
    scored = [(likeness(query, tokens(phrase)), phrase) for phrase in phrases]
    return max(scored, key=lambda pair: pair[0], default=(0.0, ""))


def plain(markup):
    """Return the words of some markup."""
    text = re.sub(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^<>]*>", "\n", str(markup or ""))
    return html.unescape(_TAG.sub("", text))[:MAX_TEXT].strip()


def sentences(text):
    """Return the sentences of a plain text."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def words(text):
    """Return a text as a list of words and of Chinese characters."""
    text = fold(unicodedata.normalize("NFKC", text[:MAX_TEXT]).casefold())
    return re.findall(rf"[{CJK}]|[^\W_{CJK}]+", text)


def changed_share(original, final):
    """Return which share of a text is not in another any more, from 0 to 1.

    What was added around it, a greeting or a name, changes nothing of it.

    >>> changed_share("We deliver on Monday", "Hello! We deliver on Monday. Ann")
    0.0
    >>> changed_share("We deliver on Monday", "We deliver on Friday")
    0.25
    """
    before, after = words(original), words(final)
    if not before:
        return 0.0
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False)
    kept = sum(block.size for block in blocks.get_matching_blocks())
    return 1.0 - kept / len(before)
