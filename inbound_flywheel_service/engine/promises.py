# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Promises in what agents write: "I will call you tomorrow", "三天內處理".

Rules of language, no model: a sentence is taken for a promise if somebody of ours says
that something will be done, and when, or soon. Questions, refusals, conditions on the
customer, requests to him, reports of what was done and quoted mails are none. What is
found is proposed; a person decides.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from .promise_dates import END_OF_DAY, add_working_days, find_due
from .tokenizer import fold, plain_text

# "Soon" is taken for this many working days.
SOON_DAYS = 2
LONGEST = 240

_SENTENCES = re.compile(r"(?<=[.!?])(?=\s)|(?<=[。！？；])|\n")
_HAN = re.compile("[\u4e00-\u9fff]")

_ACTION = (
    r"(?:(?:call|ring|phone|contact|reply|respond|answer|write|email|e-mail|mail|text"
    r"|send|ship|deliver|dispatch|post|refund|credit|reimburse|fix|repair|resolve|solve"
    r"|handle|process|check|investigate|inform|update|notify|provide|replace|finish"
    r"|complete|forward|escalate|return|schedule|arrange|issue|transfer|review|prepare"
    r"|confirm|unlock|reset|cancel|correct|clarify|tell|give|get|have|follow|reach|look"
    r"|let|take care|sort|come back|keep you|be in touch|be able to)\b)"
)
_DONE = (
    r"(?:called|contacted|answered|sent|shipped|delivered|dispatched|refunded|credited"
    r"|fixed|repaired|resolved|solved|handled|processed|checked|replaced|finished"
    r"|completed|forwarded|issued|transferred|reviewed|unlocked|reset|cancelled"
    r"|corrected|reimbursed|paid out|informed|notified|ready|available)"
)
_WHO = (
    r"(?:i|we|they|he|she|(?:our|my|the|a|one of our|one of my)\s+(?:\w+\s+)?"
    r"(?:team|colleagues?|specialists?|engineers?|technicians?|manager|department"
    r"|support|experts?)|some(?:one|body))"
)
_WILL = (
    r"(?:will|'ll|shall|am going to|are going to|is going to|'m going to"
    r"|'re going to|promise to|commit to)"
)
_BETWEEN = r"(?:\s+(?!not\b|never\b)[\w'-]+(?:\s+to)?){0,3}?"
_PROMISES = [
    re.compile(rf"\b{_WHO}\s*{_WILL}{_BETWEEN}\s+{_ACTION}"),
    re.compile(r"\b(?:i|we) (?:get|come) back to you\b"),
    re.compile(rf"\blet me\s+{_ACTION}.*\b(?:get back|come back|let you know)\b"),
    re.compile(rf"\byou\s*{_WILL}{_BETWEEN}\s+(?:receive|get|hear|have)\b"),
    re.compile(rf"\b{_WILL}\s+(?:\w+\s+)?be\s+(?:\w+\s+)?{_DONE}\b"),
    re.compile(
        r"\b(?:you can )?expect (?:a|an|our|the|your)\b.*\b(?:call|reply|answer"
        r"|response|refund|replacement|update)\b"
    ),
]
_REFUSAL = re.compile(
    r"\b(?:will not|won't|shall not|cannot|can't|unable|not be able|never|no longer)\b"
)
_CONDITION = re.compile(
    r"\b(?:if|once|when|after|unless|until|in case|provided|as soon as)\s+(?:that\s+)?"
    r"(?:you|your|we (?:have |get|receive|hear)|it is received|the customer)\b"
)
_PAST = re.compile(r"\b(?:yesterday|last (?:week|month|year)|ago)\b")
_SOON = re.compile(
    r"\b(?:soon|shortly|as soon as possible|asap|right away|immediately|at once)\b"
)

_HAN_ACTION = (
    "(?:回[复覆电应信]|答[复覆]|致电|来电给|联[系络]|打(?:个)?电话|通话|处理|解决|修[复好]|维修"
    "|退[款回还费]|寄[出送给]|发[货出送给]|出货|送[达到货]|提供|通知|告知|更[新换正]|补[发寄]"
    "|安排|查[明清核]|核实|确认|完成|跟进|答应|给您|给你|向您|与您|和您|办[理好妥]|到账|入账|赔偿)"
)
_HAN_WE = (
    "(?:我们|我方|我司|我|本行|本公司|敝司|客服|专人|同事|工程师|技术人员|团队|经理)"
)
_HAN_WILL = re.compile(f"{_HAN_WE}.{{0,14}}?(?:会|将|一定|必定|保证|承诺|答应)")
_HAN_ACT = re.compile(_HAN_ACTION)
_HAN_REFUSAL = re.compile("不[会能可]|无法|没有?办法|未能|恕难|暂不|不便")
_HAN_CONDITION = re.compile(
    "如果|若[您你是有]?|假如|要是|一旦|收到(?:您|你).{0,14}[后,，]|等[您你]|待[您你]"
)
_HAN_PAST = re.compile(
    "已[经于在]?|昨[天日]|前[天日]|上(?:个)?(?:周|星期|礼拜|月)|刚才|刚刚"
)
_HAN_REQUEST = re.compile(
    "请(?!放心|稍|耐心|谅|见谅|知悉)|麻烦[您你]|烦请|[您你](?:可以|需要|必须|应该|要|得)"
)
_HAN_QUESTION = re.compile("[吗呢？?]|是否|能否|可否|什么时候")
_HAN_SOON = re.compile("尽快|尽速|尽早|马上|立即|立刻|稍后|第一时间")
_HAN_CLAUSE = re.compile("[，,、；]")


@dataclass(frozen=True)
class Promise:
    """A promise that somebody made.

    :param text: the sentence
    :param due: until when, on the customer's clock
    :param vague: it names no time: "soon" was taken for two working days
    """

    text: str
    due: datetime
    vague: bool


def find_promises(text, sent):
    """Return the promises of a message, in its order, each due time once.

    :param str text: plain text or markup, English or Chinese of either script;
        quoted history does not count
    :param datetime sent: when it was sent, on the customer's clock, without a zone
    """
    found = {}
    for sentence in _sentences(text):
        promise = _judge(sentence, sent)
        if promise:
            found.setdefault((promise.due, promise.vague), promise)
    return list(found.values())


def _sentences(text):
    written = plain_text(text).replace("\u2019", "'")
    for sentence in _SENTENCES.split(written):
        if sentence := " ".join(sentence.split()):
            yield sentence


def _judge(sentence, sent):
    chinese = bool(_HAN.search(sentence))
    words = fold(sentence)
    if not (_han_promises(words) if chinese else _promises(words)):
        return None
    due = find_due(words, sent, chinese)
    vague = due is None
    if vague:
        if not (_HAN_SOON if chinese else _SOON).search(words):
            return None
        day = add_working_days(sent.date(), SOON_DAYS)
        due = datetime.combine(day, END_OF_DAY)
    if due <= sent:
        return None
    return Promise(sentence[:LONGEST], due, vague)


def _promises(words):
    if words.endswith("?") or _REFUSAL.search(words) or _PAST.search(words):
        return False
    if _CONDITION.search(words):
        return False
    return any(pattern.search(words) for pattern in _PROMISES)


def _han_promises(words):
    if _HAN_QUESTION.search(words) or _HAN_CONDITION.search(words):
        return False
    for clause in _HAN_CLAUSE.split(words):
        if not _HAN_ACT.search(clause) or _HAN_PAST.search(clause):
            continue
        if _HAN_REFUSAL.search(clause):
            continue
        if _HAN_WILL.search(clause) or not _HAN_REQUEST.search(clause):
            return True
    return False
