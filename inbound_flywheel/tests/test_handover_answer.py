# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from .common_handover import HandoverCase


class TestHandoverAnswer(HandoverCase):
    # ------------------------------------------------------------------
    # Accepting
    # ------------------------------------------------------------------
    def test_accept(self):
        self.definition.convert = "never"
        handover = self.assign()
        user, lead = handover.user_id, handover.lead_id
        with self.later(hours=2):
            handover.with_user(user).action_accept()
        self.assertEqual(handover.state, "accepted")
        self.assertAlmostEqual(handover.hours_to_answer, 2, 2)
        self.assertEqual(handover.in_time, "yes")
        self.assertEqual(lead.user_id, user)
        self.assertFalse(self.tasks(lead))
        self.assertEqual(len(self.lines(self.person(), "handover_accepted")), 1)
        self.assertEqual(lead.lifecycle_stage_id.code, "sql")

    def test_accept_late(self):
        handover = self.assign()
        with self.later(days=9):
            handover.with_user(handover.user_id).action_accept()
        self.assertEqual(handover.in_time, "no")

    def test_answer_once(self):
        handover = self.assign()
        mine = handover.with_user(handover.user_id)
        mine.action_accept()
        with self.assertRaises(UserError):
            mine.action_accept()
        with self.assertRaises(UserError):
            mine.action_return()

    def test_buttons_on_the_lead(self):
        handover = self.assign()
        lead = handover.lead_id.with_user(handover.user_id)
        self.assertTrue(lead.handover_can_answer)
        self.assertEqual(lead.handover_state, "assigned")
        self.assertEqual(lead.handover_note, handover.note)
        action = lead.action_handover_return()
        self.assertEqual(action["context"]["default_handover_ids"], handover.ids)
        lead.action_handover_accept()
        self.assertFalse(lead.handover_can_answer)

    # ------------------------------------------------------------------
    # Returning
    # ------------------------------------------------------------------
    def test_return(self):
        handover = self.assign()
        lead = handover.lead_id
        with self.later(hours=1):
            self.give_back(handover, days=30, note="Next year, perhaps")
        self.assertEqual(handover.state, "returned")
        self.assertEqual(handover.return_reason_id, self.reason)
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.type, "lead")
        self.assertEqual(lead.lifecycle_stage_id.code, "lead")
        task = self.tasks(lead)
        self.assertEqual(task.user_id, self.mara)
        self.assertEqual(task.date_deadline, handover.nurture_date)
        self.assertIn("No budget", task.summary)
        self.assertIn("Next year", task.note)
        line = self.lines(self.person(), "handover_returned")
        self.assertEqual(line.summary, "No budget")

    def test_reason_is_mandatory(self):
        handover = self.assign()
        user = handover.user_id
        action = handover.with_user(user).action_return()
        wizard = self.env["flywheel.handover.return"].with_user(user)
        form = Form(wizard.with_context(**action["context"]))
        with self.assertRaises(AssertionError):
            form.save()
        form.reason_id = self.reason
        days = self.reason.nurture_days
        self.assertEqual(form.nurture_date, fields.Date.today() + timedelta(days=days))
        form.save().action_return()
        self.assertEqual(handover.state, "returned")

    def test_what_becomes_of_the_lead(self):
        for rule, user, kind in (
            ("keep", True, "opportunity"),
            ("unassign", False, "opportunity"),
            ("lead", False, "lead"),
        ):
            self.definition.on_return = rule
            handover = self.assign(f"{rule}@example.com")
            self.give_back(handover)
            self.assertEqual(bool(handover.lead_id.user_id), user)
            self.assertEqual(handover.lead_id.type, kind)

    def test_nurtured_until_the_date_and_something_new(self):
        handover = self.assign()
        self.give_back(handover, days=10)
        with self.later(hours=1):
            self.heat(date=fields.Datetime.now())
            self.run_queue()
            self.assertEqual(self.handovers(), handover)
        with self.later(days=10):
            self.run_queue()
            again = self.handovers() - handover
            self.assertEqual(again.state, "assigned")
            self.assertEqual(again.lead_id, handover.lead_id)
            self.assertEqual(handover.state, "returned")

    def test_nothing_new_after_the_date(self):
        handover = self.assign()
        self.give_back(handover, days=1)
        with self.later(days=2):
            self.assertGreater(self.person().engagement_score, 50)
            self.run_queue()
            self.assertEqual(self.handovers(), handover)
            self.ingest_all(self.item("page", date=self.ago(minutes=5)))
            self.run_queue()
            self.assertEqual(len(self.handovers()), 2)

    def test_accepted_is_left_in_peace(self):
        handover = self.assign()
        handover.with_user(handover.user_id).action_accept()
        with self.later(days=2):
            self.heat(date=fields.Datetime.now())
            self.run_queue()
            self.assertEqual(self.handovers(), handover)
            handover.lead_id.action_set_lost()
            self.run_queue()
            self.assertEqual(self.handovers(), handover)
        with self.later(days=4):
            self.heat(date=fields.Datetime.now())
            self.assertEqual(len(self.handovers()), 2)

    # ------------------------------------------------------------------
    # What happens elsewhere
    # ------------------------------------------------------------------
    def test_outcome_is_an_answer(self):
        handover = self.assign()
        handover.lead_id.with_user(handover.user_id).action_set_lost()
        self.run_queue()
        self.assertEqual(handover.state, "accepted")
        self.assertEqual(handover.won_status, "lost")

    def test_reassigned_by_hand(self):
        handover = self.assign()
        other = (self.anna + self.ben) - handover.user_id
        handover.lead_id.user_id = other
        self.run_queue()
        self.assertEqual(handover.user_id, other)
        handover.with_user(other).action_accept()

    def test_salesperson_leaves(self):
        handover = self.assign()
        gone = handover.user_id
        gone.active = False
        self.run_queue()
        self.assertEqual(handover.state, "assigned")
        self.assertEqual(handover.user_id, (self.anna + self.ben) - gone)
        self.assertEqual(len(self.tasks(handover.lead_id)), 1)

    def test_salesperson_is_deleted(self):
        handover = self.assign()
        gone = handover.user_id
        handover.lead_id.message_unsubscribe(gone.partner_id.ids)
        with mute_logger("odoo.models.unlink"):
            gone.unlink()
        self.run_queue()
        self.assertEqual(handover.user_id, (self.anna + self.ben).exists())
        self.assertEqual(len(self.tasks(handover.lead_id)), 1)

    def test_assigned_lead_is_deleted(self):
        handover = self.assign()
        handover.lead_id.unlink()
        self.assertEqual(handover.state, "withdrawn")
        self.assertFalse(handover.activity_id)
        self.run_queue()
        self.assertEqual(self.handovers(), handover)

    def test_configuration_is_deleted(self):
        handover = self.assign()
        self.definition.unlink()
        handover.with_user(handover.user_id).action_accept()
        self.assertEqual(handover.state, "accepted")

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------
    def test_overdue(self):
        handover = self.assign()
        Handover = self.env["flywheel.handover"]
        lead, user = handover.lead_id, handover.user_id
        with self.later(hours=1):
            Handover._cron_remind()
            self.assertFalse(handover.overdue)
            self.assertFalse(self.tasks(lead, "overdue"))
        given = handover.deadline - handover.date_assigned
        with freeze_time(handover.deadline + timedelta(minutes=1)):
            self.env.invalidate_all()
            self.assertTrue(handover.overdue)
            self.assertEqual(Handover.search([("overdue", "=", True)]), handover)
            for _time in range(2):
                Handover._cron_remind()
            self.assertEqual(self.tasks(lead, "overdue").user_id, user)
        with freeze_time(handover.deadline + given):
            for _time in range(2):
                Handover._cron_remind()
            reminders = self.tasks(lead, "overdue")
            self.assertEqual(len(reminders), 2)
            self.assertEqual(reminders.user_id, user + self.lena)
            handover.with_user(user).action_accept()
            self.assertFalse(self.tasks(lead))

    def test_manager_is_alerted_once_a_day(self):
        handover = self.qualify(city="Nowhere")
        self.run_queue()
        Handover = self.env["flywheel.handover"]
        for _time in range(2):
            Handover._cron_remind()
        alert = self.tasks(self.definition)
        self.assertEqual(len(alert), 1)
        self.assertEqual(alert.user_id, self.max)
        self.assertIn("1", alert.summary)
        self.assertIn("No sales team", alert.note)
        with self.later(days=1):
            Handover._cron_remind()
            again = self.tasks(self.definition)
            self.assertEqual(len(again), 1)
            self.assertNotEqual(again, alert)
        self.assertEqual(handover.state, "waiting")

    # ------------------------------------------------------------------
    # Report
    # ------------------------------------------------------------------
    def test_report(self):
        source = self.env["utm.source"].create({"name": "Fair"})
        one, two = self.assign("a@example.com", "b@example.com", source_id=source.id)
        one.with_user(one.user_id).action_accept()
        one.lead_id.action_set_won()
        self.give_back(two)
        Report = self.env["flywheel.handover"].with_user(self.max)
        domain = [("id", "in", (one + two).ids)]
        groups = Report.formatted_read_group(
            domain, ["source_id", "state"], ["__count", "hours_to_answer:avg"]
        )
        self.assertEqual(
            sorted((g["state"], g["__count"]) for g in groups),
            [("accepted", 1), ("returned", 1)],
        )
        for name in (
            "return_reason_id",
            "team_id",
            "user_id",
            "box_rule_ids",
            "won_status",
            "in_time",
        ):
            self.assertTrue(Report.formatted_read_group(domain, [name], ["__count"]))

    def test_no_answer_for_others(self):
        handover = self.assign()
        other = (self.anna + self.ben) - handover.user_id
        for user in (other, self.lena, self.mara, self.sam):
            with self.assertRaises(AccessError):
                handover.with_user(user).action_accept()
            with self.assertRaises(AccessError):
                handover.with_user(user).action_return()
        handover.with_user(self.sue).action_accept()
        self.assertEqual(handover.state, "accepted")
