# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase

from ..engine import personas

BEFORE = {
    "taken_in": "en_US",
    "html": ["pains"],
    "name": {"en_US": "Saver", "zh_TW": "存錢的人"},
    "pains": {"en_US": "<ul><li>One</li><li>Two &amp; half</li></ul>"},
    "human_share": 0.5,
    "image": "",
    "lines": [{"label": {"en_US": "Email"}, "weight": "80%"}],
}


class TestPersonas(BaseCase):
    def _changed(self, after, lang="en_US"):
        return [r.key for r in personas.compare(BEFORE, after, lang) if r.changed]

    def test_same(self):
        self.assertEqual(self._changed(BEFORE), [])

    def test_what_changed(self):
        self.assertEqual(self._changed({**BEFORE, "human_share": 0.4}), ["human_share"])
        gone = {key: value for key, value in BEFORE.items() if key != "lines"}
        self.assertEqual(self._changed(gone), ["lines"])
        self.assertEqual(self._changed({**BEFORE, "new": "x"}), ["new"])
        self.assertEqual(self._changed({**BEFORE, "new": ""}), [])

    def test_change_in_another_language(self):
        after = {**BEFORE, "name": {"en_US": "Saver", "zh_TW": "省錢的人"}}
        self.assertEqual(self._changed(after), ["name"])
        row = personas.compare(BEFORE, after, "zh_TW")[0]
        self.assertIn(personas.GONE % "存", row.before)
        self.assertIn(personas.NEW % "省", row.after)
        row = personas.compare(BEFORE, after, "en_US")[0]
        self.assertEqual((row.before, row.after), ("Saver", "Saver"))

    def test_describe(self):
        texts = dict(personas.describe(BEFORE, "fr_FR"))
        self.assertEqual(texts["name"], "Saver")
        self.assertEqual(texts["pains"], "• One\n• Two & half")
        self.assertEqual(texts["lines"], "Email: 80%")
        self.assertEqual(texts["human_share"], "0.5")

    def test_lines_of_any_kind(self):
        data = {"answers": [{"q": "Why?", "answer": "<p>So</p>"}]}
        self.assertEqual(personas.describe(data, "en_US"), [("answers", "Why? · So")])

    def test_text_is_never_markup(self):
        hostile = "<script>alert(1)</script>"
        data = {
            "name": {"en_US": hostile},
            "plain": hostile,
            "lines": [{"label": hostile, "x": hostile}],
            "image": "x' onerror='alert(1)",
        }
        rows = personas.compare({}, data, "en_US")
        table = personas.render(rows, {"name": hostile}, (hostile, hostile))
        content = personas.render_content(personas.describe(data, "en_US"), {})
        for shown in (table, content):
            self.assertNotIn("<script", shown)
            self.assertNotIn("onerror", shown)
            self.assertIn("script", shown)

    def test_order_of_the_labels(self):
        parts = [("b", "Beta"), ("c", "Gamma"), ("a", "Alpha")]
        content = personas.render_content(parts, {"a": "A", "b": "B"})
        self.assertLess(content.index("Alpha"), content.index("Beta"))
        self.assertLess(content.index("Beta"), content.index("Gamma"))
