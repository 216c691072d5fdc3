# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import TransactionCase

from ..engine.arrays import array


class TestArrays(TransactionCase):
    """What goes to the database as the text of an array comes back as it was."""

    def round_trip(self, kind, values):
        query = f"SELECT t.v FROM unnest(%s::{kind}[]) WITH ORDINALITY t (v, n)"
        self.env.cr.execute(query + " ORDER BY t.n", [array(values)])
        return [row[0] for row in self.env.cr.fetchall()]

    def test_round_trip(self):
        moment = datetime(2026, 6, 15, 12, 0, 0, 250_000)
        for kind, values in (
            ("int", [1, None, -7]),
            ("int", []),
            ("float8", [0.1, 1e-7, None, 1e21]),
            ("bool", [True, False, None]),
            ("timestamp", [moment, None, moment.replace(microsecond=0)]),
            ("jsonb", [None]),
        ):
            with self.subTest(kind=kind, values=values):
                self.assertEqual(self.round_trip(kind, values), values)

    def test_text(self):
        texts = ["", "NULL", "null", " a ", "a,b", "{a}", '"', "\\", '\\"', "'; --"]
        texts += ["line\nline", "100 %s", "Größe 中文", None, '{"a": "b \\" c"}']
        self.assertEqual(self.round_trip("text", texts), texts)

    def test_json(self):
        texts = ['{"a": "say \\"so\\"", "b": [1, null]}']
        self.assertEqual(
            self.round_trip("jsonb", texts), [{"a": 'say "so"', "b": [1, None]}]
        )

    def test_dates_in_words(self):
        self.assertEqual(
            self.round_trip("timestamp", ["2026-06-15 12:00:00"]),
            [datetime(2026, 6, 15, 12)],
        )
