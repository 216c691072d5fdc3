"""Measuring: interleaved repetitions, and the table of what they gave."""

import dataclasses
import os
import statistics
import time

WARM_UP = 1


@dataclasses.dataclass
class Row:
    """One measurement: what was done at which size, and what it took in seconds.

    :param name: what was measured
    :param size: leads in the database
    :param ours: durations with the flywheel
    :param base: durations of what it is compared with; empty when with nothing
    :param against: name of that
    :param units: things done in one repetition, for a rate
    :param aim: the ratio that is aimed at, or None
    """

    name: str
    size: int
    ours: list
    base: list
    against: str = "core"
    units: int = 0
    aim: float | None = None

    @property
    def ratio(self):
        """The ratio of the best times: what the code costs, without the noise."""
        return min(self.ours) / min(self.base) if self.base else None

    @property
    def median_ratio(self):
        """The median of the ratios of neighbouring repetitions."""
        pairs = zip(self.ours, self.base, strict=True)
        return statistics.median(a / b for a, b in pairs) if self.base else None

    @property
    def spread(self):
        """Half the distance between the quartiles, as a share of the median."""
        low, middle, high = statistics.quantiles(self.ours, n=4)
        return (high - low) / 2 / middle


def measure(*calls, repetitions=7):
    """Time functions in turns, so that noise hits all of them.

    :param calls: functions; one that returns a number has measured itself, in seconds
    :return: a list of durations for each of them
    """
    durations = [[] for _call in calls]
    for repetition in range(WARM_UP + repetitions):
        for call, found in zip(calls, durations, strict=True):
            started = time.perf_counter()
            own = call()
            took = time.perf_counter() - started
            if repetition >= WARM_UP:
                found.append(own if isinstance(own, float) else took)
    return durations


def machine():
    """Return a line on the machine and how busy it is."""
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load}"


HEADER = (
    ("benchmark", 46),
    ("leads", 8),
    ("ours", 10),
    ("base", 10),
    ("ratio", 7),
    ("median", 7),
    ("spread", 7),
    ("growth", 7),
    ("rate", 9),
    ("against", 22),
)


def table(rows):
    """Return the rows as text. Growth: how many times the time at the smallest size."""
    lines = ["".join(f"{title:<{width}}" for title, width in HEADER)]
    smallest = {}
    for row in rows:
        smallest.setdefault((row.name, row.against), row)
    places = {key: place for place, key in enumerate(smallest)}
    for row in sorted(rows, key=lambda row: places[row.name, row.against]):
        first = smallest[row.name, row.against]
        growth = min(row.ours) / min(first.ours)
        cells = [
            row.name,
            f"{row.size:,}",
            milliseconds(row.ours),
            milliseconds(row.base) if row.base else "",
            decimals(row.ratio) + ("!" if row.aim and row.ratio > row.aim else ""),
            decimals(row.median_ratio),
            f"{row.spread:.0%}",
            "" if row is first else decimals(growth),
            f"{row.units / min(row.ours):,.0f}/s" if row.units else "",
            row.against if row.base else "",
        ]
        widths = (width for _title, width in HEADER)
        lines.append("".join(map(str.ljust, cells, widths)))
    lines.append("ratio: of the best times; ! above the aim. ours, base: best times")
    return "\n".join(lines)


def milliseconds(durations):
    """Return the best of some durations as text."""
    return f"{min(durations) * 1000:.1f} ms"


def decimals(number):
    """Return a number with two decimals, empty for None."""
    return "" if number is None else f"{number:.2f}"
