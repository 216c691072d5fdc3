# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..engine.promises import find_promises

# A Wednesday.
SENT = datetime(2026, 11, 18, 10, 0)

# Sentence, until when (None: "soon", no time is named).
PROMISES = [
    ("I will call you tomorrow.", "2026-11-19 18:00"),
    ("I'll call you tomorrow morning", "2026-11-19 12:00"),
    ("I will call you tomorrow at 10.", "2026-11-19 10:00"),
    ("I will call you at 3 o'clock tomorrow.", "2026-11-19 15:00"),
    ("We will call you on Monday at 9", "2026-11-23 09:00"),
    ("We will send you the card tomorrow at 10 Main Street.", "2026-11-19 18:00"),
    ("We get back to you by Friday.", "2026-11-20 18:00"),
    ("We will get back to you by Friday.", "2026-11-20 18:00"),
    ("We'll get back to you within 24 hours.", "2026-11-19 10:00"),
    ("I am going to check this and will reply by 3 pm today.", "2026-11-18 15:00"),
    ("Our technician will contact you on Monday at 14:30.", "2026-11-23 14:30"),
    (
        "You will receive the replacement card within 5 business days.",
        "2026-11-25 18:00",
    ),
    ("Your money will be refunded in 3-5 working days.", "2026-11-25 18:00"),
    ("The error will be fixed by the end of the week.", "2026-11-20 18:00"),
    ("We shall send you the contract next week.", "2026-11-27 18:00"),
    ("My colleague will call you back in an hour.", "2026-11-18 11:00"),
    ("I'll have it fixed in half an hour.", "2026-11-18 10:30"),
    ("We will ship your order on 25 November.", "2026-11-25 18:00"),
    ("We will ship your order on November 30th.", "2026-11-30 18:00"),
    ("I’ll let you know the day after tomorrow.", "2026-11-20 18:00"),
    ("Someone from our team will be in touch tonight.", "2026-11-18 21:00"),
    ("We will refund you before the end of the month.", "2026-11-30 18:00"),
    ("Let me check with the bank and get back to you tomorrow.", "2026-11-19 18:00"),
    ("You can expect our reply by noon tomorrow.", "2026-11-19 12:00"),
    ("I will personally follow up within two days.", "2026-11-20 18:00"),
    ("We will look into it and get back to you as soon as possible.", None),
    ("We'll be in touch shortly.", None),
    ("明天回复您", "2026-11-19 18:00"),
    ("三天內處理", "2026-11-21 18:00"),
    ("我们会在三个工作日内退款给您。", "2026-11-23 18:00"),
    ("我們將於3-5個工作天內回覆您。", "2026-11-25 18:00"),
    ("客服专人明天下午三点会给您回电。", "2026-11-19 15:00"),
    ("工程師後天上午會與您聯繫。", "2026-11-20 12:00"),
    ("請放心，我們下週一前一定寄出新卡。", "2026-11-23 18:00"),
    ("新卡将于11月25日前寄送到您的地址。", "2026-11-25 18:00"),
    ("我会在24小时内给您答复。", "2026-11-19 10:00"),
    ("今天下班前我會回電給您。", "2026-11-18 18:00"),
    ("十二小時內通知您結果。", "2026-11-18 22:00"),
    ("这个问题本周内会解决。", "2026-11-20 18:00"),
    ("月底前我们会完成维修。", "2026-11-30 18:00"),
    ("半小时内给您打电话。", "2026-11-18 10:30"),
    ("我們會盡快回覆您。", None),
]
NO_PROMISES = [
    "Will you call me tomorrow?",
    "Could you send us the form by Friday?",
    "Please send us a copy of your ID by Friday.",
    "You can call us tomorrow between 9 and 5.",
    "I called you yesterday.",
    "We sent your card two days ago.",
    "We will not be able to refund this before Friday.",
    "We cannot promise that it will be fixed tomorrow.",
    "If you send us the receipt, we will refund you within 3 days.",
    "Once we have received the card, we will send a new one within 5 days.",
    "Your card expires tomorrow.",
    "Our office is closed on Friday.",
    "We will be closed on Monday.",
    "The transfer usually takes 3 to 5 working days.",
    "Thank you for your message of Monday.",
    "I hope you have a nice weekend!",
    "We will always value your loyalty.",
    "How do I reset my password within the app?",
    "Customers who pay within 14 days get 2 % off.",
    "请在三天内回复我们。",
    "麻烦您明天提供对账单。",
    "您明天可以打电话给我们吗？",
    "我们昨天已经回复您了。",
    "款项已于三天前退回。",
    "如果您提供收据，我们会在三天内退款。",
    "收到您的文件後，我們會在五個工作天內處理。",
    "您的卡將於明天到期。",
    "我們週六和週日休息。",
    "明天无法处理您的申请。",
    "請問什麼時候可以處理？",
    "转账一般需要三到五天。",
]


@tagged("post_install", "-at_install")
class TestEnginePromises(BaseCase):
    def test_promises_are_found_with_their_time(self):
        wrong = []
        for sentence, due in PROMISES:
            found = find_promises(sentence, SENT)
            if len(found) != 1:
                wrong.append((sentence, found))
            elif due and found[0].due.strftime("%Y-%m-%d %H:%M") != due:
                wrong.append((sentence, found[0].due))
            elif found[0].vague != (due is None):
                wrong.append((sentence, "vague"))
        self.assertEqual(wrong, [], "A hand-made set, all of it is to be right")

    def test_what_is_no_promise(self):
        wrong = [s for s in NO_PROMISES if find_promises(s, SENT)]
        self.assertEqual(wrong, [])
