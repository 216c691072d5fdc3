# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words by which customers say that it is urgent, or that they are upset.

Deliberately few: words that hardly mean anything else. "Not urgent" and 不急 are no
urgency, nor is "not upset" anger.
"""

import re

from .matching import compile_words
from .tokenizer import fold

_URGENT = """
urgent
urgently
asap
as soon as possible
immediately
emergency
time critical
deadline is today
production is down
紧急
十万火急
火急
马上
立刻
立即
急用
很急
急需
尽快
赶快
加急
救急
"""

_UPSET = """
unacceptable
furious
angry
so upset
very upset
i am upset
i'm upset
outrageous
outraged
ridiculous
disgusted
disgusting
disgraceful
appalling
fed up
sick of
sick and tired
worst service
worst company
terrible service
horrible service
awful service
extremely disappointed
very disappointed
absolutely disappointed
lawyer
legal action
never again
waste of my time
rip-off
ripoff
last straw
how dare you
太差
太过分
太离谱
离谱
差劲
气死
生气
愤怒
火大
忍无可忍
不能接受
无法接受
难以接受
投诉你们
要投诉
要客诉
消保官
消费者协会
消协
消基会
律师
骗子
骗人
欺骗
失望透顶
非常失望
很失望
不耐烦
"""

URGENT = compile_words(_URGENT)
UPSET = compile_words(_UPSET)
SHOWN = 4
# What takes the sense back, right before the word.
_NOT = re.compile(
    r"(?:\b(?:not|no|isn't|isnt|non|never|without|nothing)(?:\s+\w+){0,2}\s*[-,]?\s*"
    r"|(?:不是|并不|并非|没有|不用|不必|不需|不需要|无需|不会|没|不|别)[很太这么那]?)$"
)
_LOOK_BACK = 24


def urgent_words(text):
    """The words of a plain text that say that it is urgent."""
    return _find(URGENT, text)


def upset_words(text):
    """The words of a plain text that say that its writer is upset."""
    return _find(UPSET, text)


def _find(compiled, text):
    folded = fold(text)
    found = []
    for word, pattern in compiled:
        if any(
            not _NOT.search(folded[max(match.start() - _LOOK_BACK, 0) : match.start()])
            for match in pattern.finditer(folded)
        ):
            found.append(word)
    # "urgently" holds "urgent": whole words keep them apart, phrases need not be said
    # twice.
    return [w for w in found if not any(w != o and w in o for o in found)][:SHOWN]
