# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Text to search tokens, for English and Chinese together.

* Chinese, Japanese and Korean runs become single characters and pairs of
  neighbours. Measured on LCQMC, that finds as much as a dictionary segmenter.
* Words of alphabetic scripts are folded (width, case, accents) and lose plural,
  *-ed*, *-ing* and silent *e*: steps 1 and 5a of Porter, "An algorithm for suffix
  stripping", Program 14(3), 1980.
* Traditional characters become Simplified ones (OpenCC), so that the two scripts
  find each other.

Work is bounded by the constants below, whatever the size of the input.
"""

import html
import re
import unicodedata
from collections import Counter
from functools import lru_cache

from opencc import OpenCC

# A new number makes the scheduled action index every text again.
TOKENIZER_VERSION = 1

# Longest input that is looked at, in characters: markup, then plain text.
MAX_MARKUP = 400_000
MAX_TEXT = 20_000
# Most distinct tokens kept for one text.
MAX_TERMS = 600
# Longer "words" are keys, links or encoded data.
MAX_TOKEN = 40

CJK = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
)
_RUN = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<word>[^\W_{CJK}]+)")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

_DROPPED = re.compile(
    r"<(script|style|head|title|blockquote)\b.*?(?:</\1\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Wrappers in which mail programs put the text that is answered; what follows is
# the history of the conversation.
_QUOTE_START = re.compile(
    r"<[a-z]+[^<>]*(?:gmail_quote|yahoo_quoted|moz-cite-prefix|OutlookMessageHeader"
    r"|divRplyFwdMsg|data-o-mail-quote|appendonsend)",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"<(?:br|/p|/div|/li|/tr|/h[1-6]|/pre|/td|/blockquote)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>?")
# First line of what is quoted below an answer, in plain text.
_HISTORY = re.compile(
    r"^(?:"
    r"-{2,}\s*(?:original message|forwarded message|原始邮件|原始郵件|转发邮件)"
    r"|on\b.{5,200}\bwrote\s*:"
    r"|在.{4,200}写道\s*[:：]"
    r"|.{0,120}於.{4,120}寫道\s*[:：]"
    r"|_{10,}\s*$"
    r"|(?:from|发件人|寄件者)\s*[:：].{3,200}$"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_VOWEL = re.compile("[aeiouy]")
_SYLLABLE = re.compile("[aeiouy]+[^aeiouy]+")
# Porter's *o: consonant, vowel, consonant other than w, x, y.
_SHORT = re.compile("[^aeiou][aeiouy][^aeiouwxy]$")


@lru_cache(maxsize=1)
def _converter():
    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _traditional():
    return OpenCC("s2t")


def fold(text):
    """``text`` in the form in which texts and words are compared.

    Width (full and half), case and script (Traditional, Simplified) vanish;
    accents stay, they matter to readers of a rule.
    """
    text = unicodedata.normalize("NFKC", text or "").casefold()
    return _converter().convert(text) if _HAN.search(text) else text


def variants(text):
    """``text`` as it is, in Simplified and in Traditional characters, each once."""
    if not _HAN.search(text or ""):
        return [text]
    both = [_converter().convert(text), _traditional().convert(text)]
    return list(dict.fromkeys([text, *both]))


def plain_text(markup):
    """The words that the writer wrote: no markup, no quoted history."""
    text = (markup or "")[:MAX_MARKUP]
    if "<" in text:
        text = _COMMENT.sub(" ", text)
        quoted = _QUOTE_START.search(text)
        if quoted and quoted.start() > 0:
            text = text[: quoted.start()]
        text = _DROPPED.sub("\n", text)
        text = _BREAK.sub("\n", text)
        text = _TAG.sub(" ", text)
    text = html.unescape(text).replace("\x00", " ")
    history = _HISTORY.search(text)
    if history and text[: history.start()].strip():
        text = text[: history.start()]
    lines = (line for line in text.splitlines() if not line.lstrip().startswith(">"))
    return "\n".join(lines)[:MAX_TEXT]


def tokens(text):
    """Pairs (token, how it was written) of a plain text, in its order."""
    text = text[:MAX_TEXT]
    folded = fold(text)
    source = unicodedata.normalize("NFKC", text)
    if len(source) != len(folded):
        source = folded
    for kind, run, start in runs(folded):
        if kind == "cjk":
            yield from _cjk_tokens(run, source[start : start + len(run)])
        else:
            word = strip_accents(run)
            if len(word) <= MAX_TOKEN:
                yield stem(word), word


def runs(folded):
    """Runs of characters of a folded text: ("cjk" or "word", run, where it starts)."""
    for match in _RUN.finditer(folded):
        yield match.lastgroup, match.group(), match.start()


def term_counts(*texts):
    """How often each token occurs in all ``texts`` (plain or markup)."""
    counts = Counter()
    for text in texts:
        counts.update(token for token, _written in tokens(plain_text(text)))
    if len(counts) > MAX_TERMS:
        # The longer tokens tell more: pairs before single characters.
        kept = sorted(counts, key=lambda t: (-min(counts[t], 8), -len(t), t))
        counts = Counter({term: counts[term] for term in kept[:MAX_TERMS]})
    return counts


def language(text):
    """ "zh" for mostly Chinese text, "en" for other letters, "" for none."""
    sample = (text or "")[:2000]
    letters = sum(char.isalpha() for char in sample)
    if not letters:
        return ""
    return "zh" if len(_HAN.findall(sample)) > 0.2 * letters else "en"


def is_traditional(text):
    """Whether a Chinese text is written in Traditional characters."""
    sample = "".join(_HAN.findall((text or "")[:2000]))
    return bool(sample) and _converter().convert(sample) != sample


def chinese_script(text):
    """ "Hant" or "Hans" for a Chinese text whose characters tell, else ""."""
    sample = "".join(_HAN.findall((text or "")[:2000]))
    if is_traditional(sample):
        return "Hant"
    return "Hans" if sample and _traditional().convert(sample) != sample else ""


def stem(word):
    """Porter's steps 1 and 5a for one folded English word; other words stay."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    word = _strip_plural(word)
    word = _strip_past(word)
    if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return _strip_e(word)


def _cjk_tokens(run, written):
    for end in range(1, len(run) + 1):
        yield run[end - 1], written[end - 1]
        if end > 1:
            yield run[end - 2 : end], written[end - 2 : end]


def strip_accents(word):
    """``word`` without the marks over and under its letters."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _strip_plural(word):
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _strip_past(word):
    if word.endswith("eed"):
        return word[:-1] if _VOWEL.search(word[:-3]) else word
    for ending in ("ed", "ing"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 2 and _VOWEL.search(rest):
            return _mend(rest)
    return word


def _mend(rest):
    """Give back the *e*, or drop the doubled letter, after a cut ending."""
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if rest[-1] == rest[-2] and rest[-1] not in "lsz":
        return rest[:-1]
    if _measure(rest) == 1 and _SHORT.search(rest):
        return rest + "e"
    return rest


def _strip_e(word):
    rest = word[:-1]
    if word.endswith("e") and len(rest) > 2:
        measure = _measure(rest)
        if measure > 1 or (measure == 1 and not _SHORT.search(rest)):
            return rest
    return word


def _measure(word):
    """Porter's *m*: how often consonants follow vowels."""
    return len(_SYLLABLE.findall(word))
