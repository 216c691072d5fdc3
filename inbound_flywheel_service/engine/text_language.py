# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In which language a text is written.

The script decides where it can: Chinese (Traditional or Simplified), Japanese,
Korean, Russian. Among languages of Latin letters the most common function words
decide; when they do not agree on one, the answer is "" rather than a guess.
"""

import re
from functools import lru_cache

from opencc import OpenCC

from .tokenizer import is_traditional

SAMPLE = 2_000
# Share of Chinese characters among the letters from which a text is Chinese: names of
# products and codes in it are written in Latin letters.
LEAST_HAN = 0.2
LEAST_SCRIPT = 0.5
# So many function words of a language, and so many more than of any other.
LEAST_WORDS, LEAD = 2, 1.5

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff]")
_SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

FUNCTION_WORDS = {
    "en": "the and to of is in my i have you it for on that this not with was can are"
    " but be your how what do a am when why if or an from me we please would i'm don't",
    "de": "der die das und ich nicht ist zu mit ein eine auf für von wie kann mein"
    " meine es den dem sie wir haben habe bitte aber wenn wurde noch auch warum mir",
    "fr": "le la les et je ne pas est de du des un une pour que qui dans sur avec mon"
    " ma mes vous nous il elle au aux ce cette mais comment pourquoi j'ai merci",
    "es": "el la los las y no es de un una para que por en con mi mis me se lo al del"
    " pero como cómo cuando está he usted ustedes gracias porque su",
    "it": "il lo gli e non è di un una per che in con mio mia mi si del della ma come"
    " quando sono ho perché questo grazie alla nel le",
    "pt": "o os as e não é de um uma para que por em com meu minha me se do da no na"
    " mas como quando está eu você obrigado porque foi ao",
    "nl": "de het een en niet is van mijn ik op te dat voor met hoe kan maar wij je er"
    " aan heb wordt waarom graag deze naar",
}
_LISTS = {code: frozenset(words.split()) for code, words in FUNCTION_WORDS.items()}

LANGUAGES = (
    ("en", "English"),
    ("zh_TW", "Chinese (Traditional)"),
    ("zh_CN", "Chinese (Simplified)"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("de", "German"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("it", "Italian"),
    ("pt", "Portuguese"),
    ("nl", "Dutch"),
    ("ru", "Russian"),
)


@lru_cache(maxsize=1)
def _to_traditional():
    return OpenCC("s2t")


def detect(text):
    """Code of the language of a plain text, one of LANGUAGES.

    :return: "" when unsure; "zh" for Chinese of characters that both scripts share
    """
    sample = (text or "")[:SAMPLE]
    letters = sum(char.isalpha() for char in sample)
    if not letters:
        return ""
    kana, han = len(_KANA.findall(sample)), len(_HAN.findall(sample))
    if kana and kana + han > LEAST_HAN * letters and kana > 0.1 * han:
        return "ja"
    if han > LEAST_HAN * letters:
        return _chinese("".join(_HAN.findall(sample)))
    for code, script in _SCRIPTS:
        if len(script.findall(sample)) > LEAST_SCRIPT * letters:
            return code
    return _by_function_words(sample)


def _chinese(characters):
    if is_traditional(characters):
        return "zh_TW"
    return "zh_CN" if _to_traditional().convert(characters) != characters else "zh"


def _by_function_words(sample):
    words = _WORD.findall(sample.lower().replace("’", "'"))
    counts = {code: sum(w in known for w in words) for code, known in _LISTS.items()}
    (best, most), (_second, next_most) = sorted(
        counts.items(), key=lambda item: -item[1]
    )[:2]
    if most < LEAST_WORDS or most < LEAD * next_most:
        # A line such as "Card stolen" holds none: most such lines are English, but
        # a guess would send it to the wrong agent.
        return ""
    return best
