# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Until when something was promised: the times that sentences name.

All times are those of the listener's clock, without a zone. A day without an hour ends
with the office: a promise "tomorrow" is broken tomorrow evening, not at midnight.
"""

import re
from datetime import date, datetime, time, timedelta

END_OF_DAY = time(18)
PARTS = {"morning": time(12), "afternoon": time(18), "evening": time(21)}
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = (
    "january february march april may june july august september october november"
    " december"
).split()
NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten".split()
    )
} | {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4, "twelve": 12}
HAN = {
    **{han: number for number, han in enumerate("零一二三四五六七八九十")},
    "两": 2,
    "几": 3,
    "数": 3,
}

_NUMBER = r"(?:\d+|a couple of|a few|" + "|".join(NUMBERS) + ")"
_SPAN = re.compile(
    r"\b(?:within|in|during|inside of|not later than)\s+"
    r"(?:the\s+)?(?:next\s+|about\s+)?"
    rf"(?:(half)\s+an\s+|({_NUMBER})\s*(?:(?:to|-|–|or)\s*({_NUMBER}))?[\s-]*)"
    r"(business|working|work|calendar)?\s*(minute|min|hour|day|week|month)s?\b"
)
_DAY = re.compile(
    r"\b(?:(?:by|on|before|until|till|this|coming|next|latest)\s+)*"
    r"(mon|tues|wednes|thurs|fri|satur|sun)day\b"
)
_MONTHS = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in MONTHS)
_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTHS})\b"
    rf"|({_MONTHS})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b)(?:,?\s+(\d{{4}}))?"
)
_NUMERIC = re.compile(r"\b(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4})?)")
_CLOCK = re.compile(
    r"\b(?:at|by|before|until|around)\s+(?:(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\b"
    r"|(\d{1,2}):(\d{2}))|\b(noon|midday)\b"
)
# An hour alone is one only where the clause ends: "at 10 Main Street" is none.
_HOUR = re.compile(
    r"\b(?:at|around)\s+(\d{1,2})(?:\s+o[’']?clock)?"
    r"(?=\s*(?:[,;!?]|\.(?!\d)|$)|\s+(?:today|tomorrow|sharp|on|and)\b)"
)
# Nobody is called at 2 in the morning: hours under this one are of the afternoon.
FIRST_HOUR = 8
_PART = re.compile(r"\b(morning|afternoon|evening|night)\b")

_HAN = r"(?:\d+|[零一二两三四五六七八九十几数]+)"
_HAN_SPAN = re.compile(
    rf"(?:(半)|({_HAN})\s*(?:[-–~至到]\s*({_HAN})\s*)?)"
    r"个?(工作日|工作天|天|日|小时|钟头|分钟|周|星期|礼拜|月)"
    r"(?!前|底|[一二三四五六日号])(?:之内|以内|内|里|之后|以后|后|左右)"
)
_HAN_WEEKDAY = re.compile(r"(下+|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天])")
_HAN_DATE = re.compile(r"(?:(\d{1,2})月)(\d{1,2})[日号]|(?<!\d)(\d{1,2})号")
_HAN_CLOCK = re.compile(
    rf"(早上|上午|中午|下午|傍晚|晚上|今晚|明晚)?({_HAN})[点时](半)?(?!内)|(\d{{1,2}}):(\d{{2}})"
)
_HAN_DAYS = (("大后天", 3), ("后天", 2), ("明", 1), ("今", 0))
_HAN_PARTS = (
    (("早上", "上午", "明早", "中午"), time(12)),
    (("晚上", "今晚", "明晚"), time(21)),
)


def find_due(text, sent, chinese):
    """Return until when ``text`` promises something.

    :param text: one sentence; Chinese in simplified characters
    :param datetime sent: when it was said, on the listener's clock
    :param bool chinese: the language of the sentence
    :return: datetime without a zone, or None: it names no time
    """
    if chinese:
        due = _han_span(text, sent)
        day = None if due else _han_day(text, sent)
        clock = _han_clock(text)
    else:
        text = text.lower()
        due = _span(text, sent)
        day = None if due else _day(text, sent)
        clock = _clock(text)
    if due:
        return due
    if day is None and clock and clock > sent.time():
        day = sent.date()
    if day is None:
        return None
    return datetime.combine(day, clock or END_OF_DAY)


def add_working_days(day, count):
    """Return the date ``count`` days from Monday to Friday after ``day``."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _after(sent, amount, unit, working):
    if unit in ("minute", "min", "分钟"):
        return sent + timedelta(minutes=amount)
    if unit in ("hour", "小时", "钟头"):
        return sent + timedelta(hours=amount)
    if unit in ("week", "周", "星期", "礼拜"):
        day = sent.date() + timedelta(weeks=amount)
    elif unit in ("month", "月"):
        day = sent.date() + timedelta(days=30 * amount)
    elif working:
        day = add_working_days(sent.date(), int(amount))
    else:
        day = sent.date() + timedelta(days=amount)
    return datetime.combine(day, END_OF_DAY)


# ----------------------------------------------------------------------
# English
# ----------------------------------------------------------------------
def _amount(word):
    if word.isdigit():
        return int(word)
    return NUMBERS.get(word) or NUMBERS[word.split()[1]]


def _span(text, sent):
    found = _SPAN.search(text)
    if not found:
        return None
    half, least, most, working, unit = found.groups()
    amount = 0.5 if half else _amount(most or least)
    return _after(sent, amount, unit, working in ("business", "working", "work"))


def _day(text, sent):
    today = sent.date()
    if "day after tomorrow" in text:
        return today + timedelta(days=2)
    if "tomorrow" in text:
        return today + timedelta(days=1)
    if found := _DAY.search(text):
        wanted = next(
            number
            for number, name in enumerate(WEEKDAYS)
            if name.startswith(found.group(1))
        )
        ahead = (wanted - today.weekday()) % 7 or 7
        if "next week" in text and ahead < 7 - today.weekday():
            ahead += 7
        return today + timedelta(days=ahead)
    if found := _DATE.search(text):
        number, month, other, also, year = found.groups()
        names = [name[:3] for name in MONTHS]
        return _date(today, year, names.index((month or other)[:3]) + 1, number or also)
    if found := _NUMERIC.search(text):
        year, month, number, day, of_month, of_year = found.groups()
        return _date(today, year or of_year, month or of_month, number or day)
    if "next week" in text:
        return today + timedelta(days=11 - today.weekday())
    if re.search(r"\b(this week|end of (the|this) week)\b", text):
        return today + timedelta(days=max(4 - today.weekday(), 0))
    if re.search(r"\bend of (the|this) month\b", text):
        return _month_end(today)
    if re.search(
        r"\b(today|tonight|this (morning|afternoon|evening)|eod|cob"
        r"|end of (the |this )?(business )?day)\b",
        text,
    ):
        return today
    return None


def _clock(text):
    if found := _CLOCK.search(text):
        hour, minute, half, full, minutes, noon = found.groups()
        if noon:
            return time(12)
        if full:
            return _time(full, minutes)
        return _time(int(hour) % 12 + (12 if half == "p" else 0), minute)
    if found := _HOUR.search(text):
        hour = int(found.group(1))
        late = hour < FIRST_HOUR or "tonight" in text and hour < 12
        return _time(hour + 12 if late else hour, None)
    if "tonight" in text:
        return PARTS["evening"]
    found = _PART.search(text)
    return PARTS.get(found.group(1)) if found else None


# ----------------------------------------------------------------------
# Chinese
# ----------------------------------------------------------------------
def _han_amount(word):
    if word.isdigit():
        return int(word)
    before, ten, after = word.partition("十")
    if not ten:
        return HAN[word[-1]]
    return HAN.get(before, 1) * 10 + (HAN[after] if after in HAN else 0)


def _han_span(text, sent):
    found = _HAN_SPAN.search(text)
    if not found:
        return None
    half, least, most, unit = found.groups()
    working = unit.startswith("工作")
    amount = 0.5 if half else _han_amount(most or least)
    return _after(sent, amount, unit, working)


def _han_day(text, sent):
    today = sent.date()
    if found := _HAN_WEEKDAY.search(text):
        which, name = found.groups()
        wanted = "一二三四五六日".index(name.replace("天", "日"))
        ahead = wanted - today.weekday()
        if which and which.startswith("下"):
            ahead += 7 * len(which)
        elif ahead <= 0 and not which:
            ahead += 7
        return today + timedelta(days=ahead)
    if found := _HAN_DATE.search(text):
        month, number, alone = found.groups()
        return _date(today, None, month or today.month, number or alone)
    for word, days in _HAN_DAYS:
        if re.search(f"{word}[天日早晚]" if len(word) == 1 else word, text):
            return today + timedelta(days=days)
    if re.search("下(个)?(周|星期|礼拜)", text):
        return today + timedelta(days=11 - today.weekday())
    if re.search("(本|这)(个)?(周|星期|礼拜)", text):
        return today + timedelta(days=max(4 - today.weekday(), 0))
    if "月底" in text:
        return _month_end(today)
    return today if "下班前" in text else None


def _han_clock(text):
    if found := _HAN_CLOCK.search(text):
        part, hour, half, full, minutes = found.groups()
        if full:
            return _time(full, minutes)
        number = _han_amount(hour)
        if part in ("下午", "傍晚", "晚上", "今晚", "明晚") and number < 12:
            number += 12
        return _time(number, 30 if half else 0)
    return next(
        (hour for words, hour in _HAN_PARTS if any(word in text for word in words)),
        None,
    )


# ----------------------------------------------------------------------
# Dates
# ----------------------------------------------------------------------
def _time(hour, minute):
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        return None


def _date(today, year, month, number):
    """A date; without a year the next one of that name. None: there is no such day."""
    try:
        day = date(int(year or today.year), int(month), int(number))
        if not year and day < today:
            day = day.replace(year=today.year + 1)
    except ValueError:
        return None
    return day


def _month_end(today):
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(1)
