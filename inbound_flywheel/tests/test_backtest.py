# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time

from .common import NOW
from .common_backtest import BacktestCase


@freeze_time(NOW)
class TestBacktest(BacktestCase):
    def _history(self):
        """Ten leads: the ones that filled in a form were mostly won."""
        for number in range(10):
            email = f"h{number}@example.com"
            if number < 6:
                self.ingest_all(
                    self.item("form", email=email, date=self.ago(days=100 + number))
                )
            self.close(email, won=number < 4 or number == 9, days=50 + number)

    def test_findings_by_hand(self):
        self._history()
        backtest = self.run_test()
        self.assertEqual(backtest.state, "done")
        self.assertEqual((backtest.lead_count, backtest.won_count), (10, 5))
        # Everybody decided 50 days after the form: two levels. 4 of 5 won and 2 of
        # 5 lost have one: 4·3 wins, 4·2 + 1·3 draws of 25 pairs.
        self.assertAlmostEqual(backtest.auc, (12 + 11 / 2) / 25, 9)
        self.assertAlmostEqual(backtest.auc_engagement, backtest.auc, 9)
        self.assertEqual(backtest.auc_fit, 0.5)
        self.assertEqual(backtest.base_model_id, self.score_model)
        self.assertEqual(backtest.delta_auc, 0.0)
        self.assertIn("10", backtest.message)

    def test_newest_alone(self):
        self._history()
        # The newest three are numbers 0 to 2, all won: nothing can be said.
        self.assertEqual(self.run_test().auc_newest, 0.0)

    def test_every_number_opens_its_leads(self):
        self._history()
        backtest = self.run_test()
        self.assertEqual(
            set(backtest.band_ids.mapped("kind")),
            {"decile", "calibration", "engagement", "total"},
        )
        for band in backtest.band_ids:
            action = band.action_open_cases()
            cases = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(cases), band.leads, band.display_name)
            self.assertEqual(len(cases.filtered("won")), band.won)
            action = band.action_open_leads()
            leads = self.env["crm.lead"].with_context(**action["context"])
            self.assertEqual(leads.search(action["domain"]), cases.lead_id)
        action = backtest.action_open_cases()
        count = self.env["flywheel.backtest.case"].search_count(action["domain"])
        self.assertEqual(count, 10)

    def test_difference_to_the_active_version(self):
        self._history()
        self.set_rule("Form", points=-20)
        self.draft.hot_threshold = 1000
        backtest = self.run_test()
        self.assertAlmostEqual(backtest.base_auc, 0.7, 9)
        self.assertAlmostEqual(backtest.auc, 0.3, 9)
        self.assertAlmostEqual(backtest.delta_auc, -0.4, 9)
        self.assertEqual((backtest.up_count, backtest.down_count), (0, 0))

    def test_moves_across_the_hot_threshold(self):
        self._history()
        self.draft.write({"cool_threshold": 1, "warm_threshold": 2, "hot_threshold": 5})
        backtest = self.run_test()
        self.assertEqual((backtest.up_count, backtest.down_count), (6, 0))
        action = backtest.action_open_up()
        moved = self.env["flywheel.backtest.case"].search(action["domain"])
        self.assertEqual(len(moved), 6)
        self.assertTrue(all(case.base_engagement < 50 for case in moved))
        self.assertFalse(
            self.env["flywheel.backtest.case"].search(
                backtest.action_open_down()["domain"]
            )
        )

    def test_the_active_version_is_not_compared_with_itself(self):
        self._history()
        backtest = self.run_test(self.score_model)
        self.assertFalse(backtest.base_model_id)
        self.assertEqual(backtest.delta_auc, 0.0)

    def test_an_archived_version(self):
        self._history()
        self.draft.sudo().action_activate()
        backtest = self.run_test(self.score_model)
        self.assertEqual(backtest.state, "done")
        self.assertEqual(backtest.base_model_id, self.draft)

    def test_limits(self):
        self._history()
        day = fields.Date.today()
        backtest = self.run_test(
            date_from=day - timedelta(days=52), date_to=day - timedelta(days=51)
        )
        self.assertEqual(backtest.lead_count, 2)
        backtest = self.run_test(domain="[('email_from', 'like', 'h3@')]")
        self.assertEqual(backtest.lead_count, 1)
        team = self.env["crm.team"].create({"name": "Other"})
        self.assertEqual(self.run_test(team_id=team.id).lead_count, 0)
        with self.assertRaises(ValidationError):
            self.run_test(domain="[('no_such_field', '=', 1)]")

    def test_words_when_nothing_can_be_told(self):
        backtest = self.run_test()
        self.assertEqual(backtest.state, "empty")
        self.assertIn("No lead", backtest.message)
        self.close("wang@example.com", won=True, days=3)
        self.assertIn("All 1 closed leads were won", self.run_test().message)
        self.close("wang@example.com", won=False, days=3)
        backtest = self.run_test(domain="[('won_status', '=', 'lost')]")
        self.assertIn("All 1 closed leads were lost", backtest.message)
        self.assertFalse(backtest.band_ids)
        # Both on the same day: nothing older to learn from.
        backtest = self.run_test()
        self.assertEqual(backtest.state, "done")
        self.assertFalse(backtest.calibration_ids)
        for chart in ("lift_chart", "gain_chart", "calibration_chart"):
            self.assertTrue(backtest[chart]["empty"])

    def test_without_rules(self):
        self._history()
        model = self.env["flywheel.score.model"].create({"name": "Empty"})
        backtest = self.run_test(model)
        self.assertEqual(backtest.auc, 0.5)
        self.assertEqual(len(backtest.decile_ids), 1)

    def test_again(self):
        self._history()
        backtest = self.run_test()
        self.set_rule("Form", points=0)
        backtest.action_run()
        self.assertEqual(backtest.auc, 0.5)
        cases = [("backtest_id", "=", backtest.id)]
        self.assertEqual(self.env["flywheel.backtest.case"].search_count(cases), 10)

    def _edited(self, date):
        """Make it look as if the draft had been edited then."""
        self.env.flush_all()
        for table, column in (
            ("flywheel_score_model", "id"),
            ("flywheel_score_rule", "score_model_id"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET write_date = %s WHERE {column} = %s",
                [date, self.draft.id],
            )
        self.env.invalidate_all()

    def test_outdated(self):
        self._history()
        backtest = self.run_test()
        self._edited(self.ago(days=1))
        self.assertFalse(backtest.is_outdated)
        self._edited("2026-06-15 12:00:01")
        self.assertTrue(backtest.is_outdated)
        # Versions that were in force stay as they are.
        self.draft.sudo().action_activate()
        self.assertFalse(backtest.is_outdated)

    def test_rules_that_know_the_outcome(self):
        self._history()
        self.set_rule("Form", points=0)
        self.draft.write(
            {
                "rule_ids": [
                    Command.create(
                        {
                            "name": "Won before",
                            "type_ids": [
                                Command.set(
                                    self.env.ref(
                                        "inbound_flywheel.touchpoint_type_lead_won"
                                    ).ids
                                )
                            ],
                            "points": 50,
                        }
                    )
                ],
                "fit_rule_ids": [
                    Command.create(
                        {
                            "name": "Is won",
                            "model": "crm.lead",
                            "domain": "[('won_status', '=', 'won')]",
                        }
                    ),
                    Command.create(
                        {
                            "name": "Is a buyer",
                            "model": "crm.lead",
                            "domain": "[('function', '=', 'Buyer')]",
                        }
                    ),
                ],
            }
        )
        backtest = self.run_test()
        self.assertEqual(backtest.auc, 0.5)
        for name in ("Won before", "Is won"):
            self.assertIn(name, backtest.left_out)
        self.assertNotIn("Is a buyer", backtest.left_out)
        # Statistics still tell what it did.
        won = self.draft.fit_rule_ids.filtered(lambda rule: rule.name == "Is won")
        self.assertEqual((won.won_share, won.lost_share), (1.0, 0.0))

    def test_nothing_but_findings_is_written(self):
        self._history()
        self.env.flush_all()
        query = (
            "SELECT (SELECT array_agg((id, momentum, fit_score) ORDER BY id)::text"
            " FROM flywheel_profile), (SELECT array_agg((id, write_date) ORDER BY id)"
            "::text FROM flywheel_score_rule), (SELECT COUNT(*) FROM mail_message),"
            " (SELECT array_agg((id, write_date) ORDER BY id)::text FROM crm_lead),"
            " (SELECT array_agg((id, write_date) ORDER BY id)::text"
            " FROM flywheel_score_model)"
        )
        self.env.cr.execute(query)
        before = self.env.cr.fetchone()
        self.run_test()
        self.env.flush_all()
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_button_of_the_score_model(self):
        self._history()
        model = self.draft.with_user(self.mara)
        action = model.action_backtest()
        backtest = self.env["flywheel.backtest"].browse(action["res_id"])
        self.assertEqual(backtest.state, "done")
        self.assertEqual(model.backtest_count, 1)
        self.assertEqual(model.backtest_auc, backtest.auc)
        self.assertEqual(
            self.env["flywheel.backtest"].search(
                model.action_open_backtests()["domain"]
            ),
            backtest,
        )

    def test_deleted_leads_and_versions(self):
        self._history()
        backtest = self.run_test()
        lead = self.env["flywheel.backtest.case"].search([], limit=1).lead_id
        lead.unlink()
        self.assertFalse(self.case(backtest, lead))
        self.draft.unlink()
        self.assertFalse(backtest.exists())

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    def test_sales_reads_and_does_not_run(self):
        self._history()
        backtest = self.run_test()
        seen = backtest.with_user(self.sam)
        self.assertEqual(seen.auc, backtest.auc)
        self.assertEqual(len(seen.decile_ids), len(backtest.decile_ids))
        with self.assertRaises(AccessError):
            seen.action_run()
        with self.assertRaises(AccessError):
            self.run_test(user=self.sam)
        for user in (self.sid, self.rita):
            with self.assertRaises(AccessError):
                backtest.with_user(user).read(["auc"])
            self.draft.with_user(user).read(["name"])

    def test_findings_are_not_written_by_hand(self):
        self._history()
        backtest = self.run_test().with_user(self.mara)
        for name in ("auc", "state", "lead_count", "message"):
            with self.assertRaises(AccessError):
                backtest.write({name: backtest[name]})
        with self.assertRaises(AccessError):
            backtest.create({"score_model_id": self.draft.id, "auc": 1})
        backtest.name = "With a name"

    def test_companies(self):
        self._history()
        self.close("b@example.com", company_id=self.branch.id, team_id=False)
        own = self.run_test()
        self.assertEqual(own.company_ids, self.company)
        self.assertEqual(own.lead_count, 10)
        both = self.run_test(
            user=self.env.user,
            company_ids=[Command.set((self.company | self.branch).ids)],
        )
        self.assertEqual(both.lead_count, 11)
        for user in (self.mara, self.bea):
            with self.assertRaises(AccessError):
                both.with_user(user).read(["auc"])
            cases = self.env["flywheel.backtest.case"].with_user(user)
            self.assertFalse(cases.search([("backtest_id", "=", both.id)]))
        self.assertFalse(
            self.env["flywheel.backtest.band"]
            .with_user(self.bea)
            .search([("backtest_id", "=", own.id)])
        )
        with self.assertRaises(AccessError):
            self.run_test(company_ids=[Command.set(self.branch.ids)])
