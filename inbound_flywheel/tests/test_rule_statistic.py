# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..models import flywheel_backtest_run
from .common import NOW
from .common_backtest import BacktestCase


@freeze_time(NOW)
class TestRuleStatistic(BacktestCase):
    def setUp(self):
        super().setUp()
        # Four closed leads: two won, both with a form before; one lost had a meeting
        # before and a form only after.
        self.close("a@example.com", won=True, days=10)
        self.close("b@example.com", won=True, days=10)
        self.close("c@example.com", won=False, days=10)
        self.close("d@example.com", won=False, days=10)
        self.ingest_all(
            *(
                self.item("form", email=f"{name}@example.com", date=self.ago(days=days))
                for name, days in (("a", 20), ("a", 30), ("b", 11), ("c", 5), ("e", 5))
            ),
            self.item("meeting", email="c@example.com", date=self.ago(days=30)),
            self.item("meeting", email="a@example.com", date=self.ago(days=30)),
        )

    def rule(self, name, model=None):
        return (model or self.draft).rule_ids.filtered(lambda r: r.name == name)

    def test_figures(self):
        self.draft.with_user(self.max).action_refresh_statistics()
        self.assertRecordValues(
            self.rule("Form") | self.rule("Meeting") | self.rule("Order"),
            [
                {
                    "hit_count": 5,
                    "people_count": 4,
                    "won_share": 1.0,
                    "lost_share": 0.0,
                    "lift": 2.0,
                },
                {
                    "hit_count": 2,
                    "people_count": 2,
                    "won_share": 0.5,
                    "lost_share": 0.5,
                    "lift": 1.0,
                },
                {
                    "hit_count": 0,
                    "people_count": 0,
                    "won_share": 0.0,
                    "lost_share": 0.0,
                    "lift": 0.0,
                },
            ],
        )
        self.assertTrue(self.draft.statistics_date)
        self.assertFalse(self.score_model.statistics_date)

    def test_rules_without_points_and_switched_off(self):
        self.set_rule("Form", points=0)
        self.set_rule("Meeting", active=False)
        self.draft._refresh_statistics()
        self.assertEqual(self.rule("Form").hit_count, 5)
        meeting = self.draft.with_context(active_test=False)
        self.assertEqual(self.rule("Meeting", meeting).hit_count, 2)

    def test_caps(self):
        self.set_rule("Form", cap=1, cap_period="ever")
        self.draft._refresh_statistics()
        self.assertEqual(self.rule("Form").hit_count, 4)

    def test_fit(self):
        self.draft.fit_rule_ids = [
            Command.create(
                {
                    "name": "A or C",
                    "model": "crm.lead",
                    "domain": "[('email_from', 'in', ('a@example.com',"
                    " 'c@example.com'))]",
                }
            )
        ]
        self.draft._refresh_statistics()
        rule = self.draft.fit_rule_ids
        self.assertEqual((rule.hit_count, rule.people_count), (2, 2))
        self.assertEqual((rule.won_share, rule.lost_share, rule.lift), (0.5, 0.5, 1.0))

    def test_a_backtest_refreshes_them(self):
        self.run_test()
        self.assertEqual(self.rule("Form").lift, 2.0)
        # One that looks at some leads only does not narrow them.
        self.ingest_all(self.item("form", email="d@example.com"))
        self.run_test(domain="[('email_from', 'in', ('a@example.com'))]")
        self.assertEqual(self.rule("Form").people_count, 4)
        self.run_test(domain="[('email_from', 'like', '%@example.com')]")
        self.assertEqual(self.rule("Form").people_count, 5)
        self.assertEqual(self.rule("Form").lift, 2.0)

    def test_a_backtest_among_many_people_leaves_them_to_the_scheduled_action(self):
        with patch.object(flywheel_backtest_run, "FEW_PEOPLE", 0):
            backtest = self.run_test()
        self.assertGreater(backtest.auc, 0.5)
        self.assertFalse(self.draft.statistics_date)
        cron = self.env.ref("inbound_flywheel.cron_refresh_statistics")
        self.assertTrue(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        )
        self.env["flywheel.score.model"]._cron_refresh_statistics()
        self.assertEqual(self.rule("Form").hit_count, 5)
        self.assertEqual(self.rule("Form").lift, 2.0)

    def test_scheduled_action(self):
        self.env["flywheel.score.model"]._cron_refresh_statistics()
        self.assertEqual(self.rule("Form", self.score_model).hit_count, 5)
        self.env.cr.execute("UPDATE flywheel_score_model SET state = 'archived'")
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.env["flywheel.score.model"]._cron_refresh_statistics()

    def test_nothing_is_scored_anew(self):
        person = self.person("a@example.com")
        self.env.cr.execute(
            "UPDATE flywheel_profile SET momentum = 77 WHERE id = %s", [person.id]
        )
        rule = self.rule("Form", self.score_model)
        self.env.flush_all()
        self.env.invalidate_all()
        before = rule.write_date, len(self.score_model.message_ids)
        self.score_model._refresh_statistics()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(person.momentum, 77)
        self.assertEqual((rule.write_date, len(self.score_model.message_ids)), before)

    def test_not_copied(self):
        self.draft._refresh_statistics()
        copied = self.draft.copy()
        self.assertEqual(self.rule("Form", copied).hit_count, 0)
        self.assertFalse(copied.statistics_date)

    # ------------------------------------------------------------------
    # Behind the numbers
    # ------------------------------------------------------------------
    def test_hits_of_the_active_version_are_lines(self):
        rule = self.rule("Form", self.score_model)
        self.score_model._refresh_statistics()
        action = rule.with_user(self.max).action_open_hits()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(lines), rule.hit_count)

    def test_what_a_rule_alone_would_do(self):
        rule = self.rule("Form").with_user(self.mara)
        action = rule.action_preview()
        self.assertEqual(rule.lift, 2.0)
        people = self.env[action["res_model"]].with_user(self.mara)
        people = people.search(action["domain"])
        self.assertEqual(len(people), rule.people_count)
        self.assertEqual(sum(people.mapped("hits")), rule.hit_count)
        a = people.filtered(lambda p: p.profile_id == self.person("a@example.com"))
        expected = 20 * (2 ** (-20 / 30) + 2 ** (-30 / 30))
        self.assertAlmostEqual(a.score_then, expected, 6)
        # Other rules were not looked at.
        self.assertEqual(self.rule("Meeting").hit_count, 0)

    def test_a_rule_that_gives_nothing(self):
        self.set_rule("Form", points=0)
        with self.assertRaises(UserError):
            self.rule("Form").with_user(self.mara).action_preview()

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.draft.with_user(self.mara).action_refresh_statistics()
        for user in (self.sam, self.sid, self.rita):
            with self.assertRaises(AccessError):
                self.rule("Form").with_user(user).action_preview()
