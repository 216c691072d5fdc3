# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Arithmetic in working time for many moments at once.

Intervals are fetched in chunks as far as they are needed and summed up once; then a
question costs two binary searches, not a query.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

# Days fetched at a time, and how far from the first question we look at most. A
# calendar that offers no working time within this span is treated as always open.
CHUNK = timedelta(days=56)
CHUNKS = 20

_EPOCH = datetime(1970, 1, 1)


def _seconds(moment):
    return (moment - _EPOCH).total_seconds()


def _moment(seconds):
    return _EPOCH + timedelta(seconds=round(seconds))


class WorkingTime:
    """One calendar.

    :param fetch: function of two datetimes that returns the working intervals
        between them as sorted pairs of datetimes, all in UTC and without zone;
        ``None`` for a calendar that is always open
    """

    def __init__(self, fetch=None):
        self._fetch = fetch
        self._low = self._high = None
        self._starts = []
        self._stops = []
        self._sums = []

    def add(self, moment, seconds):
        """The moment that is ``seconds`` of working time after ``moment``.

        :param float seconds: negative to look back
        """
        moment = moment.replace(microsecond=0)
        if self._fetch is None:
            return moment + timedelta(seconds=round(seconds))
        if seconds < 0:
            return self._subtract(moment, -seconds)
        self._cover(moment, moment)
        for _chunk in range(CHUNKS):
            target = self._at(moment) + seconds
            if self._sums and self._sums[-1] >= target:
                place = bisect_left(self._sums, target)
                if seconds == 0:
                    return self._open_from(moment)
                return _moment(self._stops[place] - (self._sums[place] - target))
            self._cover(moment, self._high + CHUNK)
        return moment + timedelta(seconds=round(seconds))

    def between(self, start, stop):
        """Seconds of working time from ``start`` to ``stop``; 0 if it is before."""
        if stop <= start:
            return 0.0
        if self._fetch is None:
            return (stop - start).total_seconds()
        self._cover(start, stop)
        return self._at(stop) - self._at(start)

    def is_open(self, moment):
        """Whether people work at ``moment``."""
        if self._fetch is None:
            return True
        self._cover(moment, moment)
        place = bisect_right(self._starts, _seconds(moment)) - 1
        return place >= 0 and _seconds(moment) < self._stops[place]

    def _open_from(self, moment):
        """``moment``, or the next opening when it is closed."""
        if self.is_open(moment):
            return moment
        place = bisect_right(self._starts, _seconds(moment))
        return _moment(self._starts[place]) if place < len(self._starts) else moment

    def _subtract(self, moment, seconds):
        self._cover(moment, moment)
        for _chunk in range(CHUNKS):
            target = self._at(moment) - seconds
            if target >= 0:
                place = bisect_left(self._sums, target)
                if place + 1 < len(self._sums) and self._sums[place] == target:
                    # The end of one interval is the start of the next.
                    return _moment(self._starts[place + 1])
                if place < len(self._sums):
                    return _moment(self._stops[place] - (self._sums[place] - target))
            self._cover(self._low - CHUNK, moment)
        return moment - timedelta(seconds=round(seconds))

    def _at(self, moment):
        """Working seconds from the first known moment to this one."""
        stamp = _seconds(moment)
        place = bisect_right(self._starts, stamp) - 1
        if place < 0:
            return 0.0
        return self._sums[place] - max(self._stops[place] - stamp, 0.0)

    def _cover(self, low, high):
        """Fetch what is missing between two moments, and sum it up.

        A chunk more on each side, so that neighbouring moments fetch nothing.
        """
        if self._low is None:
            self._low, self._high = low - CHUNK, high + CHUNK
        elif low < self._low or high > self._high:
            self._low = low - CHUNK if low < self._low else self._low
            self._high = high + CHUNK if high > self._high else self._high
        else:
            return
        self._starts, self._stops, self._sums = [], [], []
        total = 0.0
        for start, stop in self._fetch(self._low, self._high):
            first, last = _seconds(start), _seconds(stop)
            if last <= first:
                continue
            total += last - first
            self._starts.append(first)
            self._stops.append(last)
            self._sums.append(total)
