# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How to reach a person: what the individual said over what is learned from the
ledger, over the persona's default, over the company's."""

from statistics import median
from typing import Any, NamedTuple

# In order of precedence.
SOURCES = ("individual", "learned", "persona", "company")
# A persona is low-touch when at most this share of its touchpoints should be human.
LOW_TOUCH = 0.25
# What is learned from fewer touchpoints is chance.
MIN_CONTACTS = 3
# How far back the ledger is read: habits change.
LEARN_DAYS = 180
DAYS_PER_MONTH = 30.44


class Candidate(NamedTuple):
    """A value that one source proposes, and what it rests on."""

    source: str
    value: Any
    detail: str = ""
    date: Any = None


def resolve(candidates, allowed=None):
    """Return the candidate that counts, None if there is none.

    :param candidates: any number of :class:`Candidate`, in any order; one without a
        value proposes nothing
    :param allowed: function of a value, or None; refuses what must not be suggested.
        What the individual said is always allowed
    """
    ranked = sorted(
        (c for c in candidates if c and c.value), key=lambda c: SOURCES.index(c.source)
    )
    for candidate in ranked:
        if candidate.source == SOURCES[0] or not allowed or allowed(candidate.value):
            return candidate
    return None


def is_low_touch(human_share):
    """Tell whether a persona should not be met by people.

    :param human_share: 0 (digital touchpoints only) to 1 (human ones only), None if
        there is no persona
    """
    return human_share is not None and human_share <= LOW_TOUCH


def learn_channel(counts):
    """Return (channel, touchpoints by it, all touchpoints), None if nothing is clear:
    at least three, and more than half of all.

    :param counts: {channel: number of incoming touchpoints}
    """
    total = sum(counts.values())
    channel = max(counts, key=counts.get, default=None)
    if channel is None or counts[channel] < MIN_CONTACTS:
        return None
    return (channel, counts[channel], total) if counts[channel] * 2 > total else None


def learn_rhythm(days):
    """Return the median number of days between two days of contact, None from fewer
    than three gaps.

    :param days: dates, in any order; the same day counts once
    """
    days = sorted(set(days))
    gaps = [(later - day).days for day, later in zip(days, days[1:], strict=False)]
    return median(gaps) if len(gaps) >= MIN_CONTACTS else None


def contacts_per_month(days):
    """Return how many contacts a month match a rhythm, at least one.

    :param days: median days between two incoming touchpoints
    """
    return max(1, round(DAYS_PER_MONTH / days)) if days else None


def rank_channels(weights, human_share):
    """Return the channels of a persona, the best first: by weight times the share of
    human (or digital) touch that the persona wants. Channels of no weight are left
    out.

    :param weights: [(channel, ``human`` or ``digital``, weight 0 to 1)]
    :param human_share: 0 to 1
    """
    shares = {"human": human_share, "digital": 1 - human_share}
    ranked = [(weight * shares[kind], channel) for channel, kind, weight in weights]
    ranked.sort(key=lambda pair: -pair[0])
    return [channel for score, channel in ranked if score > 0]


def find_mismatch(planned, own, human_share, single, running):
    """Return why a planned contact does not suit a person, None if it does.

    :param planned: (channel, kind) of the planned contact
    :param own: (channel, kind) that the individual asked for, None if nothing is known
    :param human_share: of the persona, None without one
    :param single: whether the persona keeps one contact point
    :param running: the channel of the latest contact, None if there was none
    :return: ``own_word``, ``low_touch`` or ``switch``
    """
    channel, kind = planned
    if own and own[0] == channel:
        return None
    if kind == "human" and own and own[1] == "digital":
        return "own_word"
    if kind == "human" and is_low_touch(human_share) and not own:
        return "low_touch"
    if single and running and running != channel:
        return "switch"
    return None
