# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses of pages: which page is meant, which group it belongs to."""

import re
from fnmatch import fnmatchcase

# Longer addresses say nothing more about what somebody looked at.
MAX_PATH = 200
# Where the pages of records lie, and of which model they are. The number that ends the
# last part is the id.
RECORD_PATHS = (
    (re.compile(r"^/blog/[^/]+/(?:[^/]*-)?(\d+)$"), "blog.post"),
    (re.compile(r"^/blog/(?:[^/]*-)?(\d+)$"), "blog.blog"),
    (re.compile(r"^/shop(?:/(?!page/)[^/]+)?/(?:[^/]*-)?(\d+)$"), "product.template"),
    (re.compile(r"^/event/(?:[^/]*-)?(\d+)(?:/.*)?$"), "event.event"),
    (re.compile(r"^/slides/slide/(?:[^/]*-)?(\d+)$"), "slide.slide"),
    (re.compile(r"^/slides/(?:[^/]*-)?(\d+)$"), "slide.channel"),
    (re.compile(r"^/jobs/(?:detail/)?(?:[^/]*-)?(\d+)$"), "hr.job"),
    (re.compile(r"^/forum/(?:[^/]*-)?(\d+)$"), "forum.forum"),
)
FILE_PATH = re.compile(r"^/web/content/(\d+)(?:[-/].*)?$")


def clean_path(path, languages=()):
    """Return the path of a page without the language that it was read in.

    >>> clean_path("/fr/pricing/", ("fr", "zh_TW"))
    '/pricing'
    >>> clean_path("/fr", ("fr",)), clean_path("/free", ("fr",))
    ('/', '/free')

    :param path: path of an address, without query
    :param languages: the codes that a path may begin with
    """
    first, _slash, rest = path.strip("/").partition("/")
    if first in languages:
        path = rest
    return ("/" + path.strip("/"))[:MAX_PATH]


def find_record(path):
    """Return the (model, id) of the record whose page this is, None if it is none.

    >>> find_record("/blog/travel-1/ten-lakes-42")
    ('blog.post', 42)
    >>> find_record("/web/content/7-guide.pdf")
    ('ir.attachment', 7)
    >>> find_record("/pricing")
    """
    match = FILE_PATH.match(path)
    if match:
        return "ir.attachment", int(match[1])
    for pattern, model in RECORD_PATHS:
        match = pattern.match(path)
        if match:
            return model, int(match[1])
    return None


def split_patterns(text):
    """Return the patterns of a text, one a line; what follows a # is a remark.

    >>> split_patterns("/Pricing* # old ones, too" + chr(10) * 2 + "plans")
    ['/pricing*', '/plans']
    """
    patterns = []
    for line in (text or "").splitlines():
        line = line.partition("#")[0].strip().lower()
        if line:
            patterns.append(line if line[0] in "/*" else "/" + line)
    return patterns


def matches(path, patterns):
    """Tell whether a path fits one of the patterns: * stands for any characters.

    >>> matches("/Pricing/teams", ["/pricing*"]), matches("/price", ["/pricing*"])
    (True, False)

    :param patterns: as :func:`split_patterns` returns them
    """
    path = path.lower()
    return any(fnmatchcase(path, pattern) for pattern in patterns)
