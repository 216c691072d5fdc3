# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading an answer: what somebody says, as the kind of value the question asks for."""

import math
import re
from datetime import date, datetime
from typing import NamedTuple

from odoo.tools.translate import LazyTranslate

from .items import (
    IDENTITIES,
    MAX_VALUE,
    ItemError,
    parse_date,
    parse_id,
    parse_identity,
    parse_text,
    plain_text,
    shorten,
)

_lt = LazyTranslate(__name__)

# How an answer came to us; the first two mean that somebody had to answer.
SOURCES = ("asked", "form", "said", "import", "inferred")
ASKING = frozenset(SOURCES[:2])
CONFIDENCES = ("low", "medium", "high")
# How sure an answer is, unless somebody says otherwise.
SURE = {"import": "medium", "inferred": "low"}
KNOWN = {
    "question",
    "answer",
    "source",
    "confidence",
    "date",
    "channel",
    "valid_until",
    "note",
    "profile_id",
    *IDENTITIES,
}

YES = frozenset({"yes", "y", "true", "t", "1", "是", "對", "对"})
NO = frozenset({"no", "n", "false", "f", "0", "否", "不", "不是"})
YEARS = (1900, 2200)
# 12,000 and 1,250.5, and plain numbers.
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")


class Answer(NamedTuple):
    """An answer as it is stored: a canonical text, and what it means."""

    text: str
    option_id: int | None = None
    number: float | None = None
    day: date | None = None

    def same(self, other):
        """Tell whether two answers to one question say the same."""
        if self.option_id or other.option_id:
            return self.option_id == other.option_id
        return self.text.casefold() == other.text.casefold()


def parse_answer(kind, value, options=()):
    """Return the :class:`Answer` that a value is.

    :param kind: ``text``, ``selection``, ``number``, ``date`` or ``boolean``
    :param value: a text, number, date or boolean; for a selection the id, the code
        or the name of a choice, in any language
    :param options: [(id, canonical text, set of casefolded words that name it)]
    :raise ItemError: the value is no answer of this kind
    """
    if isinstance(value, str):
        value = parse_text("answer", value)
    if value is None or value == "" or (isinstance(value, bool) and kind != "boolean"):
        raise ItemError(_lt("answer: missing"))
    return {
        "text": _parse_text,
        "number": _parse_number,
        "date": _parse_day,
        "boolean": _parse_boolean,
    }.get(kind, lambda given: _parse_option(given, options))(value)


def _parse_text(value):
    number = isinstance(value, int | float)
    # Nobody says that something is no number.
    if not isinstance(value, str) and not (number and abs(value) <= MAX_VALUE):
        raise ItemError(_lt("answer: %(value)s is not a text", value=shorten(value)))
    text = plain_text(str(value))
    if not text:
        raise ItemError(_lt("answer: missing"))
    return Answer(text)


def _parse_number(value):
    number = math.nan
    # A whole number may be too large for a float.
    if isinstance(value, int | float) and abs(value) <= MAX_VALUE:
        number = float(value)
    elif isinstance(value, str):
        text = value.strip().replace("\N{NO-BREAK SPACE}", "")
        if text.strip("+-.") and _NUMBER.fullmatch(text):
            number = float(text.replace(",", ""))
    if not abs(number) <= MAX_VALUE:
        raise ItemError(_lt("answer: %(value)s is not a number", value=shorten(value)))
    text = str(int(number)) if number.is_integer() else repr(number)
    return Answer(text, number=number)


def _parse_day(value, name="answer"):
    day = None
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    elif isinstance(value, str):
        try:
            day = datetime.fromisoformat(value.strip()).date()
        except ValueError:
            day = None
    if not day or not YEARS[0] <= day.year <= YEARS[1]:
        raise ItemError(
            _lt(
                "%(name)s: %(value)s is not a date like 2026-01-31",
                name=name,
                value=shorten(value),
            )
        )
    return Answer(day.isoformat(), day=day)


def _parse_boolean(value):
    word = str(value).strip().casefold()
    if word not in YES | NO:
        raise ItemError(
            _lt("answer: %(value)s is neither yes nor no", value=shorten(value))
        )
    yes = word in YES
    return Answer("yes" if yes else "no", number=float(yes))


def _parse_option(value, options):
    word = str(value).strip().casefold()
    for option_id, text, words in options:
        if value == option_id or word in words:
            return Answer(text, option_id=option_id)
    choices = ", ".join(text for _id, text, _words in options)
    raise ItemError(
        _lt(
            "answer: %(value)s is none of %(choices)s",
            value=shorten(value),
            choices=shorten(choices, 300),
        )
    )


def parse_fact(item, now):
    """Return an item of ``flywheel.profile.learn`` as a clean dict; who the person
    is, and whether question and answer fit, is for others to tell.

    :param item: dict as documented there
    :param now: the current naive UTC datetime
    :raise ItemError: the item cannot be used
    """
    if not isinstance(item, dict):
        raise ItemError(_lt("%(value)s is not a dict", value=shorten(item)))
    unknown = [key for key in item if key not in KNOWN]
    if unknown:
        raise ItemError(_lt("unknown field %(name)s", name=shorten(unknown[0])))
    clean = {"answer": item.get("answer"), "question": item.get("question")}
    clean["source"] = item.get("source") or "said"
    for name, choices in (("source", SOURCES), ("confidence", CONFIDENCES)):
        value = clean.get(name) or item.get(name)
        if value and (not isinstance(value, str) or value not in choices):
            raise ItemError(
                _lt(
                    "%(name)s: %(value)s is none of %(choices)s",
                    name=name,
                    value=shorten(value),
                    choices=", ".join(choices),
                )
            )
        clean[name] = value
    clean["date"] = parse_date(item["date"], now) if item.get("date") else now
    clean["channel"] = item.get("channel") or None
    if item.get("valid_until"):
        clean["valid_until"] = _parse_day(item["valid_until"], "valid_until").day
    if item.get("note"):
        clean["note"] = plain_text(parse_text("note", item["note"]))
    if item.get("profile_id"):
        clean["profile_id"] = parse_id("profile_id", item["profile_id"])
    elif any(item.get(name) for name in IDENTITIES):
        kind, value = parse_identity(item)
        clean[kind] = value
    return clean


def pick(known, name, key):
    """Return what a key stands for.

    :param known: dict by key
    :param name: the part of the item that the key is in
    :raise ItemError: the key stands for nothing
    """
    # True is no 1.
    if isinstance(key, str | int) and not isinstance(key, bool) and key in known:
        return known[key]
    raise ItemError(
        _lt("%(name)s: %(value)s is not known", name=name, value=shorten(key))
    )
