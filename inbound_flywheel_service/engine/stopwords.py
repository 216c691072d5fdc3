# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words that say nothing about what a question is about.

Courtesies are no part of a question. Function words (English: of Snowball's stop
list; Chinese: particles, pronouns, common verbs, in Simplified characters) are:
"how" and "where", "not" and "no" tell questions apart. Without them one in fifty
questions of Banking77 finds a worse match. But they are no reason to show somebody.
"""

COURTESIES = frozenset(
    "dear good greetings hello hey hi morning evening afternoon regards thank thanks"
    " please kind best sincerely 你好 您好 谢谢 请问 您 请".split()
)

ENGLISH = frozenset(
    """
    a about after again all also am an and any are as at be because been before being
    but by can could did do does doing don down for from get got had has have having he
    her here him his how i if in into is isn it its just let me more most my no nor not
    now of off on once one only or other our out over own please s same she should so
    some still such t than that the their them then there these they this those through
    to too under until up us ve very was we were what when where which while who why
    will with would you your
    aren couldn didn doesn hadn hasn haven isn ll re shouldn wasn weren wouldn
    """.split()
)

# A pair of characters with one of these crosses the border of two words.
PARTICLES = frozenset("的了是我你您他她吗呢吧啊么着们这那")

CHINESE = frozenset(
    "的 了 是 我 你 您 他 她 们 在 吗 呢 吧 啊 么 怎 请 问 什 为 可 以 要 会 和 就 都"
    " 也 不 有 这 那 个 把 被 给 让 到 上 下 很 还 没 好 想 能 及 或 与 对 从 着"
    " 你好 您好 谢谢 请问 怎么 什么 为什 可以 怎样 没有 还没 如何 一个 现在 如果 因为"
    " 不能 不是 可是 但是".split()
)


def is_reason(word):
    """Whether a folded word, or pair of characters, tells why two texts are alike."""
    if len(word) < 2 or word in COURTESIES:
        return False
    if word.isascii():
        return word not in ENGLISH
    return word not in CHINESE and PARTICLES.isdisjoint(word)
