# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time

from odoo.tests import BaseCase, tagged

from ..engine.thanks import is_thanks

# Answers that ask for nothing, in English, Traditional and Simplified Chinese ...
THANKS = [
    "Thanks!",
    "Thank you.",
    "Thank you very much for your help",
    "Thanks a lot, it works now",
    "Perfect, thanks",
    "Great, thank you so much!",
    "OK thanks",
    "Many thanks for the quick reply",
    "Got it, thanks.",
    "Thanks, problem solved.",
    "thx",
    "Thank you, you can close the case.",
    "Thanks, please close the ticket",
    "Works perfectly now, thanks a million!",
    "That fixed it. Thanks!",
    "Awesome support, thank you!",
    (
        "Hi Ann,\n\nthank you for your help, everything is "
        "working.\n\nBest regards\nCarl Customer\n+886 912 34"
        "5 678"
    ),
    "Dear Ms Lee,\nthanks for the information.\nKind regards,\nCarl",
    "Thanks\n\nSent from my iPhone",
    (
        "Thanks!\n\nOn Mon, 3 Nov 2025 at 10:00, Cards <car"
        "ds@x.example> wrote:\n> Did you try to reboot?\n> "
        "Regards"
    ),
    "<p>Thank you!</p><blockquote>Is it solved?</blockquote>",
    (
        '<div>Thanks, all good now.</div><div class="gmai'
        'l_quote">On Mon ... wrote: what about?</div>'
    ),
    "Cheers, appreciate your help",
    "I really appreciate it. Have a nice day!",
    "Thank you for your patience and support",
    "It's resolved, thank you all",
    "Very helpful, thanks",
    "Understood, thank you",
    "Thanks again!",
    "Received, thanks",
    "Thank you. No further questions.",
    "Thanks Ann",
    "謝謝",
    "謝謝您的幫忙！",
    "感謝協助，問題已解決",
    "好的，謝謝",
    "收到，謝謝您",
    "非常感謝您的回覆",
    "了解，感謝",
    "謝謝，已經可以了",
    "太感謝了，辛苦了！",
    "您好，謝謝您的說明，我知道了。",
    "謝謝\n\n-- \n王小明\n0912345678",
    "谢谢",
    "谢谢你的帮助",
    "收到了，谢谢！",
    "好的，明白了，谢谢",
    "问题解决了，非常感谢",
    "已解决，谢谢客服",
    "辛苦了，谢谢",
    "感谢您的耐心解答",
    "太好了，可以用了，多谢！",
    "谢谢\n\n发自我的iPhone",
    "收到",
    "好的 謝謝您 祝您生活愉快",
    "可以登入了，謝謝你們",
    "Thank you!!! 😊👍",
    "Thanks for sorting this out so quickly",
    "Thanks once again!",
    "Thank you Ann!",
    "Thank you for your quick reply and help.",
    "Thanks for letting me know",
    "Thank you, my card is working now.",
    "The issue has been resolved. Thank you!",
    "Thanks, it's all good now",
    "Thanks for the clarification",
    "Many thanks for your support. Have a great weekend!",
    "It's fixed, thank you so much",
    "thanks for helping me out so quickly",
    "谢谢您的耐心解答，问题已经解决了",
    "謝謝，現在可以正常使用了",
    "謝謝你們的協助，服務很好",
    "沒問題了，謝謝",
    "已經收到了，感謝您",
    "谢谢，已修好",
    "好了，谢谢啦",
    "謝謝！！",
    "感恩",
    "感谢客服的帮助",
]
# ... and answers that somebody must read, though they say thanks, too.
REQUESTS = [
    "Thanks, but it still does not work",
    "Thank you. When will it arrive?",
    "Thanks. Can you also send the invoice",
    "Thanks in advance",
    "Thank you for looking into this, my order is 4711",
    "Thanks, the card arrived damaged",
    "Thanks for nothing",
    "Thanks, I will wait for the refund",
    "It works now but the app crashes",
    "Thank you, please send me a copy",
    "Thanks, and how do I change the PIN",
    "Thanks. One more thing: my address changed",
    "Thanks. My new address is Main St 5",
    "Still not working, thanks",
    "No thanks, I want my money back",
    "Thank you\nBest regards\nCarl\nPS: my second card is blocked too",
    "Is it fixed?",
    "Thanks, could you call me",
    "Please help",
    "It worked yesterday",
    "Not solved",
    "Thank you, let me know",
    "Thanks, let me know the update",
    "Great, another one broken",
    "Great service you have there, not",
    "Thanks, same problem again",
    "Thanks - see attachment",
    "Ann, thanks, what about the fee",
    "Thanks, are you sure",
    "Thanks for your reply. However I don't agree.",
    "Thank you for your mail, I need an answer today",
    "I would appreciate your help",
    "I would appreciate an answer",
    "Thank you for calling me back today",
    "Kindly confirm the update, thanks",
    "I have this issue again. Thanks",
    "Thanks, did you confirm my case",
    "Please confirm, thanks",
    "謝謝，但是還是不行",
    "謝謝，請問何時會收到？",
    "感謝，另外想請教發票問題",
    "謝謝，可以再寄一次嗎",
    "收到，但金額不對",
    "问题还没解决，谢谢",
    "谢谢，请尽快处理",
    "谢谢，我的卡还是不能用",
    "麻烦你了，请帮我查一下",
    "好的，那什么时候能修好",
    "谢谢，卡片已收到，密码呢",
    "沒有收到，謝謝",
    "感謝您，請協助退款",
    "问题解决了吗",
    "可以了吗",
    "谢谢 订单号12345678",
    "我的问题是登录不了 谢谢",
    "麻烦客服处理，谢谢",
    "有问题，谢谢",
    "請協助處理，謝謝",
    "請回覆，謝謝",
    "麻煩您協助，謝謝",
    "需要幫忙，謝謝",
    "不好，謝謝",
    "未收到，感謝",
    "请回复谢谢",
    "处理了吗，谢谢",
    "my card is not working, thanks for your help",
    "I have a problem with my card. Thanks for the help",
    "Thanks for your help with my card problem",
    "Help! Thanks",
    "Thank you for fixing the problem with my card, it is a great help to us",
    "Issue with the service today, thanks",
    "the problem is still there, thank you",
    "協助處理，謝謝",
    "帮助我，谢谢",
    "麻烦您了，谢谢",
    "我的卡没有收到 谢谢",
    "可以用吗 谢谢",
    "谢谢，不能用",
    "还没收到，谢谢",
    "已经收到了吗？谢谢",
    "请解决，谢谢",
    "解决了吗谢谢",
    "没有解决谢谢",
    "谢谢，没收到",
    "thank you card",
    "card, thanks",
    "Thanks please call",
    "Thanks. Urgent",
    "Thanks Refund now",
    "My account is not working, thanks",
    "Help thanks",
    "help me thanks",
    "Thanks, all of my cards",
    "thanks, is it working",
    "Thank you, it works for me but my wife",
    "Thank you. The card is good for what",
    "I want support, thanks",
    "Appreciate your help in checking my balance",
    "appreciate your help",
    "Appreciate your reply",
    "Looking forward to your reply, thanks",
    "Awaiting your reply. Thanks",
    "thanks for your reply soon",
    "何時可以解決，謝謝",
    "問題，謝謝",
    "没好 谢谢",
    "不可以用了，谢谢",
    "不能登入了，謝謝",
    "收到错误信息，谢谢",
    "我知道了错误，谢谢",
]


@tagged("post_install", "-at_install")
class TestThanks(BaseCase):
    def test_no_request_is_taken_for_thanks(self):
        for text in REQUESTS:
            with self.subTest(text=text):
                self.assertFalse(is_thanks(text))

    def test_most_thanks_are_recognised(self):
        """One that is not costs a look; nineteen of twenty are."""
        found = [text for text in THANKS if is_thanks(text)]
        self.assertGreaterEqual(len(found), 0.95 * len(THANKS))

    def test_markup_quotes_and_signatures_do_not_count(self):
        for text in (
            "<p>Thanks!</p><blockquote>Can you send it again?</blockquote>",
            "<p>謝謝！</p><p>-- <br>王小明 0912345678</p>",
            "<div>Perfect, thank you</div><div>Best regards</div><div>Carl, Ltd.</div>",
        ):
            self.assertTrue(is_thanks(text), text)
        self.assertFalse(is_thanks("Thanks\n\nBest regards\nCarl\nPS: and my PIN"))

    def test_names_of_the_writer_are_known(self):
        self.assertTrue(is_thanks("Thank you!\n\nZoe", "Zoe Lin <zoe@x.example>"))
        self.assertTrue(is_thanks("謝謝您\n王小明", "王小明 <wang@x.example>"))
        self.assertFalse(is_thanks("Thank you!\n\nRefund", "Zoe Lin"))
        self.assertFalse(is_thanks("Zoe Lin", "Zoe Lin"))

    def test_nothing_and_too_much(self):
        for text in ("", None, "   ", "<p><br></p>", "!!!", "🙏", "thanks " * 200):
            self.assertFalse(is_thanks(text))

    def test_hostile_text_takes_no_time(self):
        start = time.time()
        for part in ("thank you for the ", "> ", "在", "非常", "a-", "for all of the "):
            is_thanks(part * 100_000)
            is_thanks((part * 300)[:290])
        self.assertLess(time.time() - start, 5)
