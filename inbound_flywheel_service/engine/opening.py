# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Office hours as people say them: which days have the same hours, in one line."""


def join_hours(attendances):
    """Opening hours of each day of the week.

    :param attendances: iterable of (day of the week 0-6, from, to), hours as numbers
    :return: dict day -> tuple of (from, to), touching ones joined
    """
    days = {}
    for day, start, end in sorted(attendances):
        spans = days.setdefault(day, [])
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return {day: tuple(spans) for day, spans in days.items()}


def group_days(hours):
    """Runs of neighbouring days with the same hours.

    :param dict hours: result of :func:`join_hours`
    :return: list of (first day, last day, hours), by day
    """
    groups = []
    for day in sorted(hours):
        if groups and groups[-1][1] == day - 1 and groups[-1][2] == hours[day]:
            groups[-1] = (groups[-1][0], day, hours[day])
        else:
            groups.append((day, day, hours[day]))
    return groups


def clock(hour):
    """13.5 as "13:30"; the end of the day is "24:00"."""
    minutes = round(hour * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def zone_name(offset):
    """A distance from UTC as text: "UTC+8", "UTC-3:30", "UTC".

    :param datetime.timedelta offset: what a time zone adds to UTC
    """
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")
