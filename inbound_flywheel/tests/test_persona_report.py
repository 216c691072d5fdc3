# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common_insight import InsightCase

MEASURES = [
    "people:sum",
    "leads:sum",
    "won:sum",
    "win_rate:avg",
    "value:sum",
    "days_to_close:avg",
    "median_days:avg",
    "repeat_rate:avg",
    "rating:avg",
]


class TestPersonaReport(InsightCase):
    def _figures(self, *domain, user=None):
        Report = self.env["flywheel.persona.report"].with_user(user or self.lia)
        [row] = Report._read_group(
            [("company_id", "=", self.lab.id), *domain], [], MEASURES
        )
        return [round(value, 6) if value else value for value in row]

    def test_known_numbers(self):
        self.env["flywheel.touchpoint"]._record(
            [
                {"type": "rating", "partner_id": partner.id, "value": value}
                for partner, value in zip(self.students, (5, 4, 3), strict=False)
            ]
        )
        self.env.flush_all()
        theirs = ("persona_id", "=", self.persona.id)
        self.assertEqual(
            self._figures(theirs),
            [40, 42, 22, round(22 / 42, 6), 2200, 10, 10, 0.1, 4],
        )
        self.assertEqual(
            self._figures(("persona_id", "=", False)),
            [60, 60, 6, 0.1, 1800, 20, 20, 0, False],
        )

    def test_the_median_is_one_at_every_level(self):
        """22 took ten days and 6 twenty: the middle of all is ten, not between."""
        self.assertEqual(self._figures()[5:7], [round(340 / 28, 6), 10])

    def test_grouped(self):
        Report = self.env["flywheel.persona.report"].with_user(self.lia)
        rows = Report.formatted_read_group(
            [("company_id", "=", self.lab.id)], ["persona_id"], MEASURES
        )
        found = {row["persona_id"] and row["persona_id"][0]: row for row in rows}
        self.assertEqual(found[self.persona.id]["won:sum"], 22)
        self.assertEqual(found[False]["median_days:avg"], 20)

    def test_ids_are_unique(self):
        Report = self.env["flywheel.persona.report"]
        ids = Report.search([("company_id", "=", self.lab.id)]).ids
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(len(ids), 100 + 102)

    def test_drill_down(self):
        Report = self.env["flywheel.persona.report"].with_user(self.lia)
        rows = Report.search(
            [("persona_id", "=", self.persona.id), ("won_status", "=", "won")]
        )
        action = rows.action_open()
        self.assertEqual(action["res_model"], "crm.lead")
        self.assertEqual(len(rows.lead_id), 22)
        people = Report.search(
            [("persona_id", "=", self.persona.id), ("kind", "=", "person")]
        )
        self.assertEqual(people.action_open()["res_model"], "flywheel.profile")

    def test_companies(self):
        Report = self.env["flywheel.persona.report"]
        self.assertTrue(Report.with_user(self.mia).search([], limit=1))
        found = Report.with_user(self.mara).search(
            [("profile_id", "in", self.students.flywheel_profile_id.ids)]
        )
        self.assertFalse(found)
