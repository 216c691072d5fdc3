# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..models import helpdesk_ticket_team_member, locks
from .common import ALL, ServiceCommon


@tagged("post_install", "-at_install")
class TestAssignment(ServiceCommon):
    def _away(self, user):
        now = fields.Datetime.now()
        user.out_of_office_from = now - timedelta(hours=1)
        user.out_of_office_to = now + timedelta(hours=1)

    def test_least_open_work(self):
        self._case(user_id=self.ann.id)
        self._case(user_id=self.ann.id)
        case = self._case()
        self.assertEqual(case.user_id, self.bob)
        line = case.flywheel_trace_ids.filtered(lambda t: t.step == "assign")
        self.assertIn("Bob", line.message)
        self.assertIn("Ann: 2", line.detail)

    def test_closed_cases_are_no_work(self):
        for _i in range(3):
            self._solved("Old", "<p>x</p>", user_id=self.bob.id)
        self._case(user_id=self.ann.id)
        self.assertEqual(self._case().user_id, self.bob)

    def test_work_counts_over_all_teams(self):
        self.other_team.user_ids = self.bob
        self._case(user_id=self.bob.id, team_id=self.other_team.id)
        self.assertEqual(self._case().user_id, self.ann)

    def test_longest_idle_takes_the_tie(self):
        first = self._case(user_id=self.ann.id)
        second = self._case(user_id=self.bob.id)
        first.assigned_date = fields.Datetime.now() - timedelta(hours=1)
        second.assigned_date = fields.Datetime.now() - timedelta(hours=2)
        self.assertEqual(self._case().user_id, self.bob)

    def test_absent_and_archived_members_get_none(self):
        self._away(self.ann)
        self.assertEqual((self._case() + self._case()).user_id, self.bob)
        self.bob.active = False
        case = self._case()
        self.assertFalse(case.user_id)
        self.assertEqual(self._codes(case, "assign"), ["assign_nobody"])
        detail = case.flywheel_trace_ids.filtered(lambda t: t.step == "assign").detail
        self.assertIn("Ann", detail)
        self.assertIn("archived", detail)

    def test_member_of_another_company_only(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "s_stranger",
            groups=ALL,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.team.user_ids = stranger
        self.assertFalse(self._case().user_id)

    def test_chosen_assignee_stays(self):
        case = self._case(user_id=self.bob.id)
        self._case(user_id=self.bob.id)
        self.assertEqual(case.user_id, self.bob)
        self.assertEqual(self._codes(case, "assign"), ["assign_given"])

    def test_team_without_automatic_assignment(self):
        case = self._case(team_id=self.other_team.id)
        self.assertFalse(case.user_id)
        self.assertEqual(self._codes(case, "assign"), ["assign_off"])

    def test_batch_spreads_evenly(self):
        cases = self.env["helpdesk.ticket"].create(
            [
                {"name": f"Case {i}", "description": "x", "team_id": self.team.id}
                for i in range(10)
            ]
        )
        self.assertEqual(len(cases.filtered(lambda t: t.user_id == self.ann)), 5)

    def test_waiting_cases_are_tried_again(self):
        self._away(self.ann)
        self._away(self.bob)
        cases = self._case() + self._case()
        cron = self.env.ref("inbound_flywheel_service.ir_cron_assign")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(cases.user_id)
        self.bob.out_of_office_from = False
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        cases.invalidate_recordset()
        self.assertEqual(cases.user_id, self.bob)
        self.assertEqual(self._codes(cases[0], "assign"), ["assign_nobody", "assign"])
        lines = self.env["flywheel.case.trace"].search_count([])
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.env["flywheel.case.trace"].search_count([]), lines)

    def test_who_does_not_get_the_lock_leaves_the_case_to_the_queue(self):
        # Another session holds the team's lock.
        with self.registry.cursor() as other:
            env = self.env(cr=other)
            self.assertTrue(locks.try_locks(env, "helpdesk.ticket.team", self.team.ids))
            triggers = self.env["ir.cron.trigger"].search_count([])
            case = self._case()
            self.assertFalse(case.user_id)
            self.assertEqual(self._codes(case, "assign"), ["assign_queued"])
            self.assertGreater(self.env["ir.cron.trigger"].search_count([]), triggers)
        self.assertTrue(self.team._flywheel_assign_waiting(10))
        self.assertTrue(case.user_id)

    def test_work_that_others_just_committed_counts(self):
        rows = [(self.ann.id, 7, 0.0), (self.bob.id, 0, None)]
        self.patch(helpdesk_ticket_team_member, "committed", lambda env, query: rows)
        self._case(user_id=self.bob.id)
        self.assertEqual(self._case().user_id, self.bob)

    def test_moving_to_another_team_asks_for_a_new_assignment(self):
        case = self._case(team_id=self.other_team.id)
        triggers = self.env["ir.cron.trigger"].search_count([])
        case.team_id = self.team
        self.assertGreater(self.env["ir.cron.trigger"].search_count([]), triggers)
