# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forward decay: a score that falls with time although nobody writes it.

Method: G. Cormode, V. Shkapenyuk, D. Srivastava, B. Xu, "Forward Decay: A
Practical Time Decay Model for Streaming Systems", ICDE 2009. With the half-life H
and a fixed landmark L, points p earned at t are stored as the momentum
``p * 2 ** ((t - L) / H)``. Momentum only changes when something happens; its worth
at any instant is ``momentum * 2 ** (-(now - L) / H)``.
"""

from datetime import datetime
from typing import NamedTuple

# A float8 holds 2**±1022. Beyond this many half-lives from the landmark a new
# landmark is due, long before anything could overflow.
MAX_HALF_LIVES = 400
# Events further than this many half-lives from the landmark count as if they were
# there (future), or are worth nothing (past): sums stay far from overflow.
MAX_EXPONENT = 900.0

EPOCH = datetime(1970, 1, 1)


def epoch(moment):
    """Return a naive UTC datetime as seconds since the epoch."""
    return (moment - EPOCH).total_seconds()


class Decay(NamedTuple):
    """How a score decays.

    :param half_life: seconds until points are worth half; 0 means no decay
    :param landmark: the fixed instant L, in seconds since the epoch (UTC)
    """

    half_life: float
    landmark: float

    def growth(self, timestamp):
        """Return the momentum of one point earned at ``timestamp`` (epoch seconds).

        Points that lie more than ``MAX_EXPONENT`` half-lives before the landmark are
        worth nothing and yield 0.0.
        """
        if not self.half_life:
            return 1.0
        exponent = (timestamp - self.landmark) / self.half_life
        return 2.0 ** min(exponent, MAX_EXPONENT) if exponent > -MAX_EXPONENT else 0.0

    def worth(self, timestamp):
        """Return what momentum 1.0 is worth at ``timestamp`` (epoch seconds).

        Never 0, however far the landmark: thresholds are divided by it.
        """
        if not self.half_life:
            return 1.0
        exponent = (timestamp - self.landmark) / self.half_life
        return 2.0 ** -max(-MAX_EXPONENT, min(exponent, MAX_EXPONENT))

    def shift(self, timestamp):
        """Return the landmark that is due at ``timestamp`` (epoch seconds).

        It moves by whole half-lives, so every momentum changes by a power of two and
        loses not a single bit.
        """
        if not self.half_life:
            return self.landmark
        steps = int((timestamp - self.landmark) // self.half_life)
        return self.landmark + steps * self.half_life

    def needs_shift(self, timestamp):
        """Tell whether ``timestamp`` is too far from the landmark for comfort."""
        if not self.half_life:
            return False
        return abs(timestamp - self.landmark) / self.half_life > MAX_HALF_LIVES
