# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Articles as customers may see them: their authors can store any markup."""

import re

from lxml import html
from markupsafe import Markup

from odoo.tools import html_sanitize

from .tokenizer import plain_text

# Classes that only lay out text. Others could start a program of the page or cover it.
_LAYOUT = re.compile(
    r"^(?:(?:text|fs|fw|fst|h|list|table|img|float|alert|badge|w|d|p|m|[mp][tbsexy]|"
    r"rounded|border|bg|row|col|fa|o_image|align)(?:-[a-z0-9-]+)?|"
    r"h[1-6]|lead|small|figure|caption|blockquote|container)$"
)
# Bold words before a colon leave a space behind.
_BEFORE_MARK = re.compile(r" ([:;,.!?)])")
# They place things over or outside the article, or call another site.
_HARMLESS_STYLE = re.compile(
    r"^(?:color|background-color|text-align|font-weight|font-style|text-decoration|"
    r"width|max-width|height|vertical-align|list-style-type|padding-left|"
    r"margin-left|border(?:-[a-z]+)*)$"
)


def clean(markup):
    """``markup`` without programs, forms, frames, foreign styles and behaviour.

    :return: Markup, "" for an empty article
    """
    if not markup:
        return Markup("")
    text = html_sanitize(
        markup, sanitize_attributes=True, sanitize_style=True, sanitize_form=True
    )
    body = html.fragment_fromstring(str(text), create_parent="div")
    for element in list(body.iter("iframe", "object", "embed", "audio", "video")):
        element.drop_tree()
    for element in body.iter(html.etree.Element):  # no comments
        _keep(element, "class", element.get("class", "").split(), _LAYOUT, " ")
        _keep_style(element)
        for name in list(element.attrib):
            # Names of elements are reached by programs of the page.
            if name.startswith("data-") or name in ("id", "name", "contenteditable"):
                del element.attrib[name]
        if element.tag == "a" and element.get("target"):
            element.set("rel", "noopener noreferrer")
    # html_sanitize and the lists above left nothing that acts.
    return Markup(html.tostring(body, encoding="unicode"))


def snippet(markup, words, size=200):
    """The part of an article around the first of ``words``, as plain text.

    :param list words: as they were written, the most telling first
    :param int size: in characters
    """
    text = _BEFORE_MARK.sub(r"\1", " ".join(plain_text(markup).split()))
    folded = text.casefold()
    places = [folded.find(word.casefold()) for word in words]
    place = next((p for p in places if p >= 0), 0)
    start = max(0, place - size // 3)
    if start:
        # From the beginning of a word on; Chinese has no spaces to look for.
        start = folded.find(" ", start, place) + 1 or start
    end = start + size
    if end < len(text):
        # Up to the end of a word.
        end = text.rfind(" ", end - 20, end) if " " in text[end - 20 : end] else end
    part = text[start:end].strip()
    return f"{'… ' if start else ''}{part}{' …' if end < len(text) else ''}"


def _keep(element, name, values, pattern, glue):
    kept = [value for value in values if pattern.match(value)]
    if kept:
        element.set(name, glue.join(kept))
    elif name in element.attrib:
        del element.attrib[name]


def _keep_style(element):
    rules = [rule.strip() for rule in element.get("style", "").split(";")]
    kept = [
        rule
        for rule in rules
        if _HARMLESS_STYLE.match(rule.split(":")[0].strip().lower())
        and "(" not in rule.replace("rgb(", "").replace("rgba(", "")
    ]
    if kept:
        element.set("style", "; ".join(kept))
    elif "style" in element.attrib:
        del element.attrib["style"]
