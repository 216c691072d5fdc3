# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which traits are over-represented among the best customers.

Nothing here knows of Odoo. Who has a trait is a *mask*: a whole number whose bit k
says whether case k has it, so that counting who has two traits is one "and" and one
count of bits, without a table of cases.
"""

from dataclasses import dataclass, field
from itertools import combinations
from math import exp, lgamma, sqrt

from .metrics import wilson

# Nearly all cases of some values are good ones, and these hold most of what is good:
# such a field is noted with the outcome (as engine/suggest_checks has it).
PURE, PURE_SHARE, PURE_BASE = 0.95, 0.5, 0.6
# What a segment keeps to itself of what it explains; with less it only repeats others.
OWN_SHARE = 0.5
# Terms of a tail smaller than this share of it change nothing.
NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Trait:
    """Something that cases have in common.

    :param key: by which the caller finds it again
    :param source: the field; two values of one field are alternatives
    :param mask: who has it
    """

    key: object
    source: object
    mask: int


@dataclass
class Segment:
    """Cases that share one trait, or two.

    :param keys: of its traits
    :param n: how many cases
    :param good: how many of them are good
    :param rate: their share, and ``low``, ``high``: its 95 % interval
    :param lift: rate over that of all cases
    :param p: chance of so many good ones, or more, if the trait said nothing
    :param q: p corrected for how many were tried
    :param members: segments that say much the same of much the same cases
    """

    keys: tuple
    mask: int
    n: int
    good: int
    rate: float
    low: float
    high: float
    lift: float
    p: float = 1.0
    q: float = 1.0
    members: list = field(default_factory=list)


@dataclass
class Found:
    """What came of a search.

    :param segments: the list, the strongest first
    :param tested: how many segments were large enough to be tried
    :param refused: {source: share of the good cases} that know the outcome
    """

    segments: list
    tested: int
    refused: dict


def make_mask(places):
    """Return the mask of the cases at these places.

    >>> bin(make_mask([0, 2]))
    '0b101'
    """
    places = list(places)
    bits = bytearray(max(places, default=0) // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def chance(hits, size, good, total):
    """Return how likely ``hits`` or more of ``good`` marked cases are among ``size``
    drawn from ``total``: Fisher's exact test, one-sided (R. A. Fisher, "The Logic of
    Inductive Inference", Journal of the Royal Statistical Society 98, 1935).

    >>> round(chance(3, 4, 4, 8), 4)
    0.2429
    """

    def choose(n, k):
        return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)

    first = max(0, size + good - total)
    if hits <= first:
        return 1.0
    last = min(size, good)
    if hits > last:
        return 0.0
    term = exp(
        choose(good, hits) + choose(total - good, size - hits) - choose(total, size)
    )
    tail, k = term, hits
    while k < last:
        term *= (good - k) * (size - k) / ((k + 1) * (total - good - size + k + 1))
        tail += term
        k += 1
        if term < tail * NEGLIGIBLE:
            break
    return min(tail, 1.0)


def correct(chances, tested):
    """Return chances corrected for how many were tried: the share of false ones among
    all that are at most so likely.

    Method: Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate", Journal
    of the Royal Statistical Society B 57, 1995; it holds for tests that depend
    positively on each other (Y. Benjamini, D. Yekutieli, Annals of Statistics 29,
    2001), as those of overlapping traits do.

    :param chances: list of chances
    :param tested: number of tests, those that are not in the list included
    """
    order = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)
    corrected, least = [1.0] * len(chances), 1.0
    for below, place in enumerate(order):
        rank = len(chances) - below
        least = min(least, chances[place] * tested / rank)
        corrected[place] = least
    return corrected


@dataclass(frozen=True)
class Limits:
    """What a segment has to be.

    :param min_n: cases it has at least
    :param min_lift: how many times the rate of all it has at least
    :param false_share: share of the segments that may be there by chance, 0 to 1
    :param refuse_pure: leave out fields that seem to be noted with the outcome
    :param heads: segments in the list at most
    """

    min_n: int = 30
    min_lift: float = 1.5
    false_share: float = 0.05
    refuse_pure: bool = True
    heads: int = 12


def find(traits, good, total, limits=None):
    """Return the :class:`Found` segments, overlapping ones under the strongest.

    :param traits: list of :class:`Trait`
    :param good: mask of the good cases
    :param total: number of cases
    """
    limits = limits or Limits()
    count = good.bit_count()
    if not count or count == total:
        return Found([], 0, {})
    refused = _find_pure(traits, good, total) if limits.refuse_pure else {}
    traits = [
        trait
        for trait in traits
        if trait.source not in refused
        and limits.min_n <= trait.mask.bit_count() < total
    ]
    tested, found = 0, []
    for trait in traits:
        tested += 1
        segment = _make((trait.key,), trait.mask, good, total)
        if segment.lift >= limits.min_lift:
            segment.p = chance(segment.good, segment.n, count, total)
            found.append(segment)
    pairs, more = _find_pairs(traits, good, total, limits)
    found += pairs
    tested += more
    corrected = correct([segment.p for segment in found], tested)
    for segment, q in zip(found, corrected, strict=True):
        segment.q = q
    kept = [segment for segment in found if segment.q <= limits.false_share]
    heads = _gather(kept, good, count / total, limits.heads)
    return Found(heads, tested, refused)


def _make(keys, mask, good, total):
    n, hits = mask.bit_count(), (mask & good).bit_count()
    low, high = wilson(hits, n)
    lift = hits / n / (good.bit_count() / total)
    return Segment(keys, mask, n, hits, hits / n, low, high, lift)


def _find_pairs(traits, good, total, limits):
    """Return ([segments of two traits], how many were large enough).

    Two traits are worth their "and" only when they do better together than each does
    without the other: the largest of the three chances counts.
    """
    count, base = good.bit_count(), good.bit_count() / total
    sizes = {
        trait.key: (trait.mask.bit_count(), (trait.mask & good).bit_count())
        for trait in traits
    }
    tested, found = 0, []
    for one, other in combinations(traits, 2):
        mask = one.mask & other.mask
        n = mask.bit_count()
        if n < limits.min_n:
            continue
        tested += 1
        hits = (mask & good).bit_count()
        rate = hits / n
        halves = [sizes[one.key], sizes[other.key]]
        if rate < limits.min_lift * base or any(
            n == half or rate <= won / half for half, won in halves
        ):
            continue
        segment = _make((one.key, other.key), mask, good, total)
        segment.p = max(
            chance(hits, n, count, total),
            *(chance(hits, n, won, half) for half, won in halves),
        )
        found.append(segment)
    return found, tested


def _find_pure(traits, good, total):
    """Return {source: share of the good cases} of fields that know the outcome."""
    count = good.bit_count()
    if count / total > PURE_BASE:
        return {}
    pure = {}
    for trait in traits:
        n, hits = trait.mask.bit_count(), (trait.mask & good).bit_count()
        if n and hits / n >= PURE:
            pure[trait.source] = pure.get(trait.source, 0) | (trait.mask & good)
    shares = {source: mask.bit_count() / count for source, mask in pure.items()}
    return {source: share for source, share in shares.items() if share >= PURE_SHARE}


def _strength(hits, n, base):
    """Return how far a number of good cases is from what is expected of so many, in
    standard deviations: it weighs how large a segment is against how much better."""
    return (hits - n * base) / sqrt(n * base * (1 - base)) if n else 0.0


def _gather(found, good, base, limit):
    """Return the strongest segments, each with those that mostly repeat it.

    One after the other, the segment is taken that tells most of the cases no earlier
    one has told of. The others join the one they share most cases with.
    """
    rest = sorted(found, key=lambda s: -_strength(s.good, s.n, base))
    heads, covered = [], 0
    while rest and len(heads) < limit:
        best, strength = None, 0.0
        for segment in rest:
            own = segment.mask & ~covered
            hits, n = (own & good).bit_count(), own.bit_count()
            surplus = segment.good - segment.n * base
            value = _strength(hits, n, base)
            if hits - n * base >= OWN_SHARE * surplus and value > strength:
                best, strength = segment, value
        if best is None:
            break
        rest.remove(best)
        heads.append(best)
        covered |= best.mask
    for segment in rest:
        if not heads:
            break
        head = max(heads, key=lambda h: _overlap(h.mask, segment.mask))
        if _overlap(head.mask, segment.mask) > 0:
            head.members.append(segment)
    return heads


def _overlap(mask, other):
    """Return the Jaccard index of two masks: shared cases over those of either."""
    return (mask & other).bit_count() / ((mask | other).bit_count() or 1)
