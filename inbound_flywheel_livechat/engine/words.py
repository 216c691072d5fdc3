# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What visitors say: whether they ask for a person, which number or day they mean."""

import re
from datetime import timedelta

# Said alone these words ask for a person; within a sentence they may mean anything.
ALONE = frozenset(
    "human agent operator person advisor representative somebody someone humain"
    " conseiller mensch mitarbeiter humano agente persona".split()
)
# Longer messages describe something, and ask for a person only in a full phrase.
FEW_WORDS = 4
SHORT = 16
_FILLERS = frozenset(
    "a an the please now real live i want need to talk speak chat with get me some"
    " can could you would like bitte un una ein einen s'il vous plait por favor".split()
)
_PHRASE = re.compile(
    r"\b(talk|speak|chat|connect me|transfer me|put me through)\b[^.?!]{0,20}"
    r"\b(human|person|agent|operator|somebody|someone|representative|colleague)\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"真人|人工(?!智)|[转轉]接?人|客服人[员員]|[专專]人(?:客?服|[联聯])"
    r"|有人在?[嗎吗么]|找(?:一?[个個位])?(?:客服|人[聊谈談問问])|^客服$"
)
_WORD = re.compile(r"[^\W\d_']+(?:'[^\W\d_]+)?", re.UNICODE)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MANY = {"k": 1e3, "m": 1e6, "千": 1e3, "萬": 1e4, "万": 1e4}
_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([kKmM千萬万])?(?![\w])")
_DAYS = re.compile(r"\+(\d{1,4})")


def asks_for_person(text, own_words=()):
    """Tell whether a message asks for a person instead of the bot.

    :param text: what the visitor wrote
    :param own_words: further words of the script that ask for one when said alone
    """
    text = (text or "").strip()
    if not text or len(text) > 300:
        return False
    folded = text.casefold()
    if folded.strip(" .!?。！？") in own_words:
        return True
    if len(text) <= SHORT and _CHINESE.search(text):
        return True
    words = [word for word in _WORD.findall(folded) if word not in _FILLERS]
    if words and len(words) <= FEW_WORDS and set(words) <= ALONE:
        return True
    return bool(_PHRASE.search(text)) and len(_WORD.findall(text)) <= 15


def read_number(text):
    """Return the one number that a text names, as a text; None if there is none, or
    more than one.

    >>> read_number("about 5,000 euro"), read_number("20k"), read_number("5 or 6")
    ('5000', '20000', None)
    """
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return None
    number, many = _AMOUNT.search(text).groups() if _AMOUNT.search(text) else found * 2
    try:
        value = float(number.replace(",", "")) * _MANY.get((many or "").lower(), 1)
    except ValueError:
        return None
    return str(int(value)) if value.is_integer() else repr(value)


def read_day(value, today):
    """Return the day that an answer of a script stands for.

    :param value: ``+30`` for so many days from today, or a date
    :param today: a date
    """
    match = _DAYS.fullmatch((value or "").strip())
    if match:
        return (today + timedelta(days=int(match[1]))).isoformat()
    return value
