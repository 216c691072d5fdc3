# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import BaseCase, tagged

from ..engine.text_language import detect
from ..engine.urgency import upset_words, urgent_words


@tagged("post_install", "-at_install")
class TestEngineTextLanguage(BaseCase):
    def test_languages(self):
        for code, text in (
            ("en", "I still have not got my card"),
            ("de", "Wo ist meine Karte? Ich habe sie nicht erhalten"),
            ("es", "¿Dónde está mi tarjeta? No la he recibido"),
            ("fr", "Je n'ai pas reçu ma carte"),
            ("zh_TW", "我的信用卡還沒有收到"),
            ("zh_CN", "我的信用卡还没收到 iPhone app login error code"),
            ("ja", "カードが届きません"),
            ("ko", "카드가 아직 오지 않았습니다"),
            ("ru", "где моя карта"),
            ("zh", "退款"),
        ):
            self.assertEqual(detect(text), code, text)

    def test_unsure_is_no_guess(self):
        for text in ("", None, "???", "12345", "Card stolen", "\x00", "no"):
            self.assertEqual(detect(text), "", text)

    def test_urgent(self):
        for text in ("This is URGENT!", "please answer asap", "緊急：請馬上處理"):
            self.assertTrue(urgent_words(text), text)
        for text in (
            "not urgent at all",
            "This is not really urgent",
            "這個不急",
            "不用马上处理",
            "I bought insurgent comics",
            "",
        ):
            self.assertFalse(urgent_words(text), text)

    def test_upset(self):
        for text in (
            "This is unacceptable, I am fed up",
            "你們服務太差了，我要投訴",
            "I will talk to my lawyer",
        ):
            self.assertTrue(upset_words(text), text)
        for text in ("I'm not very disappointed", "Thank you!", "谢谢，很满意"):
            self.assertFalse(upset_words(text), text)
