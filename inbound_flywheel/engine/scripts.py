# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Traditional and Simplified Chinese as one."""

import re
from functools import lru_cache

from opencc import OpenCC

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


@lru_cache(maxsize=1)
def _converter():
    return OpenCC("t2s")


def fold(text):
    """Return a text with Simplified characters in place of Traditional ones.

    >>> fold("何時會到貨?")
    '何时会到货?'
    """
    return _converter().convert(text) if _HAN.search(text) else text
