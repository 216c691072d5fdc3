# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time
from markupsafe import Markup

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, new_test_user, tagged

from ..engine.coverage import covered_quarters, heat
from .common import ALL, ServiceCommon

# A Wednesday.
NOW = "2026-11-18 09:00:00"


@tagged("post_install", "-at_install")
class TestEngineDesk(BaseCase):
    def test_demand_against_cover(self):
        cover = covered_quarters([(0, 8.0, 12.5)])
        cells, total, uncovered = heat(
            [(1, 0, 32, 5), (1, 0, 49, 2), (1, 0, 50, 3), (1, 6, 0, 4)], {1: cover}
        )
        self.assertEqual((total, uncovered), (14, 7))
        by_place = {(cell["day"], cell["hour"]): cell for cell in cells}
        self.assertEqual(len(by_place), 168)
        self.assertEqual(by_place[0, 12]["cover"], 0.5)
        self.assertEqual(by_place[0, 12]["uncovered"], 3)
        self.assertEqual(by_place[6, 0]["uncovered"], 4)

    def test_without_a_calendar_everything_is_covered(self):
        _cells, total, uncovered = heat([(False, 6, 0, 4)], {False: None})
        self.assertEqual((total, uncovered), (4, 0))


@tagged("post_install", "-at_install")
class TestDeskDashboard(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.now = fields.Datetime.now()
        cls.ann.tz = cls.mia.tz = "UTC"
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "UTC",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Day",
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 16,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        cls.team.resource_calendar_id = cls.calendar
        cls.desk = cls.env["flywheel.desk.dashboard"].with_user(cls.ann)

    def _at(self, case, date):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s", [date, case.id]
        )
        self.env.invalidate_all()

    def _answer(self, case, user=None, text="Which card is it?"):
        case.with_user(user or self.ann).message_post(
            body=Markup("<p>%s</p>") % text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _tiles(self, user=None, **kwargs):
        now = self.desk.with_user(user or self.ann).get_now(
            team_id=self.team.id, **kwargs
        )
        return {tile["code"]: tile for tile in now["tiles"]}

    def _period(self, **kwargs):
        return self.desk.get_period(team_id=self.team.id, **kwargs)

    # ------------------------------------------------------------------
    # Now
    # ------------------------------------------------------------------
    def test_every_number_opens_its_cases(self):
        self._case(user_id=self.ann.id, partner_id=self.customer.id)
        late = self._case(user_id=self.ann.id, partner_id=self.customer.id)
        late.answer_due = self.now - timedelta(hours=1)
        self._case(user_id=self.bob.id).user_id = False
        self._solved("Old", "<p>x</p>")
        tiles = self._tiles()
        self.assertEqual(tiles["open"]["count"], 3)
        self.assertEqual(tiles["overdue"]["count"], 1)
        self.assertEqual(tiles["breached"]["count"], 1)
        self.assertEqual(tiles["unassigned"]["count"], 1)
        self.assertEqual(tiles["dropped"]["count"], 1)
        self.assertTrue(tiles["waiting"]["since"])
        for tile in tiles.values():
            model = self.env[tile["model"]].with_user(self.ann)
            found = model.search_count(tile["domain"])
            self.assertEqual(found, tile["count"], tile["code"])

    def test_an_answer_that_came_too_late_counts_today(self):
        case = self._case(user_id=self.ann.id, partner_id=self.customer.id)
        case.answer_due = self.now - timedelta(hours=1)
        self._answer(case)
        self.assertFalse(case.answer_due)
        self.assertEqual(self._tiles()["breached"]["count"], 1)
        with freeze_time("2026-11-19 09:00:00"):
            self.assertEqual(self._tiles()["breached"]["count"], 0)

    def test_load_of_agents(self):
        self._case(user_id=self.ann.id, partner_id=self.customer.id)
        self.bob.out_of_office_from = self.now - timedelta(days=1)
        agents = self.desk.get_now(team_id=self.team.id)["agents"]
        loads = {agent["id"]: agent for agent in agents}
        self.assertEqual(loads[self.ann.id]["waiting"], 1)
        self.assertEqual(loads[self.bob.id]["open"], 0, "Who has nothing is shown too")
        self.assertTrue(loads[self.bob.id]["away"])

    # ------------------------------------------------------------------
    # In a period
    # ------------------------------------------------------------------
    def test_first_response_in_working_hours(self):
        case = self._case(user_id=self.ann.id, partner_id=self.customer.id)
        # Tuesday evening, an hour before the office closes; answered at nine.
        self._at(case, "2026-11-17 15:00:00")
        self._answer(case)
        self.assertAlmostEqual(case.response_hours, 2.0)
        period = self._period()
        self.assertEqual(period["total"]["answered"], 1)
        self.assertEqual(period["total"]["response"], [2.0, 2.0])

    def test_solved_at_the_first_contact(self):
        one = self._case(user_id=self.ann.id, partner_id=self.customer.id)
        two = self._case(user_id=self.ann.id, partner_id=self.customer.id)
        three = self._case(user_id=self.bob.id, partner_id=self.customer.id)
        self._answer(one)
        self._answer(two)
        self._answer(two, text="And which amount?")
        (one + two + three).stage_id = self.stage_done
        self.assertEqual(self._period()["total"]["first_contact"], 2)
        one.stage_id = self.stage_new
        one.stage_id = self.stage_done
        total = self._period()["total"]
        self.assertEqual(total["solved"], 3)
        self.assertEqual(total["first_contact"], 1, "It came back within a week")
        self.assertEqual(total["reopened"], 1)

    def test_cancelled_cases_are_not_solved(self):
        self.stage_cancelled.unsolved = True
        case = self._case(user_id=self.ann.id)
        case.stage_id = self.stage_cancelled
        self.assertEqual(self._period()["total"]["solved"], 0)

    def test_rows_by_agent_add_up_and_open_their_cases(self):
        for user in (self.ann, self.ann, self.bob):
            case = self._case(user_id=user.id, partner_id=self.customer.id)
            self._answer(case, user)
        period = self._period(by="agent")
        rows = {row["id"]: row for row in period["rows"]}
        self.assertEqual(rows[self.ann.id]["answered"], 2)
        for code in ("created", "answered"):
            whole = sum(row[code] for row in rows.values())
            self.assertEqual(whole, period["total"][code])
            domain = [*period["domains"][code], ("user_id", "=", self.ann.id)]
            found = self.env["helpdesk.ticket"].search_count(domain)
            self.assertEqual(found, rows[self.ann.id][code])

    def test_the_backlog_day_by_day(self):
        case = self._case(user_id=self.ann.id)
        self._at(case, "2026-11-01 10:00:00")
        done = self._case(user_id=self.ann.id)
        self._at(done, "2026-11-15 10:00:00")
        done.stage_id = self.stage_done
        chart = self._period(date_from="2026-11-14", date_to="2026-11-18")["backlog"]
        backlog, came, went = (line["data"] for line in chart["datasets"])
        self.assertEqual(backlog, [1, 2, 2, 2, 1])
        self.assertEqual(came, [0, 1, 0, 0, 0])
        self.assertEqual(went, [0, 0, 0, 0, 1])

    def test_what_is_no_period(self):
        for values in (
            {"date_from": "yesterday"},
            {"date_from": "2026-11-18", "date_to": "2026-11-01"},
            {"date_from": "2000-01-01"},
            {"by": "create_uid"},
        ):
            with self.assertRaises(ValidationError, msg=str(values)):
                self._period(**values)

    # ------------------------------------------------------------------
    # By hour
    # ------------------------------------------------------------------
    def test_contacts_against_covered_hours(self):
        case = self._case(partner_id=self.customer.id, user_id=self.ann.id)
        self._at(case, "2026-11-15 22:10:00")
        for hour, author in ((10, self.customer), (11, self.ann.partner_id)):
            message = case.message_post(
                body="Hello",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                author_id=author.id,
            )
            message.date = f"2026-11-17 {hour}:00:00"
        machine = self._case(mail_verdict="bounce")
        self._at(machine, "2026-11-15 22:10:00")
        result = self.desk.get_heat(team_id=self.team.id)
        self.assertEqual((result["total"], result["uncovered"]), (2, 1))
        cells = {(c["day"], c["hour"]): c for c in result["cells"] if c["count"]}
        self.assertEqual(set(cells), {(6, 22), (1, 10)}, "Answers are no demand")
        action = self.desk.open_heat(6, 22, team_id=self.team.id)
        self.assertEqual(action["domain"], [("id", "in", [case.id])])
        with self.assertRaises(ValidationError):
            self.desk.open_heat(7, 0)

    def test_hours_are_those_of_the_teams_clock(self):
        self.calendar.tz = "Asia/Taipei"
        case = self._case(partner_id=self.customer.id, user_id=self.ann.id)
        # Monday, nine o'clock in Taipei.
        self._at(case, "2026-11-16 01:00:00")
        result = self.desk.get_heat(team_id=self.team.id)
        [cell] = [cell for cell in result["cells"] if cell["count"]]
        self.assertEqual((cell["day"], cell["hour"], cell["uncovered"]), (0, 9, 0))

    # ------------------------------------------------------------------
    # Who may see it
    # ------------------------------------------------------------------
    def test_numbers_of_what_the_reader_may_open(self):
        self._case(user_id=self.ann.id, partner_id=self.customer.id)
        self.assertEqual(self._tiles()["open"]["count"], 1)
        self.assertEqual(self._tiles(self.bob)["open"]["count"], 0)
        bob = self.desk.with_user(self.bob)
        self.assertEqual(bob.get_period(team_id=self.team.id)["total"]["created"], 0)
        self.assertEqual(bob.get_heat(team_id=self.team.id)["total"], 0)
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "s_stranger6",
            groups=ALL,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        theirs = self.desk.with_user(stranger).with_company(company)
        tiles = {tile["code"]: tile["count"] for tile in theirs.get_now()["tiles"]}
        self.assertFalse(any(tiles.values()), tiles)

    def test_not_for_the_portal(self):
        portal = new_test_user(self.env, "s_portal6", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        for user in (portal, public):
            for name in ("get_now", "get_period", "get_heat"):
                with self.assertRaises(AccessError, msg=name):
                    getattr(self.desk.with_user(user), name)()
