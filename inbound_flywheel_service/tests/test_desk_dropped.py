# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ALL, OWN, ServiceCommon

NOW = "2026-11-18 09:00:00"


@tagged("post_install", "-at_install")
class TestDeskDropped(ServiceCommon):
    """Each reason on its own, who sees it, and who is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.now = fields.Datetime.now()
        cls.case = cls._case(partner_id=cls.customer.id, user_id=cls.ann.id)
        cls.case.last_stage_update = cls.now
        cls._age(cls.case, 0)

    @classmethod
    def _age(cls, case, days):
        """Let a case be made, and last moved, so many days ago."""
        cls.env.flush_all()
        date = cls.now - timedelta(days)
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s, last_stage_update = %s"
            " WHERE id = %s",
            [date, date, case.id],
        )
        cls.env.cr.execute(
            "UPDATE mail_message SET date = %s WHERE model = 'helpdesk.ticket'"
            " AND res_id = %s",
            [date, case.id],
        )
        cls.env.invalidate_all()

    def _dropped(self, case=None, user=None):
        Dropped = self.env["flywheel.desk.dropped"]
        Dropped.invalidate_model()
        if user:
            Dropped = Dropped.with_user(user)
        return Dropped.search([("id", "=", (case or self.case).id)])

    def test_a_new_case_with_an_owner_is_not_dropped(self):
        self.assertTrue(self.case.waiting_since)
        self.assertFalse(self._dropped())

    def test_nobody_owns_it(self):
        self.case.user_id = False
        self.assertFalse(self._dropped(), "Half an hour is allowed")
        self._age(self.case, 1)
        self.assertEqual(self._dropped().kind, "no_owner")
        self.assertIn("Nobody has owned it for 1 day", self._dropped().reason)

    def test_the_answer_is_overdue(self):
        self.case.answer_due = self.now - timedelta(minutes=1)
        self.assertEqual(self._dropped().kind, "overdue")
        self.case.answer_due = self.now + timedelta(minutes=1)
        self.assertFalse(self._dropped())

    def test_without_a_due_time_a_long_wait_is_overdue(self):
        self.case.waiting_since = self.now - timedelta(hours=49)
        self.assertTrue(self._dropped().overdue)

    def test_the_owner_is_away(self):
        self.ann.out_of_office_from = self.now - timedelta(days=1)
        self.assertEqual(self._dropped().kind, "owner_away")
        self.ann.out_of_office_to = self.now - timedelta(hours=1)
        self.assertFalse(self._dropped())
        self.ann.active = False
        self.assertEqual(self._dropped().kind, "owner_away")

    def test_nobody_waits_for_anybody(self):
        self.case.waiting_since = False
        self.assertEqual(self._dropped().kind, "no_step")
        activity = self.case.activity_schedule(
            "mail.mail_activity_data_todo", date_deadline=self.now.date()
        )
        self.assertFalse(self._dropped())
        activity.date_deadline = self.now.date() - timedelta(1)
        self.assertEqual(self._dropped().kind, "activity_late")
        activity.action_feedback("Done")
        self.assertEqual(self._dropped().kind, "no_step")

    def test_waiting_for_the_customer_is_a_step(self):
        self.case.with_user(self.ann).message_post(
            body="Which card?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(self.case.waiting_since)
        self.assertFalse(self._dropped())
        self._age(self.case, 15)
        self.assertEqual(self._dropped().kind, "stuck")

    def test_a_lively_case_is_not_stuck(self):
        self._age(self.case, 15)
        self.case.waiting_since = self.now
        self.assertTrue(self._dropped().stuck)
        self.case.message_post(
            body="Still there?",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )
        self.assertFalse(self._dropped())

    def test_a_broken_promise(self):
        promise = self.env["flywheel.promise"].create(
            {
                "name": "Call",
                "ticket_id": self.case.id,
                "due": self.now - timedelta(hours=1),
                "user_id": self.ann.id,
            }
        )
        self.assertEqual(self._dropped().kind, "promise_late")
        promise.action_keep()
        self.assertFalse(self._dropped())

    def test_a_promise_outlives_the_case(self):
        self.env["flywheel.promise"].create(
            {
                "name": "Call",
                "ticket_id": self.case.id,
                "due": self.now + timedelta(hours=1),
                "user_id": self.ann.id,
            }
        )
        self._age(self.case, 30)
        self.case.stage_id = self.stage_done
        self.assertFalse(self._dropped())
        with freeze_time("2026-11-18 11:00:00"):
            found = self._dropped()
            self.assertEqual(found.kind, "promise_late")
            self.assertFalse(found.stuck or found.activity_late)

    def test_our_mail_did_not_arrive(self):
        message = self.case.message_post(body="Hello")
        self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "res_partner_id": self.customer.id,
                "notification_type": "email",
                "notification_status": "bounce",
            }
        )
        self.assertEqual(self._dropped().kind, "undelivered")

    def test_a_mail_by_a_machine_that_nobody_looked_at(self):
        self.case.write(
            {"mail_verdict": "bounce", "user_id": False, "waiting_since": False}
        )
        self._age(self.case, 1)
        self.assertEqual(self._dropped().kind, "machine")
        self.assertFalse(self._dropped().no_owner)

    def test_closed_and_archived_cases_are_not_dropped(self):
        self.case.active = False
        self.case.answer_due = self.now - timedelta(days=1)
        self.assertFalse(self._dropped())
        self.case.active = True
        self.case.answer_due = self.now - timedelta(days=1)
        self.assertTrue(self._dropped())
        self.case.stage_id = self.stage_done
        self.assertFalse(self._dropped())

    def test_the_limits_are_the_companys(self):
        self.case.user_id = False
        self._age(self.case, 1)
        self.company.flywheel_desk_owner_minutes = 60 * 48
        self.assertFalse(self._dropped())

    def test_several_reasons_name_the_worst_first(self):
        self.case.user_id = False
        self.case.answer_due = self.now - timedelta(days=1)
        self._age(self.case, 2)
        found = self._dropped()
        self.assertEqual(found.kind, "overdue")
        self.assertTrue(found.no_owner)
        self.assertIn("Nobody has owned it", found.reason)
        self.assertEqual(found.since, self.now - timedelta(days=2))

    def test_the_filter_on_cases(self):
        Ticket = self.env["helpdesk.ticket"]
        domain = [("flywheel_dropped", "=", True), ("id", "=", self.case.id)]
        self.assertFalse(Ticket.search(domain))
        self.case.answer_due = self.now - timedelta(days=1)
        self.assertEqual(Ticket.search(domain), self.case)
        self.assertTrue(self.case.flywheel_dropped)

    # ------------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------------
    def test_only_as_visible_as_the_case(self):
        self.case.answer_due = self.now - timedelta(days=1)
        self.assertTrue(self._dropped(user=self.ann))
        self.assertFalse(self._dropped(user=self.bob), "Not his case")
        with self.assertRaises(AccessError):
            self._dropped().with_user(self.bob).read(["name"])
        employee = new_test_user(self.env, "s_emp3", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._dropped(user=employee)
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "s_stranger3",
            groups=ALL,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self._dropped(user=stranger))
        groups = (
            self.env["flywheel.desk.dropped"]
            .with_user(self.bob)
            ._read_group([("id", "=", self.case.id)], ["kind"], ["__count"])
        )
        self.assertFalse(groups, "Nor counted")

    def test_unassigned_cases_without_a_team_are_seen_by_agents_of_their_own(self):
        own = new_test_user(self.env, "s_own3", groups=OWN)
        case = self._case(team_id=False, user_id=False)
        self.assertTrue(
            self.env["helpdesk.ticket"].with_user(own).search([("id", "=", case.id)])
        )
        case.user_id = self.ann
        self.assertFalse(
            self.env["helpdesk.ticket"].with_user(own).search([("id", "=", case.id)])
        )

    # ------------------------------------------------------------------
    # Who is told
    # ------------------------------------------------------------------
    def _alerts(self):
        kind = self.env.ref("inbound_flywheel_service.mail_activity_type_dropped")
        return self.team.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_one_activity_a_day_that_ends_itself(self):
        self.team.user_id = self.mia
        self.case.answer_due = self.now - timedelta(days=1)
        Team = self.env["helpdesk.ticket.team"]
        Team._cron_alert_dropped()
        Team._cron_alert_dropped()
        self.assertEqual(len(self._alerts()), 1)
        self.assertEqual(self._alerts().user_id, self.mia)
        self.assertIn("1", self._alerts().summary)
        self.case.answer_due = self.now + timedelta(days=1)
        Team._cron_alert_dropped()
        self.assertFalse(self._alerts(), "Mended: nothing to do any more")

    def test_done_by_hand_it_comes_back_only_tomorrow(self):
        self.team.user_id = self.mia
        self.case.answer_due = self.now - timedelta(days=1)
        Team = self.env["helpdesk.ticket.team"]
        Team._cron_alert_dropped()
        self._alerts().with_user(self.mia).action_feedback("Seen")
        Team._cron_alert_dropped()
        self.assertFalse(self._alerts())
        with freeze_time("2026-11-19 09:00:00"):
            Team._cron_alert_dropped()
            self.assertTrue(self._alerts())

    def test_without_a_leader_the_company_names_somebody(self):
        self.company.flywheel_desk_user_id = self.ann
        self.case.answer_due = self.now - timedelta(days=1)
        self.env["helpdesk.ticket.team"]._cron_alert_dropped()
        self.assertEqual(self._alerts().user_id, self.ann)

    def test_the_counter_of_the_team(self):
        self.case.answer_due = self.now - timedelta(days=1)
        self.assertEqual(self.team.flywheel_dropped_count, 1)
        self.assertEqual(self.team.with_user(self.bob).flywheel_dropped_count, 0)
