# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import OWN, ServiceCommon

# A Monday, 9 o'clock.
MONDAY = "2026-11-16 09:00:00"


def at(text):
    return datetime.fromisoformat(f"2026-11-{text}")


class ClockCommon(ServiceCommon):
    """A team *Cards* that works Monday to Friday, 9 to 17 (UTC)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.escalation.rule"].search([]).active = False
        cls.env["flywheel.escalation.ladder"].search([]).active = False
        cls.env["helpdesk.sla"].search([]).active = False
        cls.calendar = cls._calendar("Office", range(5), 9, 17)
        cls.team.write(
            {
                "resource_calendar_id": cls.calendar.id,
                "use_sla": True,
                "flywheel_first_hours": 4,
                "flywheel_next_hours": 8,
            }
        )
        cls.gold = cls.env["flywheel.tier"].create({"name": "Gold", "sequence": 1})

    @classmethod
    def _calendar(cls, name, days, start, stop):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": "UTC",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": stop,
                        }
                    )
                    for day in days
                ],
            }
        )

    @classmethod
    def _sla(cls, **values):
        return cls.env["helpdesk.sla"].create(
            {"name": "Promise", "kind": "first_response", "hours": 1, **values}
        )

    def _open(self, moment=MONDAY, **values):
        """A case that came in at ``moment``."""
        with freeze_time(moment):
            case = self._case(partner_id=self.customer.id, **values)
            self._backdate(case, moment)
        return case

    def _backdate(self, case, moment):
        # The database's clock gives the date of creation.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = ANY(%s)",
            [moment, case.ids],
        )
        case.invalidate_recordset()
        case.set_sla()

    def _answer(self, case, moment, user=None):
        with freeze_time(moment):
            case.with_user(user or self.ann).message_post(
                body="Here is what to do",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _ask(self, case, moment):
        with freeze_time(moment):
            case.message_post(
                body="And now?",
                author_id=self.customer.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )

    def _pass(self, moment):
        with freeze_time(moment):
            return self.env["helpdesk.ticket"]._flywheel_escalate_batch()


@tagged("post_install", "-at_install")
class TestServiceLevels(ClockCommon):
    def test_no_calendar_is_no_crash(self):
        self.team.resource_calendar_id = False
        self._sla(days=1, kind="solution")
        case = self._open()
        self.assertTrue(case.ticket_sla_ids.deadline)
        self.env.company.resource_calendar_id = False
        case = self._open("2026-11-21 09:00:00")
        # Around the clock; a day has 24 hours then.
        self.assertEqual(case.ticket_sla_ids.deadline, at("22 10:00:00"))
        self.assertEqual(case.answer_due, at("21 13:00:00"))
        with freeze_time("2026-11-22 12:00:00"):
            case.stage_id = self.stage_done

    def test_a_team_without_calendar_takes_the_companys(self):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "T", "use_sla": True, "resource_calendar_id": False}
        )
        self.assertEqual(
            team.resource_calendar_id, self.env.company.resource_calendar_id
        )

    def test_applied_when_the_case_changes(self):
        tier = self._sla(name="Gold", tier_ids=self.gold.ids)
        category = self._sla(name="Category", category_ids=self.category.ids)
        tag = self._sla(name="Tag", tag_ids=self.tag.ids)
        high = self._sla(name="High", priority_min="2")
        other = self._sla(name="Other team", team_ids=self.other_team.ids)
        self.other_team.use_sla = True
        case = self._open()
        self.assertFalse(case.ticket_sla_ids)
        changes = [
            (tier, lambda: case.flywheel_profile_id.write({"tier_id": self.gold.id})),
            (category, lambda: case.write({"category_id": self.category.id})),
            (tag, lambda: case.write({"tag_ids": [(4, self.tag.id)]})),
            (high, lambda: case.write({"priority": "2"})),
            (other, lambda: case.write({"team_id": self.other_team.id})),
        ]
        with freeze_time(MONDAY):
            for sla, change in changes:
                change()
                self.assertIn(sla, case.ticket_sla_ids.sla_id, sla.name)
                self.assertTrue(case.sla_fits)
            case.category_id = False
        self.assertNotIn(category, case.ticket_sla_ids.sla_id)

    def test_a_new_or_changed_service_level_reaches_open_cases(self):
        case = self._open()
        with freeze_time(MONDAY):
            sla = self._sla()
            self.assertEqual(case.ticket_sla_ids.sla_id, sla)
            self.assertEqual(case.answer_due, at("16 10:00:00"))
            sla.hours = 2
            self.assertEqual(case.answer_due, at("16 11:00:00"))
            sla.active = False
        self.assertFalse(case.ticket_sla_ids)
        self.assertEqual(case.answer_due, at("16 13:00:00"))

    def test_in_bulk(self):
        for number in range(3):
            self._sla(name=f"Promise {number}", kind="solution")
        values = {"name": "x", "description": "x", "team_id": self.team.id}
        cases = self.env["helpdesk.ticket"].create([dict(values) for _n in range(30)])
        self.assertEqual(len(cases.ticket_sla_ids), 90)
        counts = []
        for some in (cases[:3], cases):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.set_sla()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(len(cases.ticket_sla_ids), 90)
        # Statements grow by thousands of lines, not by cases.
        self.assertLessEqual(counts[1], counts[0] + 5)

    def test_filtering_by_access_gives_lines(self):
        self._sla()
        case = self._open(user_id=self.ann.id)
        line = case.ticket_sla_ids
        mine = line.with_user(self.bob)
        self.assertFalse(mine._filtered_access("read"))
        self.assertEqual(line.with_user(self.ann)._filtered_access("read"), line)
        case.user_id = self.bob
        self.assertEqual(mine._filtered_access("read"), line)

    def test_set_sla_by_an_agent_who_may_delete_nothing(self):
        sla = self._sla(team_ids=self.team.ids)
        case = self._open(user_id=self.bob.id)
        self.env.cr.execute(
            "INSERT INTO helpdesk_sla_helpdesk_ticket_tag_rel VALUES (%s, %s)",
            [sla.id, self.tag.id],
        )
        self.env.invalidate_all()
        self.assertFalse(case.sla_fits)
        case.with_user(self.bob).refresh_sla()
        self.assertFalse(case.ticket_sla_ids)

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Other"})
        foreign = self._sla(company_id=company.id)
        case = self._open()
        self.assertNotIn(foreign, case.ticket_sla_ids.sla_id)
        self._sla()
        far = new_test_user(
            self.env,
            "s_far",
            groups=OWN,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        lines = self.env["helpdesk.ticket.sla"].with_user(far)
        self.assertFalse(lines.search([("id", "in", case.ticket_sla_ids.ids)]))

    def test_missed_without_anybody_looking(self):
        self._sla()
        case = self._open()
        self.assertEqual(case.ticket_sla_ids.state, "in_progress")
        self.assertEqual(self._pass("2026-11-16 09:30:00"), 0)
        self._pass("2026-11-16 10:01:00")
        line = case.ticket_sla_ids
        self.assertEqual((line.state, line.missed), ("expired", 1))
        self.assertIn("sla_missed", self._codes(case))
        self._answer(case, "2026-11-16 11:00:00")
        self.assertEqual((line.state, line.missed), ("expired", 1))

    def test_warning_before(self):
        self._sla(hours=5)
        case = self._open(user_id=self.ann.id)
        self._pass("2026-11-16 12:59:00")
        self.assertNotIn("sla_warned", self._codes(case))
        self._pass("2026-11-16 13:00:00")
        self.assertIn("sla_warned", self._codes(case))
        self.assertEqual(case.activity_ids.user_id, self.ann)
        self._pass("2026-11-16 13:05:00")
        self.assertEqual(self._codes(case).count("sla_warned"), 1)

    def test_warning_minutes_over_night(self):
        self._sla(hours=1, warn_minutes=30)
        case = self._open("2026-11-16 16:40:00")
        self.assertEqual(case.ticket_sla_ids.deadline, at("17 09:40:00"))
        self.assertEqual(case.ticket_sla_ids.warn_at, at("17 09:10:00"))

    def test_filter_not_expired_shows_cases_without_promise(self):
        plain = self._open()
        self._sla(tag_ids=self.tag.ids)
        late = self._open(tag_ids=self.tag.ids)
        model = self.env["helpdesk.ticket"]
        both = (plain + late).ids
        with freeze_time("2026-11-16 12:00:00"):
            fine = model.search([("sla_expired", "=", False), ("id", "in", both)])
            missed = model.search([("sla_expired", "=", True), ("id", "in", both)])
        self.assertEqual(fine, plain)
        self.assertEqual(missed, late)

    def test_solution_is_reached_by_closing_and_pauses(self):
        pause = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        self._sla(kind="solution", hours=4, ignore_stage_ids=pause.ids)
        case = self._open()
        line = case.ticket_sla_ids
        self.assertEqual(line.deadline, at("16 13:00:00"))
        with freeze_time("2026-11-16 11:00:00"):
            case.stage_id = pause
        self.assertEqual(line.state, "on_hold")
        with freeze_time("2026-11-17 11:00:00"):
            case.stage_id = self.stage_new
        self.assertEqual(line.deadline, at("17 13:00:00"))
        with freeze_time("2026-11-17 12:00:00"):
            case.stage_id = self.stage_done
        self.assertEqual((line.state, line.missed), ("accomplished", 0))

    def test_next_answers(self):
        self._sla(kind="next_response", hours=2)
        case = self._open()
        line = case.ticket_sla_ids
        self.assertEqual(line.state, "on_hold")
        self._answer(case, "2026-11-16 10:00:00")
        self.assertFalse(case.answer_due)
        self._ask(case, "2026-11-16 11:00:00")
        self.assertEqual(case.answer_due, at("16 13:00:00"))
        self.assertEqual(line.deadline, at("16 13:00:00"))
        self._answer(case, "2026-11-16 12:00:00")
        self.assertEqual((line.state, line.missed), ("accomplished", 0))
        self._ask(case, "2026-11-16 16:00:00")
        self.assertEqual(line.deadline, at("17 10:00:00"))
        self._pass("2026-11-17 10:05:00")
        self.assertEqual((line.state, line.missed), ("expired", 1))

    def test_report_counts_what_was_missed_once(self):
        self._sla(kind="next_response", hours=2)
        case = self._open()
        self._answer(case, "2026-11-16 10:00:00")
        self._ask(case, "2026-11-16 11:00:00")
        self._pass("2026-11-16 14:00:00")
        self._answer(case, "2026-11-16 14:30:00")
        self._ask(case, "2026-11-16 15:00:00")
        self.env.flush_all()
        row = self.env["helpdesk.sla.report"].search([("ticket_id", "=", case.id)])
        self.assertEqual((row.state, row.kind), ("expired", "next_response"))

    def test_what_was_missed_stays_after_a_change_of_team(self):
        self._sla(team_ids=self.team.ids)
        case = self._open()
        self._pass("2026-11-16 12:00:00")
        case.team_id = self.other_team
        self.assertEqual(case.ticket_sla_ids.missed, 1)
        self.assertTrue(case.sla_fits)
