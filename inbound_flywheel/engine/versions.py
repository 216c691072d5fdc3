# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Score models as plain data: what a file holds, and how two versions differ."""

import json
from typing import NamedTuple

FORMAT = "inbound_flywheel.score_model"
FORMAT_VERSION = 1
# Parts of a file that hold rules, each known by its key.
RULES = ("score_rules", "fit_rules")


class FormatError(ValueError):
    """The file is not a score model; the message says where."""


class Change(NamedTuple):
    """One difference between two versions.

    :param part: ``settings``, ``score_rules`` or ``fit_rules``
    :param name: the rule's name, empty for settings
    :param field: what differs; empty when the whole rule was added or removed
    :param before: value in the older version, None when it had no such rule
    :param after: value in the newer version, None when it has no such rule
    """

    part: str
    name: str
    field: str
    before: object
    after: object


def dump(data):
    """Return a score model as text that is the same for the same model."""
    content = {"format": FORMAT, "format_version": FORMAT_VERSION, **data}
    return json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def load(text):
    """Return the score model that :func:`dump` wrote.

    :param text: the file's content, as text or UTF-8 bytes
    :raise FormatError: it is no JSON, or not a score model of a known format
    """
    try:
        data = json.loads(text)
    except (UnicodeDecodeError, ValueError) as error:
        raise FormatError(str(error)) from error
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise FormatError(f"format: {FORMAT}?")
    if data.pop("format_version", None) != FORMAT_VERSION:
        raise FormatError(f"format_version: {FORMAT_VERSION}?")
    for part in RULES:
        rules = data.get(part)
        if not isinstance(rules, list) or not all(isinstance(r, dict) for r in rules):
            raise FormatError(part)
    return data


def compare(before, after):
    """Return what differs between two versions, as a list of :class:`Change`.

    Rules are told apart by their key, which copies of a version share.

    :param before: data of the older version, as :func:`load` returns it
    :param after: data of the newer version
    """
    settings = sorted((before.keys() | after.keys()) - set(RULES))
    changes = [
        Change("settings", "", name, before.get(name), after.get(name))
        for name in settings
        if before.get(name) != after.get(name)
    ]
    for part in RULES:
        changes += _compare_rules(part, before.get(part, []), after.get(part, []))
    return changes


def _compare_rules(part, before, after):
    old = {rule["key"]: rule for rule in before}
    new = {rule["key"]: rule for rule in after}
    changes = []
    for key in [*new, *(key for key in old if key not in new)]:
        mine, theirs = old.get(key), new.get(key)
        name = (theirs or mine)["name"]
        if mine is None or theirs is None:
            changes.append(Change(part, name, "", mine, theirs))
            continue
        changes += [
            Change(part, name, field, mine.get(field), theirs.get(field))
            for field in sorted(mine.keys() | theirs.keys())
            if mine.get(field) != theirs.get(field)
        ]
    return changes
