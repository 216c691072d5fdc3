# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whether an answer only says thank you.

To take a question for thanks loses a customer; to take thanks for a question costs
a look. So every word must be known: one that is not makes it a message that somebody
reads. Quoted text and signatures do not count.
"""

import re

from .tokenizer import fold, plain_text

# Thanks are short: longest text in characters, without quotes and signature.
MAX_LENGTH = 300

_SIGNATURE = re.compile(
    r"^\s*(?:--+\s*$|—\s*$|_{5,}|sent from my\b|get outlook\b|von meinem\b"
    r"|发自我的|發自我的|从我的|從我的|傳送自|寄自我的"
    r"|(?:(?:with\s+)?(?:best|kind|warm|kindest|warmest)\s+(?:regards|wishes)|regards"
    r"|cheers|sincerely(?:\s+yours)?|yours(?:\s+\w+)?|best|br|vg|mfg|rgds"
    r"|此致|敬上|敬祝|順頌.{0,4}|顺颂.{0,4}|祝好|謹上|谨上|祝.{1,6})\s*[,.，。!！~]*\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
# In a signature only this starts a message again.
_POSTSCRIPT = re.compile(
    r"^\s*(?:p\.?\s?p?\.?s\b|附註|附注|備註|备注|又及)", re.I | re.M
)
_GREETING = re.compile(
    r"^\s*(?:(?:hi|hello|hey|dear|good\s+(?:morning|afternoon|evening|day))\b"
    r"(?:[ \t]+(?!thank)[^\W\d_][\w.'-]*){0,4}[ \t]*(?:[,!:.，：！]|$))",
    re.IGNORECASE | re.MULTILINE,
)
_QUESTION = re.compile(r"[?？]|https?://|www\.|\d{3,}")
_CORE = re.compile(
    r"\b(?:thanks?|thank\s+you|thankyou|thx|tks|ty|cheers|appreciate[ds]?|appreciation"
    r"|perfect|great|solved|resolved|works|working|fixed|ok|okay|got\s+it|received)\b"
    r"|谢|感恩|收到|了解|解决了|好了|没问题了|可以了|好的|明白|知道了|辛苦|感激"
)
# Phrases that ask for nothing, though their words could.
_THING = (
    r"(?:(?:the|my|this|our)\s+)?"
    r"(?:issue|problem|case|ticket|card|account|app|it|that|everything|all)"
)
_PHRASES = re.compile(
    rf"\b(?:(?:please\s+(?:feel\s+free\s+to\s+)?|you\s+(?:can|may)\s+|feel\s+free\s+to\s+)"
    rf"close\s+{_THING}|{_THING}\s+(?:can|may)\s+be\s+closed"
    rf"|{_THING}(?:'s|\s+(?:is|are|was|has\s+been|seems|got))?(?:\s+(?:now|all|finally))*"
    r"\s+(?:solved|fixed|resolved|sorted|working|works|gone|fine|good|great|perfect)"
    r"|no\s+(?:more|further|other)\s+(?:questions?|problems?|issues?|help\s+needed)"
    r"|no\s+(?:worries|need\s+to\s+(?:reply|answer))"
    r"|have\s+a\s+(?:\w+\s+)?(?:day|weekend|week|evening|one|holiday)"
    r"|(?:for|all|of|awesome|great|excellent|fantastic|amazing)\s+(?:(?:all|of|the|your|you|quick|kind|great|fast|prompt|swift"
    r"|excellent|patience|and|time|very|helpful|speedy|friendly|detailed|here)\s+)*"
    r"(?:help|support|service|patience|assistance|information|info|feedback|update|efforts?"
    r"|time|explanation|response|reply|answer|message|attention|work|advice|kindness"
    r"|cooperation|understanding|clarification)(?:\s+and\s+(?:help|support|service|patience|assistance"
    r"|time|understanding|advice|kindness))?"
    r"|for\s+(?:helping(?:\s+(?:me|us))?(?:\s+out)?|(?:fixing|solving|sorting|explaining|clarifying|resolving)"
    r"\s+(?:it|this|that)(?:\s+out)?|letting\s+me\s+know|confirming)(?:\s+(?:so\s+)?(?:quickly|fast|promptly))?"
    r"|(?:happy|merry)\s+(?:new\s+year|holidays|weekend|christmas))\b"
)
_WORDS = frozenset(
    """
    a all also always am amazing an and appreciate appreciated appreciates
    appreciation awesome best brilliant cheers clear colleagues correct deeply done
    efficient everyone everything excellent extremely fantastic fast fine fixed for
    friendly glad good got grateful great happy helped helpful highly i i'm i've
    im indeed it its it's just kind kindly lot lots love lovely madam many me
    million mr mrs ms much my nice noted now ok okay patient perfect perfectly
    pleased prompt promptly properly quick quickly quite really received
    resolved right sir so solved sorted super superb swift team terrific thank
    thankful thanks thankyou thx tks ton tons totally truly ty understood very
    was well wonderful worked working works wow yes
    you you're your
    """.split()
)
_AGAIN = re.compile(
    r"\b(?:thanks?|thank\s+you)(?:\s+(?:so|very)\s+much)?\s+(?:once\s+)?again\b"
)
# Words that are known but turn the sense, wherever they stand.
_TURNS = re.compile(r"\b(?:is\s+it|it\s+worked|was\s+working)\b")
# "Thanks Ann": a name right after it.
_NAMED = re.compile(
    r"\b((?:[Mm]any\s+)?[Tt]hanks|[Tt]hank\s+you(?:\s+(?:so|very)\s+much)?)"
    r",?[ \t]+"
    r"(?!Please|You|Can|Could)[A-Z][\w'-]+(?=\s*(?:[,.!\n]|$))"
)
# Chinese, folded to Simplified characters.
_YOU = "(?:你们|您|你|贵公司|客服(?:人员|小姐|先生)?|大家|各位|老师)"
_HELP = (
    "(?:帮助|帮忙|协助|回复|回应|回覆|答复|说明|解答|解释|通知|告知|服务|支持"
    "|指导|建议)"
)
_HAN_KNOWN = re.compile(
    f"(?:非常|十分|万分|衷心|真的|很|太)*(?:感谢|谢谢|多谢|感激)(?:{_YOU})?的?"
    f"(?:耐心|迅速|快速|及时|详细|专业|热心|大力|用心)*的?(?:{_HELP})?(?:了|啦|喔|哦|噢|呀|啊)*"
    "|谢啦|谢了|感恩|感激不尽"
    f"|{_YOU}(?:们)?的?{_HELP}(?:真的)?(?:很|非常|太)(?:好|棒|赞|专业|快)(?:了)?"
    "|(?:我的)?(?:问题)?(?:已经|已|都)?(?:解决|搞定|修好|恢复正常|恢复)了?(?=$|[^\u4e00-\u9fff吗嗎]|谢|感|多|非|太)"
    "|(?:现在)?(?:已经|都|一切)?(?:可以|能)(?:正常)?(?:用|使用|登录|登入|开机|付款|刷卡|打开|收到)?了"
    "|(?:现在)?(?:已经|都)?(?:好|正常)了|一切(?:都)?正常|没(?:有)?问题了?"
    "|(?:我)?(?:已经|已|都)?(?:收到|了解|明白|知道|清楚)了?"
    f"|(?:{_YOU}(?:们)?)?(?:真是|真的)?辛苦(?:{_YOU})?(?:们)?了?"
    "|不(?:用|必)(?:再)?回复|无(?:须|需)回复|(?:可以|请)(?:结案|关闭个案|关闭)了?"
    "|祝(?:您|你|大家)?(?:一切|工作|生活)?(?:愉快|顺利|顺心|好)|(?:周末|假期|新年)(?:愉快|快乐)"
    "|(?:很有|有很大|非常有)帮助|帮(?:助很大|了(?:我)?大忙)"
    f"|(?:您|你|大家)好|{_YOU}|(?:太|真|很)?(?:棒|赞|好|完美|优秀)了?的?|是的|嗯|喔|哦|噢|啦|啊|呀|哈"
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def is_thanks(markup, names=""):
    """Whether a message says thank you, or that all is well, and nothing else.

    :param str markup: body of the message, HTML or plain text
    :param str names: of who wrote it and who is thanked: their words are known, too

    >>> is_thanks("<p>Perfect, thanks a lot!</p><p>Best regards<br>Carl</p>")
    True
    >>> is_thanks("Thanks, but it still fails")
    False
    """
    text = _own_words(plain_text(markup))
    if not text or len(text) > MAX_LENGTH or _QUESTION.search(text):
        return False
    text = fold(text).replace("’", "'")
    names = _WORD.findall(fold(names))
    for name in names:
        if _HAN.search(name):
            text = text.replace(name, " ")
    if not _CORE.search(text):
        return False
    if _TURNS.search(text):
        return False
    return _all_known(_PHRASES.sub(" ", _AGAIN.sub(" ", text)), _WORDS.union(names))


def _own_words(text):
    """``text`` without signature and greeting; all of it if there is a postscript."""
    signature = _SIGNATURE.search(text)
    if signature and not _POSTSCRIPT.search(text[signature.start() :]):
        # "Cheers" or "Best" alone is the message.
        text = text[: signature.start()] or text[: signature.end()]
    text = _GREETING.sub(" ", text.strip(), count=1)
    return _NAMED.sub(r"\1", text).strip()


def _all_known(text, words):
    if _HAN.search(text):
        text = _HAN_KNOWN.sub(" ", text)
        if _HAN.search(text):
            return False
    return all(word in words for word in _WORD.findall(text))
