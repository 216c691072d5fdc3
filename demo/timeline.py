"""Maps the published months (May 2008 to November 2010) to the last 18 months.

The score forgets half of a touchpoint's points in 30 days, so calls of 2008 would
all be worth nothing. The published line is therefore compressed evenly to
``WORKDAYS`` working days that end on the anchor: order and proportions stay, the
published weekday does not. A load stores its anchor in the database and every later
load reads it there, so nothing ever shifts.
"""

from collections import Counter
from datetime import date, datetime, timedelta, timezone

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun"]
MONTHS += ["jul", "aug", "sep", "oct", "nov", "dec"]
# Eighteen months of five working days a week.
WORKDAYS = 390
OPENS, CLOSES = 9, 17
ANCHOR_PARAMETER = "inbound_flywheel.demo_anchor"


def last_workday_before(day):
    """Return the newest Monday-to-Friday before a day."""
    day -= timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def workdays_before(day, count):
    """Return the working day that lies count working days before a working day."""
    weeks, rest = divmod(count, 5)
    day -= timedelta(weeks=weeks)
    for _step in range(rest):
        day = last_workday_before(day)
    return day


def positions(rows):
    """Return {row number: position} with positions from 0 (oldest) to 1 (newest).

    A row's position is that of its month, plus its place among the month's rows.
    """
    months = [12 * int(row["year"]) + MONTHS.index(row["month"]) for row in rows]
    sizes, seen, first = Counter(months), Counter(), months[0]
    span = months[-1] + 1 - first
    result = {}
    for row, month in zip(rows, months, strict=True):
        within = (seen[month] + 0.5) / sizes[month]
        seen[month] += 1
        result[int(row["row"])] = (month - first + within) / span
    return result


class Timeline:
    """Turns positions into dates and times, in UTC and within office hours.

    :param anchor: a ``date``; position 1 is the end of that working day
    """

    def __init__(self, anchor):
        self.anchor = anchor

    def at(self, position, days_before=0.0):
        """Return the time at a position, or so many working days before it."""
        ago = (1 - position) * WORKDAYS + days_before
        whole = int(ago)
        hours = OPENS + (1 - (ago - whole)) * (CLOSES - OPENS)
        day = workdays_before(self.anchor, whole)
        midnight = datetime(day.year, day.month, day.day)
        return midnight + timedelta(seconds=int(hours * 3600))


def stored_anchor(client, today=None):
    """Return the anchor of the database; the first load sets it.

    :param today: the ``date`` of a first load
    """
    value = client.call("ir.config_parameter", "get_param", key=ANCHOR_PARAMETER)
    if value:
        return date.fromisoformat(value)
    anchor = last_workday_before(today or datetime.now(timezone.utc).date())
    client.call(
        "ir.config_parameter",
        "set_param",
        key=ANCHOR_PARAMETER,
        value=anchor.isoformat(),
    )
    return anchor


def text(moment):
    """Return a time as Odoo writes it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")
