# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Placeholders in approved texts: ``{{ name }}``, or with what stands in for an empty
value, ``{{ first_name ||| customer }}``, as in Odoo's own templates.

Only names of a given list are replaced; nothing is evaluated, so a text can say no
more than its writer may put into it.
"""

import re

from markupsafe import Markup, escape

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*(?:\|\|\|([^{}<>]*))?\}\}")
_IN_TAG = re.compile(r"<[^<>]*\{\{")


def problems(body, names):
    """Return the placeholders of a text that cannot be replaced.

    :param body: markup
    :param names: the names that are known
    :return: list of texts as they stand there: of unknown names, unreadable ones,
        and those within a tag, where a value would become an address or a style
    """
    found = [m.group() for m in _PLACEHOLDER.finditer(body) if m.group(1) not in names]
    found += [match.group() for match in _IN_TAG.finditer(body)]
    rest = _PLACEHOLDER.sub("", body)
    found += re.findall(r"\{\{.{0,30}", rest)
    return found


def render(body, values):
    """Return a text with the values in the places of their names, escaped.

    :param body: markup
    :param values: {name: text}; an empty one leaves what stands in for it
    """

    def replace(match):
        value = values.get(match.group(1)) or (match.group(2) or "").strip()
        return str(escape(value))

    return Markup(_PLACEHOLDER.sub(replace, str(body)))


def strip(body):
    """Return a text without its placeholders."""
    return _PLACEHOLDER.sub("", str(body))
