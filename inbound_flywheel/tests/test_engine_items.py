# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from datetime import datetime, timedelta, timezone

from odoo.tests import BaseCase, tagged

from ..engine.items import ItemError, parse_date, parse_item, plain_text

NOW = datetime(2026, 6, 15, 12)
CODES = {"form": 1, "page": 2}
DEEP = []
for _level in range(100_000):
    DEEP = [DEEP]

WRONG_TYPES = (
    True,
    0,
    1.5,
    float("nan"),
    float("inf"),
    -1,
    10**400,
    10**6000,
    [],
    [1, [2, [3]]],
    DEEP,
    {},
    {"a": {"b": object()}},
    b"bytes",
    object(),
)


def item(**values):
    return {
        "type": "form",
        "date": "2026-06-15 10:00:00",
        "email": "a@example.com",
        **values,
    }


@tagged("post_install", "-at_install")
class TestItems(BaseCase):
    def _error(self, value):
        """Return the message of an item that cannot be used."""
        with self.assertRaises(ItemError) as caught:
            parse_item(value, CODES, NOW)
        text = caught.exception.args[0]._translate("en_US")
        # The answer goes out as JSON or XML.
        text.encode()
        self.assertFalse([c for c in text if ord(c) < 32 and c not in "\n\t"], text)
        self.assertLess(len(text), 300)
        return text

    def test_good_item(self):
        clean = parse_item(
            item(value=3, summary=" Hello <b>you</b>\n", res_model="x", res_id=4),
            CODES,
            NOW,
        )
        self.assertEqual(clean["date"], datetime(2026, 6, 15, 10))
        self.assertEqual((clean["kind"], clean["identity"]), ("email", "a@example.com"))
        self.assertEqual(clean["value"], 3.0)
        self.assertEqual(clean["summary"], "Hello you")
        self.assertEqual((clean["res_model"], clean["res_id"]), ("x", 4))

    def test_false_and_null_are_absent(self):
        """XML-RPC clients of Odoo send False for what is not there."""
        names = ("partner_id", "phone", "value", "summary", "res_model", "res_id")
        for nothing in (None, False):
            clean = parse_item(item(**dict.fromkeys(names, nothing)), CODES, NOW)
            self.assertEqual(clean["kind"], "email")
            self.assertNotIn("res_model", clean)

    def test_not_a_dict(self):
        for value in (None, "text", 3, [item()], DEEP, "\ud800", 10**6000):
            self._error(value)

    def test_unknown_field(self):
        self.assertIn("colour", self._error(item(colour="red")))
        self._error({**item(), 7: "red"})
        self._error({**item(), "\ud800\x00": "red"})
        self._error({**item(), "x" * 1_000_000: "red"})

    def test_type(self):
        for value in (None, "", "nonsense", "\ud800", "x" * 10**6, *WRONG_TYPES):
            self.assertIn("type", self._error(item(type=value)))

    def test_wrong_types_everywhere(self):
        for name in ("date", "external_key", "summary", "res_model", "utm_source"):
            for value in WRONG_TYPES:
                if value == 0 and name != "date":
                    continue
                self.assertIn(name, self._error(item(**{name: value})))

    def test_value(self):
        bad = (
            True,
            float("nan"),
            float("-inf"),
            1e300,
            10**400,
            10**6000,
            "5",
            [],
            DEEP,
        )
        for value in bad:
            self.assertIn("value", self._error(item(value=value)))
        self.assertEqual(parse_item(item(value=-2.5), CODES, NOW)["value"], -2.5)

    def test_ids(self):
        for name in ("partner_id", "lead_id"):
            for value in (True, -1, 1.0, 2**31, 10**400, "7", [7], {"id": 7}, DEEP):
                text = self._error({**item(email=None), name: value})
                self.assertIn(name, text)
        for value in (True, -1, 2**31, "7", [7]):
            self.assertIn("res_id", self._error(item(res_model="x", res_id=value)))

    def test_exactly_one_identity(self):
        self._error(item(email=None))
        self._error(item(email=""))
        self._error(item(phone="+886 2 2345 6789"))
        self._error(item(partner_id=3))
        self._error(item(email="   "))
        self._error(item(email="\x00"))
        self._error(item(email=None, external_id="x" * 251))
        for value in WRONG_TYPES:
            self._error(item(email=value))

    def test_record_needs_model_and_id(self):
        self._error(item(res_model="res.partner"))
        self._error(item(res_id=4))

    def test_long_key(self):
        self.assertIn("external_key", self._error(item(external_key="x" * 251)))
        self.assertTrue(parse_item(item(external_key="x" * 250), CODES, NOW))

    def test_long_utm_name(self):
        """Names go into unique indexes, which take no long texts."""
        for name in ("utm_source", "utm_medium", "utm_campaign"):
            self.assertIn(name, self._error(item(**{name: "x" * 100_000})))

    def test_blank_texts_are_absent(self):
        clean = parse_item(
            item(utm_source=" ", utm_medium="\x00", external_key=" \n", summary="\t"),
            CODES,
            NOW,
        )
        for name in ("utm_source", "utm_medium", "external_key", "summary"):
            self.assertFalse(clean.get(name), name)

    def test_database_cannot_hold(self):
        clean = parse_item(
            item(summary="a\x00b\ud800c", external_key="k\x00"), CODES, NOW
        )
        self.assertEqual(clean["summary"], "ab?c")
        self.assertEqual(clean["external_key"], "k")

    def test_bad_dates(self):
        bad = (
            None,
            "",
            "2026",
            "yesterday",
            "2026-02-30 10:00:00",
            "2026-13-01 10:00:00",
            "15/06/2026 10:00",
            "2026-06-15 25:00:00",
            "0000-00-00 00:00:00",
            "99999-01-01 00:00:00",
            "0001-01-01T00:00:00+14:00",
            "1979-12-31 23:59:59",
            "2026-06-15 13:00:01",
            "9999-12-31T23:59:59-14:00",
            "x" * 1_000_000,
            1781524800,
        )
        for value in bad:
            self.assertIn("date", self._error(item(date=value)))

    def test_good_dates(self):
        taipei = timezone(timedelta(hours=8))
        for value, expected in (
            ("2026-06-15 10:11:12", datetime(2026, 6, 15, 10, 11, 12)),
            ("2026-06-15T10:11:12Z", datetime(2026, 6, 15, 10, 11, 12)),
            ("2026-06-15T18:11:12+08:00", datetime(2026, 6, 15, 10, 11, 12)),
            ("2026-06-15 10:11:12.987654", datetime(2026, 6, 15, 10, 11, 12)),
            ("2026-06-15", datetime(2026, 6, 15)),
            (datetime(2026, 6, 15, 18, tzinfo=taipei), datetime(2026, 6, 15, 10)),
            ("2026-06-15 12:59:00", datetime(2026, 6, 15, 12, 59)),
        ):
            self.assertEqual(parse_date(value, NOW), expected)

    def test_plain_text(self):
        self.assertEqual(
            plain_text("<p>Hi<script>alert(1)</script> <b onclick='x'>there</b></p>"),
            "Hi there",
        )
        self.assertEqual(plain_text("Hi <script>alert(1)"), "Hi")
        self.assertEqual(len(plain_text("word " * 1_000_000)), 1000)
        self.assertEqual(plain_text("a < b"), "a < b")

    def test_hostile_text_costs_little(self):
        started = time.process_time()
        for piece in ("<script", "<script>", "<", "<style ", "<a", "< "):
            for _time in range(10):
                plain_text(piece * 200_000)
        self.assertLess(time.process_time() - started, 1.0)
