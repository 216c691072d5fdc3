# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.tests import tagged

from .test_escalate_sla import MONDAY, ClockCommon, at


@tagged("post_install", "-at_install")
class TestAnswerDue(ClockCommon):
    def test_in_the_hours_of_the_team(self):
        self.assertEqual(self._open().answer_due, at("16 13:00:00"))
        friday = self._open("2026-11-20 16:00:00")
        self.assertEqual(friday.answer_due, at("23 12:00:00"))

    def test_the_service_levels_own_hours(self):
        always = self._calendar("Always", range(7), 0, 24)
        self._sla(hours=2, calendar_id=always.id)
        self.assertEqual(
            self._open("2026-11-21 20:00:00").answer_due, at("21 22:00:00")
        )

    def test_cleared_and_set_by_the_conversation(self):
        case = self._open()
        self._answer(case, "2026-11-16 10:00:00")
        self.assertFalse(case.answer_due)
        self._ask(case, "2026-11-16 16:00:00")
        self.assertEqual(case.answer_due, at("17 16:00:00"))
        # A second message does not win time.
        self._ask(case, "2026-11-17 09:00:00")
        self.assertEqual(case.answer_due, at("17 16:00:00"))
        with freeze_time("2026-11-17 10:00:00"):
            case.stage_id = self.stage_done
        self.assertFalse(case.answer_due)
        self.assertFalse(case.next_escalation)
        with freeze_time("2026-11-18 09:00:00"):
            case.stage_id = self.stage_new
        self.assertEqual(case.waiting_since, at("18 09:00:00"))
        self.assertEqual(case.answer_due, at("18 17:00:00"))

    def test_machines_wait_for_nothing(self):
        with freeze_time(MONDAY):
            case = self._case(mail_verdict="auto_reply")
        self.assertFalse(case.answer_due)
        self.assertFalse(case._flywheel_expected())

    def test_follows_team_hours_and_calendar(self):
        case = self._open()
        self.team.flywheel_first_hours = 2
        self.assertEqual(case.answer_due, at("16 11:00:00"))
        self.calendar.attendance_ids.filtered(
            lambda line: line.dayofweek == "0"
        ).hour_from = 12
        self.assertEqual(case.answer_due, at("16 14:00:00"))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": "2026-11-16 00:00:00",
                "date_to": "2026-11-16 23:00:00",
            }
        )
        self.assertEqual(case.answer_due, at("17 11:00:00"))
        case.team_id = self.other_team
        self.other_team.resource_calendar_id = self._calendar("Always", range(7), 0, 24)
        self.assertEqual(case.answer_due, at("16 13:00:00"))

    def test_many_cases_follow_by_the_scheduled_action(self):
        cases = self._open() | self._open() | self._open()
        with (
            freeze_time("2026-11-16 09:30:00"),
            self.subTest("more than are looked at at once"),
        ):
            self.env["helpdesk.ticket"]._flywheel_mark([], cases[:1])
            self.assertEqual(len(cases.filtered("next_escalation")), 2)

    def test_expected_is_what_is_promised(self):
        with freeze_time(MONDAY):
            case = self._case()
            self.assertEqual(case._flywheel_expected(), at("16 13:00:00"))
        with freeze_time("2026-11-16 16:30:00"):
            # Overdue: an hour of work from now, not a moment that is over.
            self.assertEqual(case._flywheel_expected(), at("17 09:30:00"))

    def test_expected_knows_the_load(self):
        past = self.env["helpdesk.ticket"]
        for number in range(20):
            day = 2 + number % 5
            past |= self._open(f"2026-11-{day:02d} 10:00:00")
        for case in past:
            # A week less an hour: 39 hours of work.
            moment = case.create_date.replace(day=case.create_date.day + 7, hour=9)
            self._answer(case, moment)
        with freeze_time(MONDAY):
            case = self._case()
            self.assertEqual(case.answer_due, at("16 13:00:00"))
            self.assertEqual(case._flywheel_expected(), at("20 16:00:00"))
        with freeze_time("2026-11-21 12:00:00"):
            # Nothing is known yet about weekends.
            case = self._case()
            self.assertEqual(case._flywheel_expected(), at("23 13:00:00"))

    def test_strip(self):
        self._sla(hours=1)
        self._sla(kind="solution", hours=6)
        case = self._open()
        with freeze_time("2026-11-16 10:30:00"):
            strip = case.with_user(self.ann).due_strip
        self.assertEqual([item["state"] for item in strip["items"]], ["late", "ok"])

    def test_who_waits_on_a_duplicate_waits_on_the_other(self):
        first = self._open()
        second = self._open("2026-11-16 08:00:00")
        with freeze_time("2026-11-16 09:30:00"):
            second.duplicate_id = first
        self.assertFalse(second.waiting_since)
        self.assertFalse(second.answer_due)
        self.assertFalse(second.next_escalation)
        self.assertEqual(first.waiting_since, at("16 08:00:00"))
        self._answer(first, "2026-11-16 10:00:00")
        self._ask(second, "2026-11-16 11:00:00")
        self.assertFalse(second.waiting_since)
        self.assertEqual(first.waiting_since, at("16 11:00:00"))
