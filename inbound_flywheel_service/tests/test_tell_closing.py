# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..hooks import SHIPPED_CC, settle_stage_mails
from .test_tell_mails import TellCommon


@tagged("post_install", "-at_install")
class TestClosing(TellCommon):
    def _closed(self, **values):
        case = self._api_case(**values)
        case.stage_id = self.stage_done
        return case

    def _due(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "inbound_flywheel_service.ir_cron_tell_closed"
            ).method_direct_trigger()

    def test_solution_and_rating_in_one_mail_of_the_queue(self):
        case = self._api_case()
        case.solution = "<p>We sent you a <b>new card</b>.</p>"
        with self._no_mail_sent():
            case.with_user(self.ann).stage_id = self.stage_done
        mail = self._told(case)[0]
        self.assertEqual(len(self._told(case)), 2, "receipt and solution")
        self.assertIn("<b>new card</b>", mail.body_html)
        rating = case.rating_ids
        self.assertEqual(len(rating), 1)
        for value in (1, 3, 5):
            self.assertIn(f"/rate/{rating.access_token}/{value}", mail.body_html)
        self.assertEqual(mail.email_to, "carl@customer.example")
        self.assertIn(self.address, mail.reply_to)
        self.assertTrue(case.rating_asked_date)
        self.assertIn("told_closed", self._codes(case, "acknowledge"))

    def test_once_for_each_time_it_is_solved_and_one_rating(self):
        case = self._closed()
        case.solution = "<p>x</p>"
        case.stage_id = self.stage_done
        self.assertEqual(len(self._log(case, "closed")), 1)
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            case.stage_id = self.stage_new
            case.stage_id = self.stage_done
        lines = self._log(case, "closed")
        self.assertEqual(len(lines), 2)
        self.assertEqual(lines.filtered("asks_rating"), lines.sorted("id")[0])
        self.assertEqual(len(case.rating_ids), 1)

    def test_not_for_what_was_not_solved(self):
        cancelled = self._api_case()
        cancelled.stage_id = self.stage_cancelled
        duplicate = self._api_case(partner_email="b@customer.example")
        duplicate.duplicate_id = cancelled
        duplicate.stage_id = self.stage_done
        machine = self._api_case(partner_email="c@customer.example")
        machine.mail_verdict = "list"
        machine.stage_id = self.stage_done
        merged = self._api_case(partner_email="d@customer.example")
        merged.active = False
        merged.stage_id = self.stage_done
        for case in cancelled + duplicate + machine + merged:
            self.assertFalse(self._log(case, "closed"))
            self.assertFalse(case.rating_asked_date)

    def test_pause_for_each_person(self):
        first = self._closed()
        with freeze_time(fields.Datetime.now() + timedelta(hours=4)):
            second = self._closed(name="Another")
        self.assertTrue(first.rating_asked_date)
        self.assertTrue(self._log(second, "closed"))
        self.assertFalse(second.rating_asked_date)
        self.assertNotIn("/rate/", self._told(second)[0].body_html)
        with freeze_time(fields.Datetime.now() + timedelta(days=15)):
            third = self._closed(name="Later")
        self.assertTrue(third.rating_asked_date)

    def test_one_of_several_closed_together(self):
        cases = self._api_case() + self._api_case(name="Second")
        cases.stage_id = self.stage_done
        self.assertEqual(len(cases.filtered("rating_asked_date")), 1)

    def test_rating_hours_later(self):
        self.team.flywheel_rating_hours = 24
        case = self._closed()
        self.assertFalse(case.rating_asked_date)
        self._due()
        self.assertFalse(self._log(case, "rating"))
        with freeze_time(fields.Datetime.now() + timedelta(hours=24, minutes=1)):
            self._due()
            self._due()
        self.assertEqual(len(self._log(case, "rating")), 1)
        self.assertTrue(case.rating_asked_date)
        self.assertIn("/rate/", self._told(case)[0].body_html)

    def test_not_if_reopened_meanwhile(self):
        self.team.flywheel_rating_hours = 24
        case = self._closed()
        case.stage_id = self.stage_new
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self._due()
        self.assertFalse(self._log(case, "rating"))

    def test_over_the_limit_it_is_told_later(self):
        for number in range(2):
            self._api_case(name=str(number))
        case = self._closed()
        self.assertEqual(self._codes(case, "acknowledge")[-1], "ack_limit")
        self.assertTrue(case.closing_due)
        self.assertFalse(case.rating_asked_date)
        with freeze_time(fields.Datetime.now() + timedelta(hours=3, minutes=1)):
            self._due()
        self.assertTrue(self._log(case, "closed"))
        self.assertFalse(case.closing_due)

    def test_many_at_once_wait_for_the_scheduled_action(self):
        cases = self.env["helpdesk.ticket"]
        for number in range(21):
            cases += self._case(
                partner_email=f"many{number}@customer.example", name=str(number)
            )
        cases.stage_id = self.stage_done
        self.assertFalse(self._log(cases, "closed"))
        self._due()
        self.assertEqual(len(self._log(cases, "closed")), 21)

    def test_a_broken_template_loses_nothing(self):
        def fail(_case):
            raise ValueError("broken words")

        self.patch(type(self.env["helpdesk.ticket"]), "_flywheel_rating_link", fail)
        case = self._api_case()
        with self.assertLogs("odoo.addons.inbound_flywheel_service", "WARNING"):
            case.stage_id = self.stage_done
        self.assertTrue(case.closed)
        self.assertTrue(case.flywheel_trace_ids.filtered("failed"))

    def test_a_template_of_the_stage_goes_first(self):
        own = self.env["mail.template"].create(
            {
                "name": "Own",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Own words",
                "body_html": "<p>Own</p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        self.stage_done.mail_template_id = own
        case = self._closed()
        self.assertFalse(self._log(case, "closed"))
        self._due()
        self.assertTrue(self._log(case, "rating"))

    def test_rating_template_of_a_stage_keeps_the_measure(self):
        self.team.flywheel_closing = False
        self.stage_done.rating_mail_template_id = self.env.ref(
            "helpdesk_mgmt_rating.rating_ticket_email_template"
        )
        case = self._api_case(user_id=self.ann.id)
        with self._no_mail_sent():
            case.stage_id = self.stage_done
        self.assertEqual(len(self._log(case, "rating")), 1)
        case.stage_id = self.stage_new
        case.stage_id = self.stage_done
        self.assertEqual(len(self._log(case, "rating")), 1)
        quiet = self._api_case(partner_email="q@customer.example", partner_id=False)
        quiet.rating_status = "no_rate"
        quiet.stage_id = self.stage_done
        self.assertFalse(self._log(quiet, "rating"))

    def test_stage_mails_of_helpdesk_mgmt_are_settled_once(self):
        template = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        template.write(
            {
                "email_cc": SHIPPED_CC,
                "body_html": '<p>Hello <t t-out="object.user_id.name"/>,</p>'
                '<p>The ticket <t t-out="object.display_name"/> has been closed.</p>',
            }
        )
        self.stage_done.mail_template_id = template
        settle_stage_mails(self.env)
        self.assertFalse(self.stage_done.mail_template_id)
        self.assertNotIn("user_id", template.body_html)
        self.assertNotIn(",", template.email_cc)
        # Chosen again, or rewritten: that stays.
        self.stage_done.mail_template_id = template
        settle_stage_mails(self.env)
        self.assertEqual(self.stage_done.mail_template_id, template)

    def test_no_mail_of_the_stage_for_machines(self):
        template = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        self.stage_done.mail_template_id = template
        case = self._api_case().with_context(tracking_disable=False)
        tracked = {"stage_id": True}
        self.assertFalse("stage_id" in case._track_template(tracked))
        case.stage_id = self.stage_done
        self.assertIn("stage_id", case._track_template(tracked))
        case.mail_verdict = "auto_reply"
        self.assertNotIn("stage_id", case._track_template(tracked))
