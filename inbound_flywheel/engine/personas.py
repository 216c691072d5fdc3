# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Versions of a persona: what each says, and how two differ, as safe HTML.

A version is plain data, ``{key: value}``. A value is a text, a number, a truth value,
a translated text as ``{language: text}``, or a list of lines, each a dict of such
values. All text is shown as text, never as markup; of the keys listed under ``html``,
and of what looks like it in lines, the words alone are shown.
"""

import difflib
import re
from typing import NamedTuple

from markupsafe import Markup, escape

from odoo.tools import html2plaintext

# Parts of a version that say how to read it.
META = frozenset({"format", "taken_in", "langs", "html"})
IMAGES = frozenset({"image"})
SOURCE_LANG = "en_US"
# Words of alphabets; single characters of the others, which do not divide words.
TOKEN = re.compile(r"\s+|[A-Za-z0-9_\u00c0-\u024f]+|.", re.DOTALL)
ITEM = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
HTML = re.compile(r"\s*<(p|div|ul|ol|h[1-6]|table|blockquote)\b.*>\s*\Z", re.DOTALL)
PICTURE = re.compile(r"[A-Za-z0-9+/=]+\Z")

TABLE = Markup(
    "<table class='table table-sm align-top o_flywheel_compare'><thead><tr>"
    "<th style='width: 16%%'></th><th style='width: 42%%'>%s</th>"
    "<th style='width: 42%%'>%s</th></tr></thead><tbody>%s</tbody></table>"
)
ROW = Markup("<tr class='%s'><th scope='row'>%s</th><td>%s</td><td>%s</td></tr>")
IMAGE = Markup(
    "<img class='rounded' width='64' height='64' alt='' src='data:image/png;base64,%s'>"
)
GONE = Markup("<del class='bg-danger-subtle'>%s</del>")
NEW = Markup("<ins class='bg-success-subtle text-decoration-none'>%s</ins>")
PART = Markup("<h5 class='mt-3 mb-1'>%s</h5><div>%s</div>")
BREAK = Markup("<br>")


class Row(NamedTuple):
    """One part of two versions side by side, as safe markup."""

    key: str
    before: Markup
    after: Markup
    changed: bool


def pick(value, lang):
    """Return a translated value in a language, else in the source language."""
    for code in (lang, SOURCE_LANG, *value):
        if value.get(code):
            return value[code]
    return ""


def describe(data, lang, show=None):
    """Return what a version says: [(key, text)], in the version's order.

    :param data: the version
    :param lang: code of the reader's language
    :param show: ``show(key, value)`` returns the text of a plain value
    """
    return [
        (key, _text(key, value, data, lang, show or _plain))
        for key, value in data.items()
        if key not in META
    ]


def _plain(_key, value):
    return str(value)


def _text(key, value, data, lang, show):
    if value in (None, False, "", [], {}):
        return ""
    if isinstance(value, list):
        return "\n".join(_line(line, data, lang) for line in value)
    if isinstance(value, dict):
        value = pick(value, lang)
    elif not isinstance(value, str):
        return show(key, value)
    if key in data.get("html", ()):
        return _plain_text(value)
    return value if key in IMAGES else show(key, value)


def _plain_text(html):
    return html2plaintext(ITEM.sub("<br/>• ", html)).strip()


def _line(line, data, lang):
    """Return a line of a list: ``label: value`` if it has these, else all it says."""
    if not isinstance(line, dict):
        return str(line)
    texts = {}
    for name, value in line.items():
        if isinstance(value, dict):
            value = pick(value, lang)
        if isinstance(value, str) and HTML.match(value):
            value = _plain_text(value)
        if value not in (None, False, ""):
            texts[name] = str(value)
    label = texts.pop("label", None)
    rest = " · ".join(texts.values())
    return f"{label}: {rest}" if label and rest else label or rest


def compare(before, after, lang, show=None):
    """Return every part of two versions side by side, as a list of :class:`Row`.

    :param before: the older version
    :param after: the newer one
    :param lang: code of the reader's language
    :param show: see :func:`describe`
    """
    old = dict(describe(before, lang, show))
    new = dict(describe(after, lang, show))
    rows = []
    for key in [*new, *(key for key in old if key not in new)]:
        mine, theirs = old.get(key, ""), new.get(key, "")
        # In another language something may have changed that shows the same here.
        changed = mine != theirs or before.get(key) != after.get(key)
        changed = changed and bool(before.get(key) or after.get(key))
        if key in IMAGES:
            cells = _image(mine), _image(theirs)
        else:
            cells = mark(mine, theirs)
        rows.append(Row(key, *cells, changed))
    return rows


def mark(before, after):
    """Return two texts as markup, with what went and what came marked."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    left, right = [], []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, start, end, begin, until in matcher.get_opcodes():
        gone, come = _lines("".join(old[start:end])), _lines("".join(new[begin:until]))
        if kind == "equal":
            left.append(gone)
            right.append(come)
            continue
        left += [GONE % gone] if gone else []
        right += [NEW % come] if come else []
    return Markup().join(left), Markup().join(right)


def _lines(text):
    return BREAK.join(escape(line) for line in text.split("\n"))


def _image(value):
    # Whatever else a version might hold there is not put into an attribute.
    return IMAGE % value if PICTURE.match(value) else Markup()


def render(rows, labels, titles):
    """Return rows as a table.

    :param rows: see :func:`compare`
    :param labels: {key: its name for people}, in the order of the rows
    :param titles: names of the two versions
    """
    body = Markup().join(
        ROW
        % (
            "table-warning" if row.changed else "",
            labels.get(row.key, row.key),
            row.before,
            row.after,
        )
        for row in _sort(rows, labels)
    )
    return TABLE % (*titles, body)


def render_content(parts, labels):
    """Return what one version says, part by part.

    :param parts: see :func:`describe`
    :param labels: {key: its name for people}, in the order of the parts
    """
    return Markup().join(
        PART % (labels.get(key, key), _image(text) if key in IMAGES else _lines(text))
        for key, text in _sort(parts, labels)
        if text
    )


def _sort(parts, labels):
    """Return parts in the order of the labels: a database keeps none."""
    places = {key: place for place, key in enumerate(labels)}
    return sorted(parts, key=lambda part: places.get(part[0], len(places)))
