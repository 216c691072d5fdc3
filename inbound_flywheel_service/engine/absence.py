# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Until when the writer of an out-of-office message is away."""

import re
from datetime import date, timedelta

# Characters of a message that are looked at; absences longer than this are typos.
MAX_TEXT = 3000
MAX_DAYS = 366

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero",
            "february feb februar février febrero",
            "march mar märz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sep sept septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})",
    r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})",
    r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<y>\d{4}))?",
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:(?:of|de)\s+)?(?P<n>{_NAMES})\b\.?"
    r"(?:,?\s+(?P<y>\d{4}))?",
    rf"(?P<n>{_NAMES})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>\d{{4}}))?",
    # Day and month are told apart where one of them is above 12.
    r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y>\d{4}))?",
)
# Words that come before the last day away, and those before the first day back.
_AWAY = (
    r"until|till|thru|through|to|bis(?:\s+zum)?|jusqu['’]au|hasta(?:\s+el)?|至|到|直到"
)
_BACK = (
    r"back|return(?:ing)?|available\s+again|zurück|wieder|retour|regres\w+"
    r"|返回|返崗|返岗|回來|回来|恢复|恢復|上班"
)
_FILLER = (
    r"[\s,:(]*(?:(?:in|to|the|office|on|am|ab|le|el|from|by|at|work|\w+day|\w+tag)\b"
    r"[\s,.]*){0,5}"
)
_BEFORE = re.compile(
    rf"(?:(?P<back>\b(?:{_BACK})|{_BACK})|(?P<away>\b(?:{_AWAY})\b|[至到~]))"
    rf"{_FILLER}$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"^\s*(?:日|号|號)?\s*(?:返|回|恢|上班|正常)", re.IGNORECASE)


def absent_until(text, today):
    """The last day on which the writer is away, None when the text does not say.

    Dates need a word such as "until" or "back on" before them: a message of absence
    names other dates, too. A date without a year is the next one to come.

    :param str text: subject and body, plain
    :param datetime.date today: the day on which the message came in
    """
    text = (text or "")[:MAX_TEXT]
    ends = []
    for pattern in _DATES:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            sense = _sense(text, match)
            day = sense and _day(match.groupdict(), today)
            if not day:
                continue
            if sense == "back":
                day -= timedelta(days=1)
            if today <= day <= today + timedelta(days=MAX_DAYS):
                ends.append((match.start(), day))
        if ends:
            # The first form that fits: the others would read parts of it.
            return max(day for _start, day in ends)
    return None


def _sense(text, match):
    """ "back" or "away", by what stands around a date; "" for other dates."""
    if _AFTER.match(text[match.end() : match.end() + 10]):
        return "back"
    before = _BEFORE.search(text[max(match.start() - 60, 0) : match.start()])
    if not before:
        return ""
    return "back" if before.group("back") else "away"


def _day(parts, today):
    """The date that ``parts`` of a match name, or None."""
    month, number = parts.get("m"), parts.get("d")
    if parts.get("n"):
        month = _MONTHS[parts["n"].lower()]
    if parts.get("a"):
        number, month = parts["a"], parts["b"]
        if int(month) > 12:
            number, month = month, number
        elif int(number) <= 12 and number != month:
            return None
    years = [int(parts["y"])] if parts.get("y") else [today.year, today.year + 1]
    for year in years:
        try:
            day = date(year, int(month), int(number))
        except ValueError:
            continue
        if parts.get("y") or day >= today:
            return day
    return None
