# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError

from .common import SurveyCase


class TestNps(SurveyCase):
    """Would you recommend us?"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.q_nps = cls.ask("Recommend us?", "scale", flywheel_nps=True)
        cls.q_why = cls.ask("Why?", "text_box")
        cls.serviced = "flywheel.nps" in cls.env

    def recommend(self, score, reason="", **who):
        answers = {self.q_nps: str(score), self.q_why: reason}
        if "email" in who:
            answers[self.q_email] = who["email"]
        return self.fill(answers, **who)

    def test_only_from_0_to_10_and_once(self):
        self.assertEqual(self.q_nps.flywheel_reason_text, "Why?")
        with self.assertRaises(ValidationError):
            self.ask("Again?", "scale", flywheel_nps=True)
        with self.assertRaises(ValidationError):
            self.q_need.flywheel_nps = True
        self.q_nps.scale_min = 1
        self.assertFalse(self.q_nps.flywheel_nps)

    def test_touchpoint(self):
        done = self.recommend(10, "The lamp", partner=self.wang)
        person = self.wang.flywheel_profile_id
        line = self.lines(person, "nps")
        self.assertEqual((line.value, line.content), (10, "The lamp"))
        self.assertEqual(line.date, done.end_datetime)
        done.action_flywheel_again()
        self.assertEqual(self.lines(person, "nps"), line)

    def test_zero_is_an_answer_and_skipped_is_none(self):
        self.recommend(0, partner=self.wang)
        person = self.wang.flywheel_profile_id
        self.assertEqual(self.lines(person, "nps").mapped("value"), [0])
        self.fill({self.q_nps: "", self.q_need: "A"}, partner=self.wang)
        self.assertEqual(len(self.lines(person, "nps")), 1)

    def test_report(self):
        persona = self.env["flywheel.persona"].create({"name": "Saver"})
        self.wang.persona_id = persona
        for score in (10, 9, 8, 6):
            self.recommend(score, partner=self.wang)
        self.recommend(0)
        Report = self.env["flywheel.survey.nps"].with_user(self.mara)
        domain = [("survey_id", "=", self.survey.id)]
        [whole] = Report._read_group(domain, [], ["nps:avg", "answers:sum"])
        self.assertEqual(whole, (0.0, 5))
        groups = Report._read_group(
            domain, ["persona_id"], ["nps:avg", "promoters:sum", "detractors:sum"]
        )
        self.assertIn((persona, 25.0, 2, 1), groups)
        survey = self.survey.with_user(self.sue)
        self.assertEqual(survey.flywheel_nps_count, 5)
        self.assertEqual(survey.flywheel_nps_value, 0.0)
        row = Report.search([*domain, ("score", "=", 8)])
        self.assertEqual(row.category, "passive")
        self.assertEqual(row.action_open_answers()["res_id"], row.user_input_id.id)

    def test_report_rights(self):
        self.recommend(3, "secret", partner=self.wang)
        Report = self.env["flywheel.survey.nps"]
        domain = [("survey_id", "=", self.survey.id)]
        self.assertTrue(Report.with_user(self.rita).search(domain))
        for user in (self.ian, self.pia):
            with self.assertRaises(AccessError):
                Report.with_user(user).search(domain)
        with self.assertRaises(AccessError):
            Report.with_user(self.sue).search(domain).mapped("persona_id")
        self.survey.restrict_user_ids = self.mara
        self.assertFalse(Report.with_user(self.rita).search(domain))
        self.survey.restrict_user_ids = False
        self.wang.company_id = self.company
        self.assertFalse(Report.with_user(self.bea).search(domain))

    def need_service(self):
        if not self.serviced:
            self.skipTest("needs cases")

    def test_one_report_with_the_mails(self):
        self.need_service()
        done = self.recommend(9, "The lamp", partner=self.wang)
        asked = self.env["flywheel.nps"].search(
            [("profile_id", "=", self.wang.flywheel_profile_id.id)]
        )
        self.assertEqual(
            (asked.score, asked.comment, asked.category), (9, "The lamp", "promoter")
        )
        self.assertEqual(asked.answer_date, done.end_datetime)
        self.env.flush_all()
        report = self.env["flywheel.satisfaction.report"].search(
            [("profile_id", "=", asked.profile_id.id), ("kind", "=", "nps")]
        )
        self.assertEqual((report.nps, report.recommended), (100.0, 1))
        done.action_flywheel_again()
        again = self.env["flywheel.nps"].search([("origin", "=", asked.origin)])
        self.assertEqual(again, asked)

    def test_a_detractor_is_won_back(self):
        self.need_service()
        self.wang.user_id = self.sam
        self.recommend(2, "Broken", partner=self.wang)
        recovery = self.env["flywheel.recovery"].search(
            [("profile_id", "=", self.wang.flywheel_profile_id.id)]
        )
        self.assertEqual((recovery.value, recovery.comment), (2, "Broken"))
        self.assertEqual(recovery.user_id, self.sam)
        self.assertIn(recovery.activity_id, self.wang.activity_ids)

    def test_a_promoter_is_asked_for_a_referral(self):
        self.need_service()
        self.company.flywheel_referral = "activity"
        self.wang.user_id = self.sam
        Nps = self.env["flywheel.nps"]
        self.recommend(10, email="wang@example.com")
        typed = Nps.search([("profile_id", "=", self.wang.flywheel_profile_id.id)])
        self.assertTrue(typed.doubtful)
        self.assertFalse(typed.referral_date)
        self.recommend(10, partner=self.wang)
        asked = Nps.search([("profile_id", "=", typed.profile_id.id)]) - typed
        self.assertTrue(asked.referral_date)
