# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_assign_choice import AssignCommon


@tagged("post_install", "-at_install")
class TestQueue(AssignCommon):
    def setUp(self):
        super().setUp()
        self.team.user_id = self.mia
        self.team.user_ids = self.ann
        self._away(self.ann)

    def _back(self, user):
        user.write({"out_of_office_from": False, "out_of_office_to": False})

    def test_oldest_promise_first(self):
        now = fields.Datetime.now()
        first, second, third = (self._case() for _n in range(3))
        (first + second + third).write({"answer_due": False})
        third.answer_due = now + timedelta(hours=1)
        second.answer_due = now + timedelta(hours=2)
        queue = [ticket_id for ticket_id, _late in self.team._flywheel_read_queue()]
        self.assertEqual(queue, (third + second + first).ids)

    def test_who_waited_too_long_goes_before_all_others(self):
        now = fields.Datetime.now()
        self.team.resource_calendar_id = False
        starved, promised = self._case(), self._case(priority="3")
        promised.answer_due = now + timedelta(minutes=5)
        starved.write(
            {"answer_due": False, "waiting_since": now - timedelta(hours=8.1)}
        )
        self.team.flywheel_capacity = 1
        self._back(self.ann)
        self._run_queue()
        self.assertEqual(starved.user_id, self.ann)
        self.assertFalse(promised.user_id)
        self.assertIn("more than 8 working hours", self._assigned(starved).detail)

    def test_a_hundred_without_a_skilled_agent_do_not_stop_the_rest(self):
        self._skill("Contracts", self.cat, words="lock")
        self._away(self.cat)
        self.team.user_ids += self.cat
        self.team.flywheel_relax_minutes = 0
        locked = self.env["helpdesk.ticket"].create(
            [
                {"name": "A lock", "description": "x", "team_id": self.team.id}
                for _n in range(120)
            ]
        )
        plain = self._case("Plain")
        self._back(self.ann)
        self.patch(type(self.team), "_flywheel_read_queue", _in_parts(100))
        self._run_queue()
        self.assertEqual(plain.user_id, self.ann)
        self.assertFalse(locked.user_id)

    def test_one_task_for_the_leader(self):
        self._case()
        self._case()
        self._run_queue()
        activity = self.team.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.mia)
        self.assertIn("2 cases", activity.summary)
        self.assertIn("everybody is out of office", activity.note)
        self._case()
        self._run_queue()
        self.assertEqual(self.team.activity_ids, activity)
        self.assertIn("3 cases", activity.summary)
        self._back(self.ann)
        self._run_queue()
        self.assertFalse(self.team.activity_ids)

    def test_the_task_closes_when_the_cases_are_gone(self):
        case = self._case()
        self._run_queue()
        self.assertTrue(self.team.activity_ids)
        case.stage_id = self.stage_done
        self._run_queue()
        self.assertFalse(self.team.activity_ids)

    def test_the_leader_of_the_team_above(self):
        self.team.write({"user_id": False, "parent_id": self.other_team.id})
        self.other_team.user_id = self.mia
        self._case()
        self._run_queue()
        self.assertEqual(self.team.activity_ids.user_id, self.mia)

    def test_a_team_without_leader(self):
        self.team.user_id = False
        self._case()
        self._run_queue()
        self.assertFalse(self.team.activity_ids)

    def test_the_trace_says_why_once_and_what_is_new(self):
        case = self._case()
        self._run_queue()
        self._run_queue()
        self.assertEqual(self._codes(case, "assign"), ["assign_nobody"])
        self._back(self.ann)
        self._case(user_id=self.ann.id)
        self.team.flywheel_capacity = 1
        self._run_queue()
        self.assertEqual(self._codes(case, "assign"), ["assign_nobody"] * 2)
        self.assertIn("Ann (full, 1 of 1)", self._assigned(case).detail)

    def test_last_resort(self):
        self.team.flywheel_last_resort = True
        case = self._case()
        self.assertEqual(case.user_id, self.ann)
        self.assertEqual(self._assigned(case).code, "assign_last_resort")
        self._run_queue()
        self.assertEqual(case.user_id, self.ann)

    def test_coming_back_wakes_the_queue(self):
        triggers = self.env["ir.cron.trigger"].search([])
        self.ann.out_of_office_to = fields.Datetime.now() + timedelta(days=3)
        new = self.env["ir.cron.trigger"].search([]) - triggers
        self.assertIn(self.ann.out_of_office_to, new.mapped("call_at"))

    def test_button_of_the_leader(self):
        case = self._case()
        self._back(self.ann)
        with self.assertRaises(AccessError):
            self.team.with_user(self.bob).action_flywheel_assign()
        self.team.user_id = self.bob
        self.team.with_user(self.bob).action_flywheel_assign()
        self.assertEqual(case.user_id, self.ann)

    def test_a_moved_case_starts_to_wait_anew(self):
        case = self._case(team_id=self.other_team.id)
        self.assertFalse(case.queued_since)
        case.team_id = self.team
        self.assertTrue(case.queued_since)

    def test_choosing_costs_no_query_per_case(self):
        self.team.user_ids = self.ann + self.bob
        counts = []
        for size in (5, 50):
            cases = self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": "A lock",
                        "description": "x",
                        "team_id": self.other_team.id,
                        "partner_id": self.customer.id,
                    }
                    for _n in range(size)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            familiar = cases._flywheel_find_familiar(180)
            self.team._flywheel_choose(cases, familiar)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])


def _in_parts(size):
    """The queue, in an order that puts ``size`` unassignable cases first."""

    def read(team, limit=None):
        tickets = team.env["helpdesk.ticket"].search(
            team._flywheel_waiting_domain(), order="name, id", limit=limit
        )
        return [(ticket.id, False) for ticket in tickets]

    return read
