# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far two distributions of a trait are apart. Counts in, plain numbers out.

A distribution is {value: how many}; the empty text stands for "not known".
"""

from math import log, sqrt
from statistics import NormalDist

# Below the first nothing has changed, from the second on much has: the limits of
# credit scoring (E. M. Lewis, "An Introduction to Credit Scoring", 1994; N. Siddiqi,
# "Credit Risk Scorecards", 2006).
MODERATE, LARGE = 0.1, 0.25
# Values that fewer have on both sides are taken together.
RARE = 0.05
OTHER = "*"
# Added to every count, so that a value that is new or gone has a logarithm: the
# invariant prior of H. Jeffreys, Proceedings of the Royal Society A 186, 1946.
PRIOR = 0.5


def pool(first, second):
    """Return both distributions with the values that are rare in both as one."""
    sizes = sum(first.values()) or 1, sum(second.values()) or 1
    pooled = {}, {}
    for value in first.keys() | second.keys():
        counts = first.get(value, 0), second.get(value, 0)
        common = any(n / size >= RARE for n, size in zip(counts, sizes, strict=True))
        for side, count in zip(pooled, counts, strict=True):
            key = value if common else OTHER
            side[key] = side.get(key, 0) + count
    return pooled


def psi(first, second):
    """Return the population stability index of two distributions: 0 where they are
    the same.

    It is the symmetric divergence of S. Kullback, R. A. Leibler, "On Information and
    Sufficiency", Annals of Mathematical Statistics 22, 1951, over pooled values.

    >>> round(psi({"a": 50, "b": 50}, {"a": 80, "b": 20}), 2)
    0.41
    """
    first, second = pool(first, second)
    bins = len(first)
    size = sum(first.values()) + PRIOR * bins
    other = sum(second.values()) + PRIOR * bins
    total = 0.0
    for value, count in first.items():
        share = (count + PRIOR) / size
        against = (second[value] + PRIOR) / other
        total += (share - against) * log(share / against)
    return total


def by_chance(first, second, trials=1):
    """Return the index that two samples of one population stay below, 19 times of 20.

    The index times n·m/(n + m) follows the chi-squared distribution with one degree
    of freedom less than there are values: B. Yurdakul, J. Naranjo, "Statistical
    Properties of the Population Stability Index", Journal of Risk Model Validation
    14(4), 2020. Its quantile is that of E. B. Wilson, M. M. Hilferty, Proceedings of
    the National Academy of Sciences 17, 1931.

    :param trials: how many traits are looked at: the bound holds for all of them
        together (C. E. Bonferroni, 1936)
    """
    pooled, other = pool(first, second)
    freedom = len(pooled) - 1
    size, against = sum(pooled.values()), sum(other.values())
    if freedom < 1 or not size or not against:
        return float("inf")
    z = NormalDist().inv_cdf(1 - 0.05 / max(trials, 1))
    part = 2 / (9 * freedom)
    quantile = freedom * (1 - part + z * sqrt(part)) ** 3
    return quantile * (1 / size + 1 / against)


def find_mover(first, second):
    """Return (value, share here, share there) of what has moved most.

    >>> find_mover({"a": 50, "b": 50}, {"a": 80, "b": 10, "c": 10})
    ('b', 0.5, 0.1)
    """
    first, second = pool(first, second)
    sizes = sum(first.values()) or 1, sum(second.values()) or 1
    shares = [
        (value, count / sizes[0], second[value] / sizes[1])
        for value, count in first.items()
    ]
    return max(
        sorted(shares, key=lambda row: row[0]),
        key=lambda row: abs(row[1] - row[2]),
        default=("", 0.0, 0.0),
    )
