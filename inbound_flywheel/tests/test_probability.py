# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import FLYWHEEL, FlywheelCase

CRON = "crm.website_crm_score_cron"


class TestProbability(FlywheelCase):
    """Two won leads, a lost one and an open one, all older than Odoo's history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        cls.env["crm.lead.scoring.frequency"].search([]).unlink()
        cls.env["ir.config_parameter"].set_param("crm.pls_start_date", "2026-06-07")
        cls.cron = cls.env.ref(CRON)
        cls.cron.active = False
        cls.admin = new_test_user(
            cls.env,
            "flywheel_adam",
            groups=f"base.group_system,{FLYWHEEL}group_flywheel_manager",
        )
        Lead = cls.env["crm.lead"]
        cls.leads = Lead.create(
            [{"name": name, "type": "opportunity"} for name in ("1", "2", "3", "4")]
        )
        cls.leads[:2].action_set_won()
        cls.leads[2].action_set_lost()
        cls._date(cls.leads, "2026-01-02 08:00:00")

    @classmethod
    def _date(cls, leads, date):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = ANY(%s)",
            [date, leads.ids],
        )
        cls.env["crm.lead.scoring.frequency"].search([]).unlink()
        cls.env.invalidate_all()

    def _health(self, user=None):
        Health = self.env["flywheel.probability.health"].with_user(user or self.max)
        return Health.browse(Health.action_open()["res_id"])

    def _text(self, user=None):
        return str(self._health(user).findings)

    def _settings(self):
        get_param = self.env["ir.config_parameter"].get_param
        counted = self.env["crm.lead.scoring.frequency"].search_count([])
        return get_param("crm.pls_start_date"), self.cron.active, counted

    def test_as_delivered(self):
        health = self._health()
        self.assertEqual(health.state, "error")
        self.assertEqual((health.closed_count, health.learned_count), (3, 0))
        self.assertEqual(str(health.better_start_date), "2026-01-02")
        text = str(health.findings)
        self.assertIn("3 of 3 closed leads were created before 06/07/2026", text)
        self.assertIn("0 won and 0 lost", text)
        self.assertIn("not active", text)
        self.assertIn("1 of 1 open leads were created before", text)
        self.assertIn("cannot be known", text)

    def test_looking_changes_nothing(self):
        before = self._settings()
        self._text()
        self._text(self.admin)
        self.assertEqual(self._settings(), before)

    def test_not_counted_yet(self):
        self._date(self.leads, "2026-06-10 08:00:00")
        self.assertIn("not counted its closed leads yet", self._text())
        self.assertNotIn("were created before", self._text())

    def test_repairs(self):
        health = self._health(self.admin)
        health.action_set_start_date()
        health.action_activate()
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self.cron.nextcall = "2026-06-16 00:00:00"
        self.assertEqual(self._settings()[:2], ("2026-01-02", True))
        health = self._health(self.admin)
        self.assertEqual(health.state, "ok", health.findings)
        self.assertEqual(health.learned_count, 3)
        self.assertFalse(health.better_start_date)

    def test_overdue(self):
        self.cron.write({"active": True, "nextcall": "2026-06-01 00:00:00"})
        self.assertIn("overdue since 06/01/2026", self._text())

    def test_stages_of_teams_only(self):
        team = self.env["crm.team"].create({"name": "T"})
        self.env["crm.stage"].search([("team_ids", "=", False)]).team_ids = team
        self.assertIn("Every stage belongs to a team", self._text())

    def test_without_start_date(self):
        self.env["ir.config_parameter"].set_param("crm.pls_start_date", "")
        health = self._health()
        self.assertFalse(health.start_date)
        self.assertIn("No start date", str(health.findings))

    def test_without_leads(self):
        self.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        health = self._health()
        self.assertEqual((health.closed_count, health.open_count), (0, 0))

    def test_who_may_repair(self):
        health = self._health()
        self.assertFalse(health.can_repair)
        before = self._settings()
        for action in ("action_set_start_date", "action_activate", "action_rebuild"):
            with self.assertRaises(AccessError):
                getattr(health, action)()
        self.assertEqual(self._settings(), before)

    def test_who_may_look(self):
        for user in (self.rita, self.sam, self.mara, self.ian):
            with self.assertRaises(AccessError):
                self._health(user)

    def test_hint_on_the_lead(self):
        lead = self.leads[3].with_user(self.sam)
        self.assertIn("Not trained yet", lead.flywheel_probability_hint)
        self.assertFalse(self.leads[0].with_user(self.sam).flywheel_probability_hint)
        self.env["ir.config_parameter"].set_param("crm.pls_start_date", "2026-01-01")
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self.env.invalidate_all()
        self.assertFalse(lead.flywheel_probability_hint)
        self.env["ir.config_parameter"].set_param("crm.pls_start_date", "2026-06-07")
        self.env.invalidate_all()
        self.assertIn("older than 06/07/2026", lead.flywheel_probability_hint)

    def test_the_score_does_not_read_it(self):
        """Whatever Odoo thinks of a lead, its person's points stay."""
        lead = self.leads[3]
        lead.partner_id = self.env["res.partner"].create({"name": "W"})
        self.env["flywheel.touchpoint"]._record(
            [{"type": "form", "partner_id": lead.partner_id.id}]
        )
        score = lead.engagement_score
        lead.write({"probability": 77, "automated_probability": 77})
        self.assertAlmostEqual(lead.engagement_score, score, 9)
