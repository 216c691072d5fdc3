# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Difference of two proportions with its interval."""

from math import sqrt

from odoo.addons.inbound_flywheel.engine.metrics import wilson

# Smaller groups say nothing: the interval would span most of the scale.
FEW = 30


def difference(hits, size, control_hits, control_size):
    """Share of one group minus that of another, with its 95 % interval.

    Newcombe, "Interval estimation for the difference between independent proportions:
    comparison of eleven methods", Statistics in Medicine 17, 1998, method 10: from
    Wilson's intervals of both shares.

    :return: (difference, lower, upper), each from -1 to 1, or ``None`` when one of the
        groups is empty
    """
    if not size or not control_size:
        return None
    one, other = hits / size, control_hits / control_size
    low, high = wilson(hits, size)
    control_low, control_high = wilson(control_hits, control_size)
    gap = one - other
    return (
        gap,
        gap - sqrt((one - low) ** 2 + (control_high - other) ** 2),
        gap + sqrt((high - one) ** 2 + (other - control_low) ** 2),
    )
