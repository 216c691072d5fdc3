# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Working time between two moments, for many cases at once."""

from bisect import bisect_right
from itertools import accumulate


class WorkTime:
    """The working time of a calendar, summed once and looked up often.

    :param intervals: pairs (start, stop) of datetimes, in order, not overlapping
    """

    def __init__(self, intervals):
        self.starts = [start for start, _stop in intervals]
        self.lengths = [(stop - start).total_seconds() for start, stop in intervals]
        self.before = [0.0, *accumulate(self.lengths)]

    def _until(self, moment):
        place = bisect_right(self.starts, moment) - 1
        if place < 0:
            return 0.0
        running = (moment - self.starts[place]).total_seconds()
        return self.before[place] + min(running, self.lengths[place])

    def hours(self, start, stop):
        """Return the working hours from ``start`` to ``stop``, 0 if it is earlier."""
        return max(self._until(stop) - self._until(start), 0.0) / 3600
