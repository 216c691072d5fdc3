# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from ..models import flywheel_touchpoint_ingest as ingest_module
from .common import FlywheelCase


class TestIngestBulk(FlywheelCase):
    def _many(self, count, people, prefix):
        now = fields.Datetime.now()
        return [
            {
                "type": "page",
                "date": fields.Datetime.to_string(now - timedelta(minutes=index)),
                "email": f"{prefix}{index % people}@example.com",
                "external_key": f"{prefix}-{index}",
            }
            for index in range(count)
        ]

    def _queries(self, items):
        """Return (answer, number of queries) of one call."""
        Touchpoint = self.env["flywheel.touchpoint"].with_user(self.sam)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        answer = Touchpoint.ingest(items)
        self.env.flush_all()
        return answer, self.cr.sql_log_count - before

    def test_ten_thousand_and_more(self):
        items = self._many(10_500, 700, "bulk")
        items[3] = {"type": "nonsense"}
        items[10_400] = {"type": "nonsense"}
        answer, queries = self._queries(items)
        self.assertEqual(answer["created"], 10_498)
        self.assertEqual([e["index"] for e in answer["errors"]], [3, 10_400])
        self.assertLess(queries, 120)
        again, _queries = self._queries(items)
        self.assertEqual((again["created"], again["duplicates"]), (0, 10_498))
        for number in (0, 3, 699):
            self.assert_scored(self.person(f"bulk{number}@example.com"))

    def test_queries_do_not_grow_with_items(self):
        self._queries(self._many(10, 10, "warm"))
        _answer, few = self._queries(self._many(20, 5, "few"))
        _answer, many = self._queries(self._many(600, 150, "many"))
        self.assertLessEqual(many, few + 2)

    def test_duplicates_across_chunks(self):
        items = self._many(50, 5, "chunk")
        with patch.object(ingest_module, "CHUNK", 7):
            answer, _queries = self._queries([*items, *items, None])
        self.assertEqual((answer["created"], answer["duplicates"]), (50, 50))
        self.assertEqual([e["index"] for e in answer["errors"]], [100])
        for number in range(5):
            self.assert_scored(self.person(f"chunk{number}@example.com"))
