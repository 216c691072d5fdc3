# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import Form, new_test_user

from .common import FLYWHEEL, FlywheelCase

RATES = ["win_rate:avg", "win_rate_clean:avg", "close_rate:avg", "close_rate_clean:avg"]


class TestWin(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.junk.rule"].search([]).action_archive()
        cls.team, cls.other_team = cls.env["crm.team"].create(
            [{"name": "Win north"}, {"name": "Win south"}]
        )
        cls.first, cls.second, cls.won_stage = cls.env["crm.stage"].create(
            [
                {"name": "Win first", "sequence": 1},
                {"name": "Win second", "sequence": 2},
                {"name": "Win won", "sequence": 70, "is_won": True},
            ]
        )
        cls.leads = cls._make(cls.team, 4, won=1, lost=2, junk=1)
        cls.leads += cls._make(cls.other_team, 6, won=3, lost=2, junk=0)
        cls.leads += cls.env["crm.lead"].create(
            {"name": "No opportunity", "type": "lead", "team_id": cls.team.id}
        )

    @classmethod
    def _make(cls, team, total, won=0, lost=0, junk=0, date=None):
        """Make opportunities: won, lost (junk among them), the rest open."""
        leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "type": "opportunity",
                    "team_id": team.id,
                    "user_id": cls.sam.id,
                    "stage_id": cls.first.id,
                }
                for number in range(total)
            ]
        )
        leads[:won].write({"stage_id": cls.won_stage.id, "probability": 100})
        dropped = leads[won : won + lost]
        dropped[:junk].write({"junk_state": "confirmed"})
        dropped.action_set_lost()
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_closed ="
            " CASE WHEN date_closed IS NOT NULL THEN %s END WHERE id = ANY(%s)",
            [*[date or fields.Datetime.now()] * 2, leads.ids],
        )
        cls.env.invalidate_all()
        return leads

    def _rates(self, *domain, user=None):
        Report = self.env["flywheel.win.report"].with_user(user or self.sam)
        domain = [("lead_id", "in", self.leads.ids), *domain]
        [row] = Report._read_group(domain, [], RATES)
        return [round(rate, 6) for rate in row]

    # ------------------------------------------------------------------
    # Report
    # ------------------------------------------------------------------
    def test_rates(self):
        north = ("team_id", "=", self.team.id)
        self.assertEqual(
            self._rates(north), [0.25, round(1 / 3, 6), round(1 / 3, 6), 0.5]
        )
        self.assertEqual(self._rates(), [0.4, round(4 / 9, 6), 0.5, round(4 / 7, 6)])

    def test_rates_are_right_at_every_level(self):
        Report = self.env["flywheel.win.report"].with_user(self.sam)
        groups = Report.formatted_read_group(
            [("lead_id", "in", self.leads.ids)],
            ["team_id", "date:month"],
            ["__count", "won:sum", "total:sum", *RATES],
        )
        self.assertEqual(len(groups), 2)
        for group in groups:
            share = group["won:sum"] / group["total:sum"]
            self.assertAlmostEqual(group["win_rate:avg"], share)

    def test_numbers_reconcile_with_the_leads(self):
        Report = self.env["flywheel.win.report"].with_user(self.sam)
        own = [("id", "in", self.leads.ids), ("type", "=", "opportunity")]
        Lead = self.env["crm.lead"].with_user(self.sam).with_context(active_test=False)
        [(total, won, lost, junk)] = Report._read_group(
            [("lead_id", "in", self.leads.ids)],
            [],
            ["total:sum", "won:sum", "lost:sum", "junk:sum"],
        )
        self.assertEqual(total, Lead.search_count(own))
        for count, leaf in (
            (won, ("won_status", "=", "won")),
            (lost, ("won_status", "=", "lost")),
            (junk, ("is_junk", "=", True)),
        ):
            self.assertEqual(count, Lead.search_count([*own, leaf]))
        rows = Report.search([("lead_id", "in", self.leads.ids), ("won", "=", 1)])
        action = rows.action_open_lead()
        found = Lead.with_context(**action["context"]).search(action["domain"])
        self.assertEqual(len(found), won)

    def test_who_sees_what(self):
        seller = new_test_user(
            self.env, "flywheel_own", groups="sales_team.group_sale_salesman"
        )
        self.leads[0].user_id = seller
        Report = self.env["flywheel.win.report"]
        domain = [("lead_id", "in", self.leads.ids)]
        self.assertEqual(Report.with_user(seller).search(domain).lead_id, self.leads[0])
        self.assertEqual(Report.with_user(self.mara).search_count(domain), 10)
        self.leads[1].sudo().write({"user_id": False, "company_id": self.branch.id})
        self.assertEqual(Report.with_user(self.sam).search_count(domain), 9)
        for user in (self.rita, self.ian, self.pia):
            self.assertFalse(Report.with_user(user).has_access("read"))
            self.assertFalse(
                self.env["flywheel.win.lever"].with_user(user).has_access("create")
            )

    # ------------------------------------------------------------------
    # Levers
    # ------------------------------------------------------------------
    def _lever(self, user=None, **values):
        Lever = self.env["flywheel.win.lever"].with_user(user or self.sam)
        with Form(Lever.with_context(tz="Asia/Taipei")) as form:
            form.team_id = self.team
            for name, value in values.items():
                form[name] = value
        return form.record

    def test_levers(self):
        last_month = datetime(2026, 5, 10)
        self._make(self.team, 10, won=2, lost=4, date=last_month)
        lever = self._lever()
        self.assertEqual(lever.line_ids.mapped("total"), [10, 4])
        before, now = lever.line_ids
        self.assertFalse(before.compared)
        self.assertAlmostEqual(before.rate, 0.2)
        self.assertAlmostEqual(now.rate, 1 / 3)
        self.assertAlmostEqual(now.rate_all, 0.25)
        self.assertAlmostEqual(now.win_effect + now.filter_effect, now.change)
        self.assertAlmostEqual(now.change, 1 / 3 - 0.2)
        self.assertGreater(now.filter_effect, 0)
        self.assertEqual(lever.chart["datasets"][0]["data"][0], None)
        self.assertEqual(len(lever.chart["labels"]), 2)
        action = lever.action_open_period(
            fields.Date.to_string(now.date_from), fields.Date.to_string(now.date_to)
        )
        rows = self.env["flywheel.win.report"].with_user(self.sam)
        self.assertEqual(rows.search_count(action["domain"]), 4)

    def test_levers_of_closed(self):
        lever = self._lever(definition="closed")
        self.assertEqual(lever.line_ids.mapped("total"), [3])
        self.assertAlmostEqual(lever.rate, 0.5)

    def test_base_period(self):
        for month, won in ((3, 2), (4, 5), (5, 6)):
            self._make(self.team, 10, won=won, date=datetime(2026, month, 10))
        lever = self._lever(base="first")
        self.assertEqual(
            [round(line.change, 6) for line in lever.line_ids],
            [0, 0.3, 0.4, round(1 / 3 - 0.2, 6)],
        )
        lever = self._lever()
        self.assertAlmostEqual(
            sum(lever.line_ids.mapped("change")),
            lever.line_ids[-1].rate - lever.line_ids[0].rate,
        )

    def test_days_of_the_user(self):
        """A period begins and ends at the midnight of who looks."""
        start = datetime(2026, 4, 30, 16, 0)
        self._make(self.team, 3, won=1, date=start)
        self._make(self.team, 5, won=1, date=start - timedelta(minutes=1))
        lever = self._lever(date_from="2026-05-01", date_to="2026-05-31")
        self.assertEqual(lever.line_ids.mapped("total"), [3])

    def test_nothing_there(self):
        lever = self._lever(date_from="2020-01-01", date_to="2020-03-31")
        self.assertFalse(lever.line_ids)
        self.assertEqual((lever.rate, lever.total), (0, 0))

    def test_simulation(self):
        self._make(self.team, 20, won=5, lost=8, date=datetime(2026, 5, 10))
        lever = self._lever(date_to="2026-05-31", stage_id=self.first, uplift=20)
        self.assertAlmostEqual(lever.simulated_rate, 6 / 20)
        self.assertIn("25.0 % → 30.0 %", lever.simulation)
        self.assertIn("8 were lost there", lever.simulation)
        lever = self._lever(date_to="2026-05-31", stage_id=self.second, uplift=20)
        self.assertAlmostEqual(lever.simulated_rate, 5 / 20)

    def test_marketing_sees_levers(self):
        self.assertTrue(self._lever(user=self.mara).line_ids)

    def test_actions(self):
        for name in ("flywheel_win_report_action", "flywheel_win_lever_action"):
            action = self.env["ir.actions.act_window"]._for_xml_id(FLYWHEEL + name)
            self.assertTrue(action["path"])
