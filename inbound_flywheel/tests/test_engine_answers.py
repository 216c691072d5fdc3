# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from unittest import TestCase

from odoo.tests import tagged

from ..engine.answers import parse_answer, parse_fact, pick
from ..engine.items import ItemError

NOW = datetime(2026, 6, 15, 12)
OPTIONS = [
    (7, "email", {"email", "電子郵件"}),
    (8, "phone", {"phone", "電話"}),
]


@tagged("post_install", "-at_install")
class TestAnswers(TestCase):
    def parse(self, kind, value):
        return parse_answer(kind, value, OPTIONS)

    def refused(self, kind, value, words):
        with self.assertRaises(ItemError) as caught:
            self.parse(kind, value)
        self.assertIn(words, str(caught.exception.args[0]))

    def test_text(self):
        self.assertEqual(self.parse("text", " a\n<b>b</b> ").text, "a b")
        self.assertEqual(self.parse("text", 12).text, "12")
        for nothing in ("", "  ", None, False):
            self.refused("text", nothing, "missing")
        self.refused("text", ["a"], "not a text")

    def test_number(self):
        for given, number, text in (
            ("12,000", 12000.0, "12000"),
            (" 1250.5 ", 1250.5, "1250.5"),
            (3, 3.0, "3"),
            ("-4", -4.0, "-4"),
            (0, 0.0, "0"),
        ):
            answer = self.parse("number", given)
            self.assertEqual((answer.number, answer.text), (number, text))
        for bad in ("many", "1,2", "nan", float("inf"), "1e400", ".", "1e13", [1]):
            self.refused("number", bad, "not a number")

    def test_date(self):
        for given in ("2026-01-31", "2026-01-31 09:00:00", date(2026, 1, 31)):
            self.assertEqual(self.parse("date", given).day, date(2026, 1, 31))
        for bad in ("31.1.2026", "soon", "0001-01-01", 20260131):
            self.refused("date", bad, "not a date")

    def test_boolean(self):
        for given in (True, 1, "Yes", "是"):
            self.assertEqual(self.parse("boolean", given).text, "yes")
        for given in (False, 0, "no", "否"):
            self.assertEqual(self.parse("boolean", given).number, 0.0)
        self.refused("boolean", "maybe", "neither yes nor no")

    def test_choice(self):
        for given in (7, "EMAIL", " 電子郵件 "):
            self.assertEqual(self.parse("selection", given).option_id, 7)
        self.refused("selection", "fax", "email, phone")
        self.refused("selection", 9, "none of")

    def test_hostile_answers(self):
        """What no database can hold, or no float, is an error or is cut out."""
        self.assertEqual(self.parse("text", "a\x00b").text, "ab")
        self.assertEqual(self.parse("text", "\ud800").text, "?")
        self.refused("text", "\x00", "missing")
        for bad in (float("nan"), float("inf"), 10**4000, [1], {"a": 1}):
            self.refused("text", bad, "not a text")
        for bad in (10**400, -(10**400), 1e308, "9" * 5000):
            self.refused("number", bad, "not a number")
        for kind in ("number", "date", "boolean", "selection"):
            for bad in ("\ud800", "²", 10**4000, [[]], {}):
                self.refused(kind, bad, "answer")

    def test_true_is_no_key(self):
        self.assertEqual(pick({1: "x"}, "question", 1), "x")
        with self.assertRaises(ItemError):
            pick({1: "x"}, "question", True)

    def test_error_names_the_key(self):
        with self.assertRaises(ItemError) as caught:
            parse_fact({"question": "q", "answer": "a", "valid_until": "soon"}, NOW)
        self.assertIn("valid_until: soon", str(caught.exception.args[0]))

    def test_same(self):
        self.assertTrue(self.parse("text", "Ten").same(self.parse("text", "ten")))
        self.assertFalse(self.parse("selection", 7).same(self.parse("selection", 8)))

    def test_items(self):
        item = {"question": "need", "answer": "x", "date": "2026-06-01 10:00:00"}
        clean = parse_fact({**item, "email": "a@b.c", "valid_until": "2027-01-01"}, NOW)
        self.assertEqual(clean["email"], "a@b.c")
        self.assertEqual(clean["valid_until"], date(2027, 1, 1))
        self.assertEqual(clean["source"], "said")
        for bad, words in (
            ("text", "not a dict"),
            ({**item, "colour": 1}, "unknown field colour"),
            ({**item, "source": "dream"}, "source: dream is none of"),
            ({**item, "confidence": 3}, "confidence: 3 is none of"),
            ({**item, "date": "2026-07-01 10:00:00"}, "lies in the future"),
            ({**item, "email": "a@b.c", "phone": "1"}, "exactly one of"),
            ({**item, "profile_id": "x"}, "not a record id"),
        ):
            with self.assertRaises(ItemError) as caught:
                parse_fact(bad, NOW)
            self.assertIn(words, str(caught.exception.args[0]))
