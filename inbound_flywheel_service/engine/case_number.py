# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Numbers of cases as people and programs put them into subjects."""

import re
import unicodedata

# Longest subject that is looked at, and most numbers taken from it.
MAX_SUBJECT = 2000
MAX_NUMBERS = 10

# A number of letters and digits speaks for itself (HT00012, CS/2026/0042) ...
_SPEAKING = re.compile(
    r"(?<![A-Za-z0-9_/-])[A-Za-z]{1,10}[A-Za-z0-9]*(?:[/_-][A-Za-z0-9]+)*(?![A-Za-z0-9])"
)
# ... one of digits alone needs a word or sign before it: #00012, [Ticket 00012].
_MARKED = re.compile(
    r"(?:\#|\[|\b(?:ticket|case|issue|request|incident|no\.?|nr\.?)"
    r"|个案|個案|案件|工单|工單|编号|編號)\s*[:：\#]?\s*(\d{3,})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
# What mail programs put before the subject of an answer.
_REPLY = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|fw|fwd|wg|tr|rv|ticket|case|回复|回覆|答复|答覆|转发|轉寄"
    r"|个案|個案|案件|工单|工單)"
    r"\s*[:：\#]?\s*)+(?![^\W\d_])",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W_]")
_EMPTY = re.compile(r"\[\s*\]|\(\s*\)|（\s*）|\#(?!\w)")


def case_numbers(subject):
    """What may be numbers of cases in ``subject``, upper case, in their order.

    >>> case_numbers("Re: [HT00012] my card")
    ['HT00012']
    >>> case_numbers("AW: Ticket#ht00012 / case 00042")
    ['HT00012', '00042']
    >>> case_numbers("Invoice 2026 for room 12")
    []
    """
    text = unicodedata.normalize("NFKC", (subject or "")[:MAX_SUBJECT])
    found = [
        (match.start(), match.group().upper())
        for match in _SPEAKING.finditer(text.replace("#", " "))
        if sum(char.isdigit() for char in match.group()) >= 3
    ]
    found += [(match.start(1), match.group(1)) for match in _MARKED.finditer(text)]
    return list(dict.fromkeys(number for _start, number in sorted(found)))[:MAX_NUMBERS]


def bare_subject(subject):
    """``subject`` without "Re:", "Fwd:" and numbers of cases.

    >>> bare_subject("Re: AW: [HT00012]")
    ''
    >>> bare_subject("Re: [HT00012] My card")
    'My card'
    """
    text = _MARKED.sub(" ", (subject or "")[:MAX_SUBJECT])
    for number in case_numbers(text):
        text = re.sub(re.escape(number), " ", text, flags=re.IGNORECASE)
    text = " ".join(_EMPTY.sub(" ", _REPLY.sub("", text)).split())
    return text if _LETTER.search(text) else ""
