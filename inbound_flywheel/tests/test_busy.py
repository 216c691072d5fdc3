# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable, UndefinedTable

from odoo import fields
from odoo.sql_db import db_connect

from ..engine.busy import giving_way
from .common import FlywheelCase

SQL_LOG, CRON_LOG = "odoo.sql_db", "odoo.addons.base.models.ir_cron"
# A row that every database has, and the way of whoever wants it now or not at all.
WANT = "SELECT id FROM ir_module_module WHERE name = 'base' FOR UPDATE NOWAIT"


class TestBusy(FlywheelCase):
    """To find somebody else at work is no error."""

    def setUp(self):
        super().setUp()
        self.other = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(self.other.close)
        self.other.execute(WANT)

    def test_giving_way_undoes_and_is_silent(self):
        partner = self.env["res.partner"].create({"name": "Before"})
        with self.assertNoLogs(SQL_LOG, "ERROR"), self.assertRaises(LockNotAvailable):
            with giving_way(self.env.cr, flush=True):
                partner.name = "After"
                self.env.flush_all()
                self.env.cr.execute(WANT)
        partner.invalidate_recordset()
        self.assertEqual(partner.name, "Before")

    def test_other_faults_are_logged(self):
        with self.assertLogs(SQL_LOG, "ERROR"), self.assertRaises(UndefinedTable):
            with giving_way(self.env.cr):
                self.env.cr.execute("SELECT FROM flywheel_no_such_table")
        with self.assertLogs(SQL_LOG, "ERROR"), self.assertRaises(LockNotAvailable):
            with self.env.cr.savepoint():
                self.env.cr.execute(WANT)

    def run_action(self):
        """Run a scheduled action that wants the row; return its triggers to come."""
        cron = self.env.ref("inbound_flywheel.cron_apply_touchpoints")
        Trigger = self.env["ir.cron.trigger"]
        Trigger.search([("cron_id", "=", cron.id)]).unlink()
        Touchpoint = self.registry["flywheel.touchpoint"]

        def apply(lines):
            lines.env.cr.execute(WANT)

        with patch.object(Touchpoint, "_apply", apply):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        return Trigger.search([("cron_id", "=", cron.id)])

    def test_action_comes_back_in_a_minute(self):
        now = fields.Datetime.now()
        with self.assertNoLogs(SQL_LOG, "ERROR"), self.assertNoLogs(CRON_LOG, "ERROR"):
            triggers = self.run_action()
        self.assertEqual(len(triggers), 1)
        self.assertGreaterEqual(triggers.call_at, now + timedelta(minutes=1))
        self.other.rollback()
        self.assertFalse(self.run_action())

    def test_actions_fail_of_other_faults(self):
        cron = self.env.ref("inbound_flywheel.cron_apply_touchpoints")

        def apply(lines):
            lines.env.cr.execute("SELECT FROM flywheel_no_such_table")

        Touchpoint = self.registry["flywheel.touchpoint"]
        with patch.object(Touchpoint, "_apply", apply):
            with self.assertLogs(SQL_LOG, "ERROR"), self.assertLogs(CRON_LOG, "ERROR"):
                with self.enter_registry_test_mode():
                    answer = cron.method_direct_trigger()
        self.assertEqual(answer["tag"], "display_exception")

    def test_every_action_gives_way(self):
        """Each may run beside another worker, or somebody who saves a contact."""
        actions = self.env["ir.model.data"].search(
            [("module", "=like", "inbound_flywheel%"), ("model", "=", "ir.cron")]
        )
        self.assertTrue(actions)
        for cron in self.env["ir.cron"].browse(actions.mapped("res_id")).exists():
            method = cron.code.strip().removeprefix("model.").removesuffix("()")
            found = getattr(self.registry[cron.model_id.model], method)
            self.assertTrue(hasattr(found, "__wrapped__"), f"{cron.name}: {method}")
