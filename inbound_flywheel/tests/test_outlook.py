# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from .common import NOW, FlywheelCase


class TestOutlook(FlywheelCase):
    def _outlook(self, user=None, **values):
        return self.person(**values).with_user(user or self.rita).explain_outlook()

    def _total(self, name, outlook=None):
        totals = (outlook or self._outlook())["totals"]
        return next(total for total in totals if total["rule"] == name)

    def _step(self, name, outlook=None):
        steps = (outlook or self._outlook())["steps"]
        return next(step for step in steps if step["rule"] == name)

    def test_totals_add_up_to_the_score(self):
        self.ingest_all(
            *(self.item("form", date=self.ago(days=day)) for day in (1, 8, 40)),
            *(self.item("page", date=self.ago(hours=hour)) for hour in range(2, 9)),
            self.item("unsubscribe"),
            self.item("rating", value=4),
        )
        outlook = self._outlook()
        person = self.person()
        now = sum(total["now"] for total in outlook["totals"])
        self.assertAlmostEqual(now, person.engagement_score, 6)
        self.assertAlmostEqual(outlook["score"], person.engagement_score, 6)
        self.assertEqual(self._total("Form", outlook)["hits"], 3)
        page = self._total("Page", outlook)
        self.assertEqual((page["hits"], page["cut_off"]), (4, 3))
        self.assertEqual(page["limit"], "at most 4 per day")
        self.assertEqual(outlook["cell"], False)

    def test_lines_name_what_does_not_count(self):
        self.score_model.rule_ids.filtered(lambda r: r.name == "Meeting").write(
            {"window_days": 5}
        )
        self.ingest_all(
            *(self.item("form", date=self.ago(hours=hour)) for hour in range(1, 6)),
            self.item("meeting", date=self.ago(days=6)),
        )
        person = self.person().with_user(self.rita)
        answer = person.explain_lines()
        self.assertEqual(answer["total"], 6)
        status = [line["status"] for line in answer["lines"]]
        # The earliest of a week count.
        self.assertEqual(status, ["cut_off"] * 2 + ["counts"] * 3 + ["expired"])
        now = sum(line["now"] for line in answer["lines"])
        self.assertAlmostEqual(now, person.engagement_score, 6)
        self.assertEqual(self._total("Meeting")["expired"], 1)
        self.assertEqual({ln["now"] for ln in answer["lines"][:2]}, {0.0})

    def test_lines_by_page_and_rule(self):
        self.ingest_all(
            *(self.item("page", date=self.ago(days=day)) for day in range(1, 8)),
            self.item("form"),
        )
        person = self.person().with_user(self.rita)
        rule = self.score_model.rule_ids.filtered(lambda r: r.name == "Page")
        pages = [
            person.explain_lines(rule.id, offset, 3)["lines"] for offset in (0, 3, 6)
        ]
        self.assertEqual([len(page) for page in pages], [3, 3, 1])
        dates = [line["date"] for page in pages for line in page]
        self.assertEqual(dates, sorted(dates, reverse=True))
        self.assertEqual({ln["rule_id"] for page in pages for ln in page}, {rule.id})

    def test_adjustment_says_who_and_why(self):
        self.ingest_all(self.item("page"))
        person = self.person().with_user(self.sam)
        action = person.action_adjust()
        self.env["flywheel.adjust"].with_user(self.sam).with_context(
            **action["context"]
        ).create({"points": 7, "reason": "Met at the fair"}).action_apply()
        line = self.person().with_user(self.rita).explain_lines()["lines"][0]
        self.assertEqual(
            (line["user"], line["summary"], line["points"]),
            ("Sam", "Met at the fair", 7.0),
        )
        self.assertNotIn("Adjusted", [s["rule"] for s in self._outlook()["steps"]])

    def test_curve(self):
        self.ingest_all(self.item("order", date=self.ago(days=30)))
        curve = self._outlook()["curve"]
        today = curve["today"]
        scores = curve["scores"]
        self.assertEqual(curve["days"][today], NOW[:10])
        self.assertEqual(len(curve["days"]), len(scores))
        self.assertAlmostEqual(scores[today], self.person().engagement_score, 6)
        self.assertEqual(scores[today - 31], 0.0)
        self.assertAlmostEqual(scores[today - 30], 30.0, 6)
        self.assertAlmostEqual(scores[today + 30], 7.5, 6)
        self.assertEqual(len(scores) - 1 - today, 60)

    def test_crossing_dates_come_true(self):
        self.ingest_all(
            *(self.item("meeting", date=self.ago(hours=hour)) for hour in (1, 2, 3))
        )
        falls = {fall["level"]: fall["date"] for fall in self._outlook()["crossings"]}
        self.assertEqual(list(falls), ["hot", "warm", "cool"])
        person = self.person()
        for name, date in falls.items():
            limit = getattr(self.score_model, f"{name}_threshold")
            for hours, reached in ((-1, True), (1, False)):
                with freeze_time(date + timedelta(hours=hours)):
                    self.assertEqual(person.engagement_score >= limit, reached, name)

    def test_what_would_raise_it(self):
        self.ingest_all(*(self.item("page", date=self.ago(minutes=m)) for m in (1, 2)))
        outlook = self._outlook()
        self.assertEqual(outlook["next_level"]["level"], "cool")
        self.assertAlmostEqual(outlook["next_level"]["missing"], 3, 2)
        form = self._step("Form", outlook)
        self.assertEqual(
            (form["hits"], form["needed"], form["left"], form["enough"]),
            (0, 1, 3, True),
        )
        page = self._step("Page", outlook)
        self.assertEqual((page["hits"], page["left"], page["enough"]), (2, 2, False))
        self.assertEqual(page["resets"], fields.Datetime.to_datetime("2026-06-16"))
        # One event of each that is enough brings the level, as promised.
        for name in ("form", "order"):
            with self.env.cr.savepoint() as undo:
                self.ingest_all(self.item(name))
                self.assertGreaterEqual(self.person().engagement_score, 5)
                undo.rollback()
                self.env.invalidate_all()

    def test_cap_is_used_up_until_the_period_ends(self):
        self.ingest_all(
            *(self.item("page", date=self.ago(minutes=m)) for m in range(6))
        )
        self.assertEqual(self._step("Page")["left"], 0)
        with freeze_time("2026-06-16 00:00:01"):
            self.assertEqual(self._step("Page")["left"], 4)

    def test_rules_out_of_season_promise_nothing(self):
        self.ingest_all(self.item("page"))
        rules = self.score_model.rule_ids
        rules.filtered(lambda r: r.name == "Form").date_end = "2026-06-01"
        rules.filtered(lambda r: r.name == "Order").date_start = "2026-07-01"
        names = {step["rule"] for step in self._outlook()["steps"]}
        self.assertEqual(names, {"Page", "Meeting", "Rating"})

    def test_at_the_top(self):
        self.ingest_all(*(self.item("meeting") for _number in range(3)))
        outlook = self._outlook()
        self.assertFalse(outlook["next_level"])
        self.assertEqual({step["needed"] for step in outlook["steps"]}, {0})

    def test_fit(self):
        for city, points in (("Taipei", 12), ("Tainan", 13), ("Rome", 3), ("%", -4)):
            self.env["flywheel.fit.rule"].create(
                {
                    "name": city,
                    "domain": f"[('city', 'like', '{city}')]",
                    "points": points,
                    "score_model_id": self.score_model.id,
                }
            )
        partner = self.env["res.partner"].create(
            {"name": "W", "email": "wang@example.com", "city": "Taipei"}
        )
        partner._flywheel_ensure_profiles()
        fit = self._outlook()["fit"]
        self.assertEqual((fit["points"], fit["grade"]), (8, "D"))
        self.assertEqual((fit["next_grade"], fit["missing"]), ("C", 2))
        self.assertEqual([row["rule"] for row in fit["met"]], ["Taipei"])
        self.assertEqual(
            [(row["rule"], row["enough"]) for row in fit["unmet"]],
            [("Tainan", True), ("Rome", True)],
        )
        self.assertEqual([row["rule"] for row in fit["against"]], ["%"])

    def test_objection(self):
        self.ingest_all(self.item("form"))
        self.person().with_user(self.sam).no_profiling = True
        outlook = self._outlook()
        self.assertTrue(outlook["not_scored"])
        self.assertEqual(outlook["score"], 0)
        for name in ("totals", "steps", "crossings", "curve", "fit", "next_level"):
            self.assertFalse(outlook[name], name)
        answer = self.person().with_user(self.rita).explain_lines()
        self.assertEqual(answer, {"total": 0, "lines": []})

    def test_no_rules_no_history(self):
        person = self.env["flywheel.profile"].browse(
            self.env["flywheel.profile"]._create_bare([{"name": "W"}])
        )
        self.assertFalse(person.explain_outlook()["curve"])
        self.score_model.rule_ids.active = False
        self.ingest_all(self.item("form"))
        outlook = self._outlook()
        self.assertEqual((outlook["totals"], outlook["steps"]), ([], []))

    def test_who_may_not(self):
        self.ingest_all(self.item("form"))
        self.person().company_id = self.company
        for user in (self.ian, self.pia, self.bea):
            person = self.person().with_user(user)
            with self.assertRaises(AccessError):
                person.explain_outlook()
            with self.assertRaises(AccessError):
                person.explain_lines()

    def test_a_long_history_costs_no_query_per_line(self):
        def queries(*items):
            self.ingest_all(*items)
            self._outlook()
            self.env.invalidate_all()
            person = self.person().with_user(self.rita)
            before = self.cr.sql_log_count
            person.explain_outlook()
            person.explain_lines()
            return self.cr.sql_log_count - before

        few = queries(*(self.item("page", date=self.ago(days=d)) for d in range(3)))
        many = queries(*(self.item("page", date=self.ago(hours=h)) for h in range(300)))
        self.assertLessEqual(many, few)
