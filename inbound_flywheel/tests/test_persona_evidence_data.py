# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common_insight import InsightCase


class TestPersonaEvidenceData(InsightCase):
    def test_questions_with_data(self):
        rows = {
            row["id"]: row["has_data"]
            for team in self.stan.get_evidence()["teams"]
            for row in team["questions"]
        }
        process = self.env.ref("inbound_flywheel.question_process")
        self.assertTrue(rows[process.id])
        colour = self.env["flywheel.question"].create({"name": "Favourite colour?"})
        rows = [
            row
            for team in self.stan.get_evidence()["teams"]
            for row in team["questions"]
            if row["id"] == colour.id
        ]
        self.assertEqual([row["has_data"] for row in rows], [False])

    def test_a_review_starts_anew(self):
        self.persona._measure_drift()
        self.students[20:].city = "Tainan"
        self.persona._measure_drift()
        self.assertGreater(self.persona.drift, 0.25)
        self.persona._close_review("unchanged", "They moved.")
        self.assertEqual(self.persona.drift, 0)
        self.assertFalse(self.persona.drift_alert_date)
