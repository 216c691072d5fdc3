# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import OWN, ServiceCommon

# A Tuesday, ten o'clock in UTC.
TUESDAY = datetime(2026, 3, 10, 10, 0)


class AssignCommon(ServiceCommon):
    """Cases in front of the agents of a team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cat = new_test_user(cls.env, "s_cat", groups=OWN, name="Cat")
        cls.agents = cls.env["flywheel.agent"]

    @classmethod
    def _agent(cls, user):
        return cls.agents._ensure(user)

    @classmethod
    def _skill(cls, name, *users, **values):
        agents = cls._agent(cls.env["res.users"].union(*users))
        return cls.env["flywheel.skill"].create(
            {"name": name, "agent_ids": [Command.set(agents.ids)], **values}
        )

    @classmethod
    def _away(cls, user, hours=1):
        now = fields.Datetime.now()
        user.out_of_office_from = now - timedelta(hours=1)
        user.out_of_office_to = now + timedelta(hours=hours)

    def _assigned(self, case):
        """The last line of the trace on the assignment."""
        lines = case.sudo().flywheel_trace_ids.filtered(lambda t: t.step == "assign")
        return lines[-1:]

    def _run_queue(self):
        cron = self.env.ref("inbound_flywheel_service.ir_cron_assign")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSkills(AssignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Bob always has less to do.
        cls._case(user_id=cls.ann.id)

    def _needs_ann(self, **values):
        case = self._case(**values)
        self.assertEqual(case.user_id, self.ann)
        self.assertIn("Bob (lacks Contracts)", self._assigned(case).detail)
        self.assertEqual(self._case().user_id, self.bob)

    def test_members_are_agents(self):
        self.assertTrue(self.agents.search([("user_id", "=", self.ann.id)]))
        self.team.user_ids += self.cat
        self.assertTrue(self.agents.search([("user_id", "=", self.cat.id)]))

    def test_by_category_and_those_below(self):
        below = self.category.create({"name": "Below", "parent_id": self.category.id})
        self._skill("Contracts", self.ann, category_ids=self.category)
        self._needs_ann(category_id=below.id)

    def test_by_tag(self):
        self._skill("Contracts", self.ann, tag_ids=self.tag)
        self._needs_ann(tag_ids=[Command.set(self.tag.ids)])

    def test_by_product_words(self):
        self._skill("Contracts", self.ann, words="Smart Lock 2\n智慧鎖")
        self._needs_ann(name="My smart lock 2 is open")

    def test_by_product_words_in_both_scripts(self):
        self._skill("Contracts", self.ann, words="智慧鎖")
        self._needs_ann(name="智慧锁打不开")

    def test_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        self._skill("Contracts", self.ann, words="lock", company_id=company.id)
        self.assertEqual(self._case("A lock").user_id, self.bob)

    def test_nobody_has_it(self):
        self._skill("Contracts", words="lock")
        case = self._case("A lock")
        self.assertEqual(case.user_id, self.bob)
        self.assertIn(
            "Not asked for – Contracts (nobody in the team has it)",
            self._assigned(case).detail,
        )

    def test_dropped_after_a_while(self):
        self._skill("Contracts", self.ann, words="lock")
        self._away(self.ann)
        case = self._case("A lock")
        self.assertFalse(case.user_id)
        self.assertIn("Ann (out of office until", self._assigned(case).detail)
        self._run_queue()
        self.assertFalse(case.user_id)
        case.queued_since = fields.Datetime.now() - timedelta(minutes=16)
        self._run_queue()
        self.assertEqual(case.user_id, self.bob)
        self.assertIn(
            "Contracts (after 15 minutes in the queue)", self._assigned(case).detail
        )

    def test_scarce_skill(self):
        skill = self._skill("Contracts", self.ann)
        self.assertTrue(skill.is_scarce)
        self.assertIn(skill, skill.search([("is_scarce", "=", True)]))
        skill.agent_ids += self._agent(self.bob)
        self.assertFalse(skill.is_scarce)
        self.assertNotIn(skill, skill.search([("is_scarce", "=", True)]))
        self.bob.active = False
        self.assertEqual(skill.holder_count, 1)


@tagged("post_install", "-at_install")
class TestLanguages(AssignCommon):
    def test_chinese_goes_to_who_speaks_it(self):
        self._case(user_id=self.ann.id)
        chinese = self.env.ref("base.lang_zh_CN")
        english = self.env.ref("base.lang_en")
        self._agent(self.ann).lang_ids = chinese + english
        case = self._case("密碼忘記了", "<p>請問怎麼重設我的密碼</p>")
        self.assertEqual(case.user_id, self.ann)
        self.assertIn("Bob (does not speak 中文)", self._assigned(case).detail)
        self.assertEqual(self._case().user_id, self.bob)

    def test_by_the_language_of_the_contact(self):
        self._case(user_id=self.ann.id)
        self.env["res.lang"]._activate_lang("fr_FR")
        self._agent(self.ann).lang_ids = self.env.ref("base.lang_fr")
        self.customer.lang = "fr_FR"
        self.assertEqual(self._case(partner_id=self.customer.id).user_id, self.ann)

    def test_what_is_written_tells_more_than_the_contact(self):
        self._case(user_id=self.ann.id)
        self.env["res.lang"]._activate_lang("zh_TW")
        self._agent(self.ann).lang_ids = self.env.ref("base.lang_zh_TW")
        self.customer.lang = "zh_TW"
        case = self._case("Locked out", "<p>Help</p>", partner_id=self.customer.id)
        self.assertEqual(case.user_id, self.bob)

    def test_nobody_speaks_it(self):
        case = self._case("密碼忘記了", "<p>請問怎麼重設我的密碼</p>")
        self.assertTrue(case.user_id)
        self.assertIn("中文 (nobody in the team has it)", self._assigned(case).detail)


@tagged("post_install", "-at_install")
class TestCapacity(AssignCommon):
    def test_the_team_limit_and_the_own(self):
        self.team.flywheel_capacity = 1
        self._agent(self.bob).capacity = 2
        cases = [self._case() for _n in range(4)]
        users = [case.user_id for case in cases]
        self.assertEqual(sorted(users[:3], key=lambda u: u.id).count(self.bob), 2)
        self.assertFalse(users[3])
        detail = self._assigned(cases[3]).detail
        self.assertIn("Ann (full, 1 of 1)", detail)
        self.assertIn("Bob (full, 2 of 2)", detail)

    def test_who_waits_for_the_customer_is_no_load(self):
        self.team.flywheel_capacity = 1
        self._away(self.bob)
        first = self._case()
        second = self._case()
        self.assertEqual(first.user_id, self.ann)
        self.assertFalse(second.user_id)
        triggers = self.env["ir.cron.trigger"].search_count([])
        first.with_user(self.ann).message_post(
            body="An answer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertGreater(self.env["ir.cron.trigger"].search_count([]), triggers)
        self._run_queue()
        self.assertEqual(second.user_id, self.ann)

    def test_closing_a_case_makes_room(self):
        self.team.flywheel_capacity = 1
        self._away(self.bob)
        first, second = self._case(), self._case()
        first.stage_id = self.stage_done
        self._run_queue()
        self.assertEqual(second.user_id, self.ann)

    def test_by_priority(self):
        self.team.flywheel_weight = "priority"
        self._case(user_id=self.ann.id, priority="3")
        self._case(user_id=self.bob.id)
        self._case(user_id=self.bob.id)
        self.assertEqual(self._case().user_id, self.bob)

    def test_by_effort(self):
        self.team.flywheel_weight = "effort"
        self.category.flywheel_effort = 5
        self._case(user_id=self.ann.id, category_id=self.category.id)
        self._case(user_id=self.bob.id)
        self.assertEqual(self._case().user_id, self.bob)

    def test_no_negative_limits(self):
        with self.assertRaisesRegex(ValidationError, "less than 0"):
            self.team.flywheel_capacity = -1
        with self.assertRaises(ValidationError):
            self._agent(self.ann).capacity = -1


@tagged("post_install", "-at_install")
class TestHours(AssignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Day", "tz": "UTC", "attendance_ids": cls._attendances(9, 17)}
        )
        cls.team.write(
            {"flywheel_night": "wait", "resource_calendar_id": cls.calendar.id}
        )

    @classmethod
    def _attendances(cls, start, stop):
        return [Command.clear()] + [
            Command.create(
                {
                    "name": str(day),
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": stop,
                    "day_period": "morning",
                }
            )
            for day in range(5)
        ]

    def test_by_day(self):
        with freeze_time(TUESDAY):
            self.assertTrue(self._case().user_id)

    def test_at_night_cases_wait_and_the_leader_sleeps(self):
        self.team.user_id = self.mia
        with freeze_time(TUESDAY.replace(hour=20)):
            case = self._case()
            self.assertFalse(case.user_id)
            line = self._assigned(case)
            self.assertEqual(line.code, "assign_night")
            self.assertIn("outside working hours until", line.detail)
            self.assertIn("9:00", line.detail)
            self._run_queue()
            self.assertFalse(self.team.activity_ids)
        with freeze_time(TUESDAY + timedelta(days=1)):
            self._run_queue()
            self.assertTrue(case.user_id)

    def test_own_hours_come_first(self):
        night = self.calendar.copy(
            {"name": "Night", "attendance_ids": self._attendances(17, 23)}
        )
        self._agent(self.bob).calendar_id = night
        with freeze_time(TUESDAY.replace(hour=20)):
            self.assertEqual(self._case().user_id, self.bob)
        with freeze_time(TUESDAY):
            self.assertEqual((self._case() + self._case()).user_id, self.ann)

    def test_holidays_of_the_company(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": TUESDAY.replace(hour=0),
                "date_to": TUESDAY.replace(hour=23),
            }
        )
        with freeze_time(TUESDAY):
            self.assertFalse(self._case().user_id)

    def test_who_starts_next(self):
        self.team.flywheel_night = "next"
        early = self.calendar.copy(
            {"name": "Early", "attendance_ids": self._attendances(6, 14)}
        )
        self._agent(self.bob).calendar_id = early
        with freeze_time(TUESDAY.replace(hour=20)):
            case = self._case()
            self.assertEqual(case.user_id, self.bob)
            self.assertEqual(self._assigned(case).code, "assign_next")
            # The night is no absence.
            self._run_queue()
            self.assertEqual(case.user_id, self.bob)

    def test_top_priority_at_night(self):
        self.team.user_id = self.mia
        with freeze_time(TUESDAY.replace(hour=20)):
            case = self._case(priority="3")
            self.assertFalse(case.user_id)
            self._run_queue()
            self.assertIn("1 of top priority", self.team.activity_ids.note)
            self.env["mail.presence"].create(
                {"user_id": self.bob.id, "status": "online"}
            )
            self._run_queue()
            self.assertEqual(case.user_id, self.bob)
            self.assertEqual(self._assigned(case).code, "assign_online")

    def test_day_and_night(self):
        self.team.flywheel_night = "any"
        with freeze_time(TUESDAY.replace(hour=20)):
            self.assertTrue(self._case().user_id)

    def test_a_team_without_hours(self):
        self.team.resource_calendar_id = False
        with freeze_time(TUESDAY.replace(hour=20)):
            self.assertTrue(self._case().user_id)

    def test_presence_in_the_list(self):
        agent = self._agent(self.ann).with_user(self.mia)
        with freeze_time(TUESDAY):
            self.assertEqual(agent.presence, "Present")
        agent.invalidate_recordset()
        with freeze_time(TUESDAY.replace(hour=20)):
            self.assertFalse(agent.is_present)
            self.assertIn("Outside working hours until", agent.presence)
