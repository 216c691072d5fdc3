# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading what outside systems send: one item in, one clean dict or one error."""

import re
from datetime import datetime, timedelta, timezone

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

IDENTITIES = ("partner_id", "lead_id", "email", "phone", "external_id")
UTM = {"utm_source": "source", "utm_medium": "medium", "utm_campaign": "campaign"}
TEXTS = ("external_key", "summary", "res_model", *UTM)
KNOWN = {"type", "date", "value", "res_id", *TEXTS, *IDENTITIES}

# A summary is a line in a time line, not an archive.
MAX_SUMMARY = 1000
MAX_KEY = 250
# These go into indexes.
LIMITS = {"external_key": MAX_KEY, **dict.fromkeys(UTM, MAX_KEY)}
MAX_VALUE = 1e12
MAX_ID = 2**31 - 1
EARLIEST = datetime(1980, 1, 1)
# Clocks of other systems run a little ahead; anything later has not happened yet.
CLOCK_SKEW = timedelta(hours=1)

# Code that is never closed runs to the end, as it does in a browser; so every
# character is looked at once, however hostile the text.
_TAG = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.I | re.S)
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ItemError(ValueError):
    """An item cannot be used; its argument says why, as a translatable text that
    names the key and the value."""


def shorten(value, limit=80):
    """Return a value as text that an error message can carry over any protocol."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except (ValueError, RecursionError):
        # A number of thousands of digits, lists nested thousands deep.
        text = type(value).__name__
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    text = _CONTROL.sub(" ", text)
    return text.encode("utf-8", "replace").decode("utf-8")


def plain_text(text, limit=MAX_SUMMARY):
    """Return ``text`` as one line without HTML, of at most ``limit`` characters."""
    # Cut first: the work stays bounded whatever arrives.
    text = _TAG.sub(" ", text[: limit * 20])
    text = _SPACE.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def parse_date(value, now):
    """Return a naive UTC datetime.

    :param value: ``YYYY-MM-DD HH:MM:SS`` (UTC), ISO 8601 with or without offset,
        or a datetime
    :param now: the current naive UTC datetime
    :raise ItemError: no date, before 1980, or in the future
    """
    try:
        if isinstance(value, datetime):
            date = value
        elif isinstance(value, str) and len(value) >= 10:
            date = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        else:
            raise ValueError(value)
        if date.tzinfo:
            date = date.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise ItemError(
            _lt(
                "date: %(value)s is not a date like 2026-01-31 13:45:00 (UTC)",
                value=shorten(value),
            )
        ) from error
    if date > now + CLOCK_SKEW:
        raise ItemError(_lt("date: %(value)s lies in the future", value=shorten(value)))
    if date < EARLIEST:
        raise ItemError(_lt("date: %(value)s is before 1980", value=shorten(value)))
    return date.replace(microsecond=0)


def parse_value(value):
    """Return a finite float.

    :raise ItemError: no number, infinite, or beyond 1e12
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # One comparison that infinity, NaN and whole numbers beyond a float all fail.
    if not number or not abs(value) <= MAX_VALUE:
        raise ItemError(
            _lt("value: %(value)s is not a usable number", value=shorten(value))
        )
    return float(value)


def parse_id(name, value):
    """Return a record id.

    :raise ItemError: not a positive integer
    """
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not 0 < value <= MAX_ID:
        raise ItemError(
            _lt(
                "%(name)s: %(value)s is not a record id",
                name=name,
                value=shorten(value),
            )
        )
    return value


def parse_text(name, value):
    """Return a text that the database can hold; empty when it is blank.

    :raise ItemError: not a text
    """
    if not isinstance(value, str):
        raise ItemError(
            _lt("%(name)s: %(value)s is not a text", name=name, value=shorten(value))
        )
    # PostgreSQL takes neither NUL nor lone surrogates.
    text = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return "" if text.isspace() else text


def parse_identity(item):
    """Return ``(kind, value)``: the one identity that the item names.

    :raise ItemError: none or several, or one of the wrong type
    """
    named = [k for k in IDENTITIES if item.get(k) not in (None, False, "")]
    if len(named) != 1:
        raise ItemError(
            _lt(
                "exactly one of %(keys)s is needed, not %(found)s of them",
                keys=", ".join(IDENTITIES),
                found=len(named),
            )
        )
    (kind,) = named
    if kind in ("partner_id", "lead_id"):
        return kind, parse_id(kind, item[kind])
    text = parse_text(kind, item[kind]).strip()
    if not text or len(text) > MAX_KEY:
        raise ItemError(
            _lt("%(name)s: %(value)s is not usable", name=kind, value=shorten(text))
        )
    return kind, text


def parse_texts(item):
    """Return the texts of an item that are there and not blank.

    :raise ItemError: one is not a text, or longer than the database can index
    """
    texts = {}
    for name in TEXTS:
        if item.get(name) in (None, False, ""):
            continue
        text = parse_text(name, item[name])
        if len(text) > LIMITS.get(name, len(text)):
            raise ItemError(
                _lt(
                    "%(name)s: %(value)s is longer than %(limit)s characters",
                    name=name,
                    value=shorten(text),
                    limit=LIMITS[name],
                )
            )
        if text:
            texts[name] = text
    if "summary" in texts:
        texts["summary"] = plain_text(texts["summary"])
    return texts


def parse_item(item, type_codes, now):
    """Return an item as a clean dict, ready to be resolved and stored.

    :param item: dict as documented for ``flywheel.touchpoint.ingest``
    :param type_codes: the known touchpoint type codes
    :param now: the current naive UTC datetime
    :raise ItemError: the item cannot be used
    """
    if not isinstance(item, dict):
        raise ItemError(_lt("%(value)s is not a dict", value=shorten(item)))
    unknown = [key for key in item if key not in KNOWN]
    if unknown:
        raise ItemError(_lt("unknown field %(name)s", name=shorten(unknown[0])))
    code = item.get("type")
    if not isinstance(code, str) or code not in type_codes:
        raise ItemError(
            _lt("type: %(value)s is not a touchpoint type", value=shorten(code))
        )
    kind, value = parse_identity(item)
    clean = {
        "type": code,
        "date": parse_date(item.get("date"), now),
        "kind": kind,
        "identity": value,
        "value": 0.0,
    }
    clean.update(parse_texts(item))
    if item.get("value") not in (None, False):
        clean["value"] = parse_value(item["value"])
    if item.get("res_id") not in (None, False):
        clean["res_id"] = parse_id("res_id", item["res_id"])
    if bool(clean.get("res_id")) != bool(clean.get("res_model")):
        raise ItemError(_lt("res_model and res_id go together"))
    return clean


def parse_allowed(item, type_codes):
    """Check that an outside system may send a clean item.

    :param type_codes: codes of the touchpoint types that it may send
    :raise ItemError: it may not send the type, or names a record of Odoo
    """
    if "type" in item and item["type"] not in type_codes:
        raise ItemError(
            _lt(
                "type: %(value)s is not for this system to send",
                value=shorten(item["type"]),
            )
        )
    for name in ("profile_id", "partner_id", "lead_id", "res_model", "res_id"):
        if name in item:
            raise ItemError(
                _lt(
                    "%(name)s: an outside system names people by email, phone or "
                    "external_id",
                    name=name,
                )
            )
