# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telling machines from people by how they open and click."""

from datetime import datetime, timedelta
from typing import NamedTuple

# Signs weigh percent: so much together, and a line is a machine's.
CERTAIN = 100
# Of signs that weigh the same, the one that says most names the verdict.
TELLING = ("agent", "prefetch", "head", "soon", "burst", "network", "anonymous")


class Spec(NamedTuple):
    """What a sign of a machine is worth, and from where on it is one."""

    weight: int
    seconds: int
    count: int


class Deed(NamedTuple):
    """An open or a click, as bursts are looked for.

    :param mail: whatever tells one mail to one person
    :param link: what was clicked; None for an open
    """

    id: int
    mail: tuple
    date: datetime
    link: str | None


def find_bursts(deeds, links, seconds):
    """Return {id: number of links} of the deeds in bursts: at least ``links``
    different links of one mail within ``seconds``. An open in the middle belongs to
    the burst.

    Linear but for sorting, whatever somebody sends.
    """
    bursts = {}
    if links < 1:
        return bursts
    span = timedelta(seconds=seconds)
    mails = {}
    for deed in sorted(deeds, key=lambda deed: (deed.date, deed.id)):
        mails.setdefault(deed.mail, []).append(deed)
    for mail in mails.values():
        _sweep(mail, links, span, bursts)
    return bursts


def _sweep(deeds, links, span, bursts):
    """Note the bursts among the deeds of one mail, which are in order of time."""
    clicked = {}
    start = marked = 0
    for end, deed in enumerate(deeds):
        if deed.link is not None:
            clicked[deed.link] = clicked.get(deed.link, 0) + 1
        while deed.date - deeds[start].date > span:
            left = deeds[start].link
            if left is not None:
                clicked[left] -= 1
                if not clicked[left]:
                    del clicked[left]
            start += 1
        if len(clicked) >= links:
            for member in deeds[max(start, marked) : end + 1]:
                bursts[member.id] = len(clicked)
            marked = end + 1


def weigh(signs, specs):
    """Return the code of the weightiest sign if they are certain together, else None.

    :param signs: list of dicts with the key ``sign``, the code
    :param specs: {code: Spec}
    """
    weights = {}
    for sign in signs:
        spec = specs.get(sign["sign"])
        if spec:
            weights[sign["sign"]] = spec.weight
    if sum(weights.values()) < CERTAIN:
        return None
    rank = {code: -place for place, code in enumerate(TELLING)}
    return max(weights, key=lambda code: (weights[code], rank.get(code, -len(TELLING))))
