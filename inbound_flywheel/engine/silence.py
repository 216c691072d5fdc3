# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When somebody who says nothing counts as silent. No environment needed."""

import math
from datetime import datetime, time, timedelta
from typing import NamedTuple

# Somebody who comes twice a year is not lost after three months: so many times the
# usual pause may pass.
RHYTHM_FACTOR = 1.5
# A rhythm shows from so many pauses on.
MIN_INTERVALS = 3


class Silence(NamedTuple):
    """How long somebody may be silent, and what that follows from.

    :param limit: days
    :param standard: days that hold for the company, the persona or the rule
    :param rhythm: median pause of the person in days, None if it is not known
    :param since: from when on the days count
    :param until: from when on the person counts as silent
    """

    limit: int
    standard: int
    rhythm: float | None
    since: datetime
    until: datetime

    def describe(self, now):
        """Return the figures as plain JSON data, as of ``now``."""
        return {
            "silent": max((now - self.since).days, self.limit),
            "limit": self.limit,
            "standard": self.standard,
            "rhythm": self.rhythm and round(self.rhythm, 1),
        }


def measure(since, standard, rhythm=None, still_until=None):
    """Return the :class:`Silence` of a person. The longer of the standard and the own
    rhythm counts; nobody is silent before the day up to which they said they are
    still interested.

    :param since: datetime of the last sign of life
    :param standard: days
    :param rhythm: median pause in days, None if it is not known
    :param still_until: a date, or None
    """
    own = math.ceil(RHYTHM_FACTOR * rhythm) if rhythm else 0
    limit = max(standard, own)
    until = since + timedelta(days=limit)
    if still_until:
        until = max(until, datetime.combine(still_until, time.max))
    return Silence(limit, standard, rhythm, since, until)
