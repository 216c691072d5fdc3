"""The knowledge articles in ``articles/``: Markdown with a head, one file each."""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from .client import external

FOLDER = Path(__file__).resolve().parent / "articles"
CATEGORIES = {"en_US": "Help centre", "zh_TW": "說明中心", "zh_CN": "帮助中心"}
FIELDS = ["id", "name", "type", "parent_id/id", "content", "lang", "public"]
MODEL = "document.page"


@dataclass(frozen=True)
class Article:
    """An article. ``intents`` are the published intents that it answers."""

    key: str
    title: str
    language: str
    intents: tuple
    body: str


def read_articles():
    """Return the articles in order of their file names.

    :raises ValueError: a file has no head, or its head lacks a line
    """
    return [read_article(path) for path in sorted(FOLDER.glob("*.md"))]


def read_article(path):
    """Read one file."""
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise ValueError(f"{path}: no head between two lines of ---")
    head = dict(line.split(": ", 1) for line in parts[1].strip().splitlines())
    missing = {"title", "language", "intents"} - set(head)
    if missing:
        raise ValueError(f"{path}: the head lacks {', '.join(sorted(missing))}")
    return Article(
        key=path.stem.replace("-", "_"),
        title=head["title"],
        language=head["language"],
        intents=tuple(head["intents"].split(", ")),
        body=to_html(parts[2]),
    )


def to_html(text):
    """Return HTML of the Markdown that the articles use: paragraphs, ``##`` heads,
    lists with ``-`` or numbers, ``**bold**`` and ``*italic*``."""
    return "".join(_block(block) for block in _blocks(text))


def _blocks(text):
    """Split at empty lines, and where a list or a head meets something else."""
    blocks, last = [], None
    for line in text.strip().splitlines():
        kind = _kind(line)
        if kind and kind == last and kind != "h2":
            blocks[-1][1].append(line)
        elif kind:
            blocks.append((kind, [line]))
        last = kind
    return blocks


def _kind(line):
    if not line.strip():
        return None
    if line.startswith("## "):
        return "h2"
    if line.startswith("- "):
        return "ul"
    return "ol" if re.match(r"\d+\. ", line) else "p"


def _block(block):
    kind, lines = block
    if kind in ("ul", "ol"):
        items = (_inline(line.split(" ", 1)[1]) for line in lines)
        return f"<{kind}>" + "".join(f"<li>{i}</li>" for i in items) + f"</{kind}>"
    return f"<{kind}>{_inline(' '.join(lines).removeprefix('## '))}</{kind}>"


def _inline(text):
    text = html.escape(text, quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", text)


def load_articles(client):
    """Create the articles and their categories; what is there stays."""
    categories = [
        [f"articles_{language}", name, "category"]
        for language, name in CATEGORIES.items()
    ]
    client.ensure(MODEL, FIELDS[:3], categories)
    # Of a language that is not installed, the articles are told by their text.
    installed = {lang["code"] for lang in client.search_read("res.lang", [], ["code"])}
    rows = [
        [
            f"article_{article.key}",
            article.title,
            "content",
            external(f"articles_{article.language}"),
            article.body,
            article.language if article.language in installed else "",
            "True",
        ]
        for article in read_articles()
    ]
    client.ensure(MODEL, FIELDS, rows, "Knowledge articles")
