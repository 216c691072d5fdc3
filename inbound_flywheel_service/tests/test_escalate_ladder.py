# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .test_escalate_sla import ClockCommon, at


@tagged("post_install", "-at_install")
class TestLadder(ClockCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_id = cls.ann
        cls.ladder = cls.env["flywheel.escalation.ladder"].create({"name": "Ladder"})

    @classmethod
    def _step(cls, **values):
        return cls.env["flywheel.escalation.step"].create(
            {"ladder_id": cls.ladder.id, "notify_lead": True, **values}
        )

    def _log(self, case):
        return self.env["flywheel.escalation.log"].search(
            [("ticket_id", "=", case.id), ("step_id", "!=", False)], order="id"
        )

    def test_steps_in_working_time_each_once(self):
        waiting = self._step(delay=60, trigger="waiting", priority="2")
        before = self._step(delay=30, trigger="before_due", notify_owner=True)
        after = self._step(delay=1, unit="hours", trigger="after_due", priority="3")
        case = self._open("2026-11-16 16:30:00", user_id=self.bob.id)
        self.assertEqual(case.answer_due, at("17 12:30:00"))
        self.assertEqual(case.next_escalation, at("17 09:30:00"))
        for moment, steps in (
            ("17 09:29:00", []),
            ("17 09:30:00", [waiting]),
            ("17 09:35:00", [waiting]),
            ("17 12:00:00", [waiting, before]),
            ("17 13:29:00", [waiting, before]),
            ("17 13:31:00", [waiting, before, after]),
            ("18 13:31:00", [waiting, before, after]),
        ):
            self._pass(f"2026-11-{moment}")
            self.assertEqual([log.step_id for log in self._log(case)], steps, moment)
        self.assertEqual(case.priority, "3")
        self.assertEqual(self._codes(case).count("ladder"), 3)
        self.assertEqual(
            len(case.activity_ids.filtered(lambda a: a.user_id == self.bob)), 1
        )
        self.assertEqual(
            len(case.activity_ids.filtered(lambda a: a.user_id == self.ann)), 3
        )

    def test_an_answer_stops_and_a_new_question_starts_again(self):
        self._step(delay=60, trigger="waiting")
        case = self._open()
        self._pass("2026-11-16 10:00:00")
        self._answer(case, "2026-11-16 10:30:00")
        self.assertFalse(case.next_escalation)
        self._pass("2026-11-16 12:00:00")
        self.assertEqual(len(self._log(case)), 1)
        self._ask(case, "2026-11-16 12:00:00")
        self._pass("2026-11-16 12:59:00")
        self.assertEqual(len(self._log(case)), 1)
        self._pass("2026-11-16 13:00:00")
        self.assertEqual(len(self._log(case)), 2)

    def test_closing_and_reopening(self):
        self._step(delay=60, trigger="waiting")
        case = self._open()
        with freeze_time("2026-11-16 09:30:00"):
            case.stage_id = self.stage_done
        self._pass("2026-11-16 12:00:00")
        self.assertFalse(self._log(case))
        with freeze_time("2026-11-17 09:00:00"):
            case.stage_id = self.stage_new
        self._pass("2026-11-17 10:00:00")
        self.assertEqual(len(self._log(case)), 1)

    def test_a_duplicate_stops_and_the_other_repeats_nothing(self):
        self._step(delay=60, trigger="waiting")
        self._step(delay=180, trigger="waiting")
        first = self._open("2026-11-16 09:00:00")
        second = self._open("2026-11-16 10:00:00")
        self._pass("2026-11-16 10:00:00")
        self.assertEqual((len(self._log(first)), len(self._log(second))), (1, 0))
        with freeze_time("2026-11-16 10:30:00"):
            first.duplicate_id = second
        self.assertEqual(second.waiting_since, at("16 09:00:00"))
        self._pass("2026-11-16 11:59:00")
        self.assertEqual(len(self._log(second)), 1)
        self._pass("2026-11-16 12:00:00")
        self.assertEqual(len(self._log(second)), 2)
        self.assertEqual(len(self._log(first)), 1)

    def test_archived_cases_stop(self):
        self._step(delay=60, trigger="waiting")
        case = self._open()
        case.active = False
        self.assertFalse(case.next_escalation)
        self._pass("2026-11-16 12:00:00")
        self.assertFalse(self._log(case))

    def test_without_owner(self):
        step = self._step(delay=2, unit="hours", trigger="unowned")
        self.team.flywheel_auto_assign = False
        case = self._open()
        self._pass("2026-11-16 10:59:00")
        self.assertFalse(self._log(case))
        self._pass("2026-11-16 11:00:00")
        self.assertEqual(self._log(case).step_id, step)
        with freeze_time("2026-11-16 12:00:00"):
            case.user_id = self.bob
        self.assertFalse(case.unowned_since)
        with freeze_time("2026-11-16 13:00:00"):
            case.user_id = False
        self._pass("2026-11-16 15:00:00")
        self.assertEqual(len(self._log(case)), 2)

    def test_reassigning(self):
        step = self._step(delay=60, trigger="waiting", reassign="lead")
        case = self._open(user_id=self.bob.id)
        self._pass("2026-11-16 10:00:00")
        self.assertEqual(case.user_id, self.ann)
        step.write({"reassign": "team", "reassign_team_id": self.other_team.id})
        case = self._open(user_id=self.bob.id)
        self._pass("2026-11-16 10:00:00")
        self.assertEqual((case.team_id, case.user_id.id), (self.other_team, False))
        step.write({"reassign": "queue"})
        case = self._open(user_id=self.bob.id)
        self._pass("2026-11-16 10:00:00")
        self.assertFalse(case.user_id)
        with self.assertRaises(ValidationError):
            step.write({"reassign": "team", "reassign_team_id": False})

    def test_one_message_a_person_without_content(self):
        self._step(delay=60, trigger="waiting", how="mail")
        cases = self._open() | self._open(name="My secret name")
        with self.mock_mail_gateway():
            self._pass("2026-11-16 10:00:00")
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.ann.partner_id.ids)], order="id desc", limit=1
        )
        for case in cases:
            self.assertIn(case.number, message.body)
        self.assertNotIn("secret", message.body)

    def test_nobody_is_told_of_what_he_may_not_see(self):
        self._step(delay=60, trigger="waiting", user_ids=self.bob.ids)
        case = self._open(user_id=False, restricted=True)
        self.team.user_id = False
        case.write({"user_id": False, "restricted": True})
        self._pass("2026-11-16 10:00:00")
        self.assertNotIn(self.bob, case.activity_ids.user_id)
        self.assertIn(self.mia, case.activity_ids.user_id)

    def test_the_first_ladder_that_is_for_the_case(self):
        best = self.ladder.copy({"name": "Gold", "sequence": 1, "company_id": False})
        best.tier_ids = self.gold
        fast = self._step(ladder_id=best.id, delay=10, trigger="waiting")
        slow = self._step(delay=60, trigger="waiting")
        case = self._open()
        self.assertEqual(case.next_escalation, at("16 10:00:00"))
        case.flywheel_profile_id.tier_id = self.gold
        self.assertEqual(case.next_escalation, at("16 09:10:00"))
        self._pass("2026-11-16 12:00:00")
        self.assertEqual(self._log(case).step_id, fast)
        self.assertNotIn(slow, self._log(case).step_id)

    def test_scheduled_action_runs_and_runs_again(self):
        self._step(delay=0, trigger="waiting")
        self.team.resource_calendar_id = self._calendar("Always", range(7), 0, 24)
        case = self._case(partner_id=self.customer.id)
        cron = self.env.ref("inbound_flywheel_service.ir_cron_escalate")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(len(self._log(case)), 1)

    def test_sentences(self):
        step = self._step(delay=2, unit="hours", trigger="after_due", priority="3")
        self.assertEqual(
            step.sentence,
            "2 h after the answer was due: tell the team leader, raise the "
            "priority to Very High.",
        )

    def test_no_query_for_each_case(self):
        self._step(delay=60, trigger="waiting", how="mail", priority="3")
        counts = []
        for number in (3, 30):
            values = {
                "name": "x",
                "description": "x",
                "team_id": self.team.id,
                "user_id": self.bob.id,
            }
            with freeze_time("2026-11-16 09:00:00"):
                self.env["helpdesk.ticket"].create(
                    [dict(values) for _n in range(number)]
                )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.assertEqual(self._pass("2026-11-16 10:00:00"), number)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 3)
