# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from ..hooks import post_init_hook
from .common import FlywheelCase


class TestCron(FlywheelCase):
    def _run(self, name):
        """Run a scheduled action as the scheduler does."""
        cron = self.env.ref(f"inbound_flywheel.{name}")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _leave_pending(self, *items):
        """Append lines as a busy moment leaves them: in the ledger, not applied."""
        self.ingest_all(*items)
        person = self.person()
        lines = self.lines(person)
        self.cr.execute(
            "DELETE FROM flywheel_stage_interval WHERE profile_id = %(person)s;"
            "UPDATE flywheel_touchpoint SET pending = TRUE WHERE id = ANY(%(ids)s);"
            "UPDATE flywheel_profile SET momentum = 0, last_date = NULL,"
            " journey_stage_id = NULL, lifecycle_stage_id = NULL WHERE id = %(person)s",
            {"ids": lines.ids, "person": person.id},
        )
        self.env.invalidate_all()
        return person, lines

    def test_pending_lines_are_applied_once(self):
        items = [self.item("form"), self.item("meeting"), *[self.item("page")] * 6]
        person, lines = self._leave_pending(*items)
        self.assertEqual(person.engagement_score, 0)
        for _time in range(2):
            self._run("cron_apply_touchpoints")
            self.assertFalse(any(lines.mapped("pending")))
            self.assert_scored(person)
            self.assertEqual(len(person.explain()), 6)
            self.assertEqual(person.journey_stage_id.code, "decision")
            self.assertTrue(person.last_date)

    def test_pending_lines_and_new_ones(self):
        person, lines = self._leave_pending(*[self.item("page")] * 3)
        self.ingest_all(*[self.item("page")] * 3)
        self.assertEqual(lines.mapped("pending"), [True] * 3)
        self._run("cron_apply_touchpoints")
        self.assertEqual(len(person.explain()), 4)
        self.assert_scored(person)

    def test_more_pending_lines_than_one_batch(self):
        from ..models import flywheel_touchpoint_apply

        self.patch(flywheel_touchpoint_apply, "BATCH", 4)
        person, lines = self._leave_pending(*[self.item("page")] * 10)
        self._run("cron_apply_touchpoints")
        self.assertFalse(any(lines.mapped("pending")))
        self.assert_scored(person)

    def test_reawarding_leaves_pending_lines_to_the_action(self):
        person, _lines = self._leave_pending(self.item("meeting"))
        self.env["flywheel.score.model"]._reaward()
        self.assertEqual(person.explain(), [])
        self._run("cron_apply_touchpoints")
        self.assertEqual(len(person.explain()), 1)
        self.assert_scored(person)

    def _old_leads(self):
        """Return leads as they were before the flywheel came."""
        partner = self.env["res.partner"].create({"name": "Wang"})
        leads = self.env["crm.lead"].create(
            [
                {"name": "Anonymous", "type": "lead"},
                {"name": "Known", "type": "lead", "partner_id": partner.id},
                {"name": "Addressed", "type": "lead", "email_from": "wang@example.com"},
                {
                    "name": "Won",
                    "type": "opportunity",
                    "email_from": "wang@example.com",
                },
                {"name": "Lost", "type": "lead", "email_from": "lost@example.com"},
            ]
        )
        leads[3].action_set_won()
        leads[4].action_set_lost()
        self.env.flush_all()
        leads.sudo().flywheel_profile_id.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(leads.flywheel_profile_id)
        return leads

    def test_older_leads_get_a_person(self):
        leads = self._old_leads()
        self._run("cron_adopt_leads")
        self.assertEqual(len(leads.flywheel_profile_id), 4)
        self.assertEqual(leads[2].flywheel_profile_id, leads[3].flywheel_profile_id)
        self.assertEqual(
            sorted(
                line.type_id.code
                for line in self.lines(leads[2].flywheel_profile_id)
                if line.res_id == leads[3].id
            ),
            ["lead_converted", "lead_created", "lead_won"],
        )
        self.assertEqual(leads[3].lifecycle_stage_id.code, "customer")
        self.assertEqual(
            set(self.lines(leads[4].flywheel_profile_id).mapped("type_id.code")),
            {"lead_created", "lead_lost"},
        )

    def test_adopting_again_changes_nothing(self):
        leads = self._old_leads()
        self._run("cron_adopt_leads")
        people = [lead.flywheel_profile_id for lead in leads]
        lines = self.lines(leads.flywheel_profile_id)
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self._run("cron_adopt_leads")
            leads._adopt()
        self.assertEqual([lead.flywheel_profile_id for lead in leads], people)
        self.assertEqual(self.lines(leads.flywheel_profile_id), lines)

    def test_installation_wakes_the_adoption(self):
        cron = self.env.ref("inbound_flywheel.cron_adopt_leads")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        post_init_hook(self.env)
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            len(triggers) + 1,
        )

    def test_other_actions_run(self):
        self.ingest_all(self.item())
        for name in ("cron_evaluate", "cron_expire", "cron_keep_exact"):
            self._run(name)
        self.assert_scored(self.person())

    # ------------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------------
    def test_retention(self):
        self.ingest_all(
            self.item("call_in", date=self.ago(days=900)),
            self.item("call_in", date=self.ago(days=10)),
            self.item("meeting", date=self.ago(days=900)),
        )
        Touchpoint = self.env["flywheel.touchpoint"]
        Touchpoint._gc_touchpoints()
        self.assertEqual(len(self.lines(self.person())), 3)
        parameter = "inbound_flywheel.retention_months"
        self.env["ir.config_parameter"].set_param(parameter, "12")
        Touchpoint._gc_touchpoints()
        self.env.invalidate_all()
        codes = self.lines(self.person()).mapped("type_id.code")
        self.assertEqual(sorted(codes), ["call_in", "meeting"])
        self.assert_scored(self.person())
