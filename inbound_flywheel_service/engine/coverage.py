# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Demand by weekday and hour against the hours in which somebody works."""

QUARTERS = 4
HOURS = 24
DAYS = 7


def covered_quarters(shifts):
    """Return the quarters of an hour in which somebody works: set of (day, quarter).

    :param shifts: triples (weekday from 0, hour from, hour to), hours as floats
    """
    return {
        (day, quarter)
        for day, start, stop in shifts
        for quarter in range(int(start * QUARTERS), round(stop * QUARTERS))
    }


def heat(demand, covers):
    """Put contacts and working hours together.

    :param demand: tuples (calendar, weekday from 0, quarter of the day, contacts)
    :param dict covers: calendar → set as of :func:`covered_quarters`; None: all hours
    :return: (cells, contacts, uncovered contacts); a cell is a dict with ``day``,
        ``hour``, ``count``, ``uncovered``, ``cover``: share of the hour in which
        somebody of any calendar works
    """
    cells = {
        (day, hour): {"day": day, "hour": hour, "count": 0, "uncovered": 0}
        for day in range(DAYS)
        for hour in range(HOURS)
    }
    for calendar, day, quarter, count in demand:
        cell = cells[day, quarter // QUARTERS]
        cell["count"] += count
        cover = covers.get(calendar)
        if cover is not None and (day, quarter) not in cover:
            cell["uncovered"] += count
    anything = any(cover is None for cover in covers.values()) or not covers
    worked = set().union(*(cover or () for cover in covers.values()))
    for (day, hour), cell in cells.items():
        quarters = range(hour * QUARTERS, (hour + 1) * QUARTERS)
        share = sum((day, quarter) in worked for quarter in quarters) / QUARTERS
        cell["cover"] = 1.0 if anything else share
    total = sum(cell["count"] for cell in cells.values())
    return list(cells.values()), total, sum(c["uncovered"] for c in cells.values())
