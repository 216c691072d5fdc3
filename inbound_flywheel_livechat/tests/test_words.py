# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import BaseCase

from ..engine.words import asks_for_person, read_day, read_number


class TestWords(BaseCase):
    def test_asks_for_person(self):
        for text in (
            "human",
            "Human please!",
            "agent",
            "I want to talk to a human",
            "Can I speak with someone?",
            "I need a real person",
            "真人",
            "轉真人客服",
            "转人工",
            "人工",
            "我想找客服",
            "可以找個人聊聊嗎",
            "有人在嗎?",
            "有人吗",
            "請專人聯絡我",
            "客服",
        ):
            self.assertTrue(asks_for_person(text), text)

    def test_says_something_else(self):
        for text in (
            "",
            "We sell software to insurance agents in three countries",
            "human resources software",
            "人工智能",
            "我們需要人工智慧解決方案",
            "專人安裝要多少錢",
            "客服軟體報價",
            "我在找解決方案",
            "I",
            "the",
            "agent " * 2000,
            "Our people talk to each other about a new CRM, and some person said that "
            "yours is good for a company of our size",
        ):
            self.assertFalse(asks_for_person(text), text[:40])

    def test_own_words(self):
        self.assertTrue(asks_for_person("Front desk!", {"front desk"}))
        self.assertFalse(asks_for_person("Front desk!"))

    def test_read_number(self):
        for text, number in {
            "about 5,000 euro": "5000",
            "20k": "20000",
            "1.5 m": "1500000",
            "50萬": "500000",
            "1234.5": "1234.5",
            "5 or 6": None,
            "none": None,
            "": None,
        }.items():
            self.assertEqual(read_number(text), number, text)

    def test_read_day(self):
        today = date(2026, 1, 31)
        self.assertEqual(read_day("+30", today), "2026-03-02")
        self.assertEqual(read_day("2026-05-01", today), "2026-05-01")
