# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether two groups differ, or only seem to. Plain numbers in and out."""

from math import sqrt

from .metrics import wilson

# Below so many, a share says nothing that could be acted upon.
FEW = 30
MORE, LESS, SAME, TOO_FEW = "more", "less", "same", "few"


def difference(hits, size, other_hits, other_size):
    """Return the 95 % interval of the difference of two shares.

    Method: R. G. Newcombe, "Interval Estimation for the Difference Between
    Independent Proportions", Statistics in Medicine 17, 1998, method 10: from the
    Wilson intervals of both shares, so that it also holds for small shares.

    :return: (lower end, upper end) of share minus other share, -1 to 1
    """
    share, other = hits / size, other_hits / other_size
    low, high = wilson(hits, size)
    other_low, other_high = wilson(other_hits, other_size)
    gap = share - other
    return (
        gap - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        gap + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )


def compare(hits, size, other_hits, other_size):
    """Say how a share compares with another one: more, less, same (chance explains
    the difference) or few (one group is too small to say anything).

    >>> compare(29, 100, 11, 100)
    'more'
    >>> compare(29, 100, 25, 100)
    'same'
    >>> compare(5, 10, 11, 100)
    'few'
    """
    if min(size, other_size) < FEW:
        return TOO_FEW
    low, high = difference(hits, size, other_hits, other_size)
    if low > 0:
        return MORE
    return LESS if high < 0 else SAME
