# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext

from .common import GatewayCommon
from .test_engine_mail_verdict import MACHINES

REPORT = """--x
Content-Type: text/plain

It did not arrive.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
--x
Content-Type: message/rfc822

Message-Id: <gone@our.example>
Subject: Hello

Text
--x--"""
# A Friday at 13:00 in Taipei, when the office is open, and at night.
NOON = datetime(2026, 11, 20, 5, 0)
NIGHT = datetime(2026, 11, 20, 16, 0)


class TellCommon(GatewayCommon):
    """The team works Monday to Friday, 9 to 12 and 13 to 18, in Taipei."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Taipei",
                "tz": "Asia/Taipei",
                "attendance_ids": [
                    fields.Command.create(
                        {
                            "name": f"{day} {start}",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": "morning" if start < 12 else "afternoon",
                        }
                    )
                    for day in range(5)
                    for start, end in ((9, 12), (13, 18))
                ],
            }
        )
        cls.team.resource_calendar_id = cls.calendar
        cls.customer.write({"tz": "Asia/Taipei", "lang": "en_US"})

    def _api_case(self, **values):
        model = self.env["helpdesk.ticket"].with_context(flywheel_source="api")
        return model.create(
            {
                "name": "My card",
                "description": "<p>Help me</p>",
                "team_id": self.team.id,
                "partner_id": self.customer.id,
                "partner_email": "carl@customer.example",
                **values,
            }
        )

    def _log(self, case, kind=None):
        lines = self.env["flywheel.case.mail"].search([("ticket_id", "in", case.ids)])
        return lines.filtered(lambda line: not kind or line.kind == kind)

    def _text(self, case, kind=None):
        """What the customer reads in the latest mail, as plain text."""
        mails = self._confirmations(case) | self.env["mail.mail"].search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "in", case.ids)]
        )
        return " ".join(html2plaintext(mails.sorted("id")[-1:].body_html).split())

    def _told(self, case):
        return self.env["mail.mail"].search(
            [
                ("model", "=", "helpdesk.ticket"),
                ("res_id", "in", case.ids),
                ("headers", "ilike", "Auto-Submitted"),
            ]
        )

    def _answer(self, case, user=None):
        case.with_user(user or self.ann).message_post(
            body="Here you are",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )


@tagged("post_install", "-at_install")
class TestReceipt(TellCommon):
    def test_promises_the_time_on_the_customers_clock(self):
        with freeze_time(NOON):
            case = self._api_case()
            for due, words in (
                (datetime(2026, 11, 20, 6, 50), "today 15:00"),
                (datetime(2026, 11, 21, 2, 0), "tomorrow 10:00"),
                (datetime(2026, 11, 23, 2, 0), "Monday 10:00"),
                (datetime(2026, 12, 7, 2, 0), "Mon, Dec 7 10:00"),
            ):
                case.answer_due = due
                self.assertEqual(
                    case._flywheel_promise_words(), f"You will hear from us by {words}."
                )

    def test_names_the_zone_where_it_is_not_the_customers(self):
        with freeze_time(NOON):
            case = self._api_case(partner_id=False, partner_email="x@y.example")
            case.answer_due = datetime(2026, 11, 23, 2, 0)
            self.assertIn("Monday 10:00 (UTC+8)", case._flywheel_promise_words())

    def test_promises_nothing_where_nobody_knows(self):
        case = self._api_case()
        case.answer_due = fields.Datetime.now() - timedelta(hours=1)
        self.assertGreater(case._flywheel_promised_until(), fields.Datetime.now())
        case.waiting_since = False
        self.assertEqual(case._flywheel_promise_words(), "")

    def test_says_at_night_when_we_are_back(self):
        with freeze_time(NIGHT):
            case = self._api_case()
            self.assertIn(
                "closed at the moment and back Monday 09:00", self._text(case)
            )
            self.assertIn("Monday to Friday 09:00–12:00, 13:00–18:00", self._text(case))
        with freeze_time(NOON):
            self.assertNotIn("closed", self._text(self._api_case(name="At work")))
        with freeze_time(NOON - timedelta(minutes=40)):
            self.assertNotIn("closed", self._text(self._api_case(name="At lunch")))

    def test_without_hours_it_says_none(self):
        self.team.resource_calendar_id = False
        self.company.resource_calendar_id = False
        with freeze_time(NIGHT):
            text = self._text(self._api_case())
        self.assertNotIn("closed at the moment", text)
        self.assertNotIn("Our hours", text)

    def test_link_only_for_people_with_an_account(self):
        self.assertNotIn("/my/ticket", self._told(self._api_case()).body_html)
        portal = new_test_user(
            self.env, "t_portal", groups="base.group_portal", email="p@customer.example"
        )
        case = self._api_case(
            partner_id=portal.partner_id.id, partner_email="p@customer.example"
        )
        self.assertIn(f"/my/ticket/{case.id}", self._told(case).body_html)
        other = self._api_case(
            partner_id=portal.partner_id.id, partner_email="else@customer.example"
        )
        self.assertNotIn("/my/ticket", self._told(other).body_html)

    def test_whatever_the_title_holds_is_text(self):
        case = self._api_case(name="<b onclick='x()'>{{ 7*7 }}</b><script>y</script>")
        body = self._told(case).body_html
        self.assertNotIn("<script", body)
        self.assertNotIn("<b onclick", body)

    def test_machines_of_every_kind_get_nothing(self):
        self.assertGreaterEqual(len(MACHINES), 25)
        for number, (kind, headers) in enumerate(MACHINES):
            with self.subTest(headers=headers):
                sender = f"m{number}@machine.example"
                headers = {
                    name: value.replace("ann@example.com", sender)
                    for name, value in headers.items()
                }
                source = self._mail(
                    {"From": sender, **headers},
                    body=REPORT if "Content-Type" in headers else "Hello",
                    **({"From": f"Help <{self.address}>"} if kind == "own" else {}),
                )
                case = self._receive(source)
                self.assertFalse(self._told(case))
                self.assertFalse(self._log(case))

    def test_addresses_that_bounce_or_are_blocked(self):
        self.customer.message_bounce = 2
        case = self._api_case()
        self.assertEqual(self._codes(case, "acknowledge"), ["ack_bounced"])
        self.customer.message_bounce = 0
        self.env["mail.blacklist"]._add("carl@customer.example")
        # Off the newsletter, and yet answered when he writes.
        self.assertTrue(self._told(self._api_case()))
        refusals = self.env["flywheel.case.mail"]._refusals("progress", case)
        self.assertEqual(refusals[case][0], "ack_blocked")

    def test_the_limit_counts_mails_of_all_kinds(self):
        case = self._api_case()
        for kind in ("progress", "closed"):
            self.env["flywheel.case.mail"]._note(kind, case, {case: "x"})
        self.assertEqual(
            self._codes(self._api_case(name="Second"), "acknowledge"), ["ack_limit"]
        )
        with freeze_time(fields.Datetime.now() + timedelta(hours=4)):
            for number in range(7):
                self.env["flywheel.case.mail"]._note(
                    "rating",
                    case,
                    {case: str(number)},
                    date=fields.Datetime.now() - timedelta(hours=3, minutes=30),
                )
            last = self._api_case(name="Third")
            self.assertEqual(self._codes(last, "acknowledge"), ["ack_day"])

    def test_one_receipt_a_case(self):
        case = self._api_case()
        case.acknowledged_date = False
        lines = self.env["flywheel.case.acknowledge"]._acknowledge(case)
        self.assertEqual([line["code"] for line in lines], ["ack_done"])
        self.assertEqual(len(self._told(case)), 1)


@tagged("post_install", "-at_install")
class TestProgress(TellCommon):
    def _waiting(self, since=NOON, hours=2, **values):
        with freeze_time(since):
            case = self._api_case(**values)
        case.waiting_since = since
        case.answer_due = since + timedelta(hours=hours)
        return case

    def _run(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env["helpdesk.ticket"]._flywheel_soon_due()._flywheel_tell_progress()

    def test_before_the_promise_lapses_and_once(self):
        case = self._waiting()
        self._run(NOON + timedelta(minutes=60))
        self.assertFalse(self._log(case, "progress"))
        for minutes in (95, 100, 115):
            self._run(NOON + timedelta(minutes=minutes))
        line = self._log(case, "progress")
        self.assertEqual(len(line), 1)
        self.assertEqual(line.promised, case.answer_due)
        self.assertIn("told_progress", self._codes(case, "acknowledge"))
        mail = self._told(case)[0]
        self.assertEqual(literal_eval(mail.headers)["Auto-Submitted"], "auto-generated")
        self.assertIn("not forgotten", self._text(case))
        self.assertIn("today 15:00", self._text(case))

    def test_scheduled_action(self):
        case = self._waiting()
        with (
            freeze_time(NOON + timedelta(minutes=100)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(
                "inbound_flywheel_service.ir_cron_progress"
            ).method_direct_trigger()
        self.assertTrue(self._log(case, "progress"))

    def test_not_when_somebody_answered(self):
        case = self._waiting()
        self._answer(case)
        self._run(NOON + timedelta(minutes=100))
        self.assertFalse(self._log(case, "progress"))

    def test_a_new_question_starts_anew_after_some_hours(self):
        case = self._waiting()
        self._run(NOON + timedelta(minutes=100))
        monday = NOON + timedelta(days=3)
        case.waiting_since = monday
        case.answer_due = monday + timedelta(hours=2)
        self._run(monday + timedelta(minutes=100))
        self.assertEqual(len(self._log(case, "progress")), 2)
        case.write({"waiting_since": monday + timedelta(minutes=110)})
        self._run(monday + timedelta(minutes=119))
        self.assertEqual(len(self._log(case, "progress")), 2, "not twice in 24 hours")

    def test_not_at_night_what_can_be_told_in_the_morning(self):
        # Due on Monday at 10, asked on Friday at 17:30 of Taipei.
        since = datetime(2026, 11, 20, 9, 30)
        case = self._waiting(since, hours=64.5)
        self._run(datetime(2026, 11, 22, 20, 0))
        self.assertFalse(self._log(case, "progress"))
        self._run(datetime(2026, 11, 23, 1, 5))
        self.assertTrue(self._log(case, "progress"))

    def test_who_gets_none(self):
        declined = self._waiting(partner_email="d@customer.example", partner_id=False)
        self.env["flywheel.consent"].create(
            {
                "profile_id": declined.flywheel_profile_id.id,
                "purpose": "service_mail",
                "kind": "withdrawn",
                "method": "spoken",
            }
        )
        machine = self._waiting(partner_email="m@customer.example", partner_id=False)
        machine.mail_verdict = "auto_reply"
        self._run(NOON + timedelta(minutes=100))
        self.assertEqual(
            self._log(declined, "progress").mapped("reason"), ["ack_declined"]
        )
        self.assertFalse(self._log(machine, "progress"))
        self.team.flywheel_progress = False
        off = self._waiting(partner_email="off@customer.example", partner_id=False)
        self._run(NOON + timedelta(minutes=100))
        self.assertFalse(self._log(off, "progress"))

    def test_no_query_for_each_case(self):
        for number in range(3):
            self._waiting(partner_email=f"q{number}@customer.example", partner_id=False)
        with freeze_time(NOON + timedelta(minutes=100)):
            self.env.flush_all()
            with self.assertQueryCount(1):
                self.env["helpdesk.ticket"]._flywheel_soon_due()


@tagged("post_install", "-at_install")
class TestReminder(TellCommon):
    def setUp(self):
        super().setUp()
        self.team.write({"flywheel_remind_days": 3, "flywheel_close_days": 7})
        with freeze_time(NOON):
            self.case = self._api_case(user_id=self.ann.id)
            self._answer(self.case)
        self.case.last_answer_date = NOON

    def _run(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref(
                "inbound_flywheel_service.ir_cron_remind"
            ).method_direct_trigger()

    def test_reminded_once_then_closed_without_a_rating(self):
        self._run(NOON + timedelta(days=2))
        self.assertFalse(self._log(self.case, "reminder"))
        for days in (3, 4, 9):
            self._run(NOON + timedelta(days=days, minutes=1))
        self.assertEqual(len(self._log(self.case, "reminder")), 1)
        self.assertIn("close the case in 7 days", self._text(self.case))
        self.assertFalse(self.case.closed)
        self._run(NOON + timedelta(days=10, minutes=2))
        self.assertTrue(self.case.closed)
        self.assertTrue(self.case.closed_by_itself)
        self.assertEqual(len(self._log(self.case, "lapsed")), 1)
        self.assertFalse(self._log(self.case, "closed"))
        self.assertFalse(self.case.rating_asked_date)
        self.assertIn("closed_idle", self._codes(self.case, "stage"))
        self.case.stage_id = self.stage_new
        self.assertFalse(self.case.closed_by_itself)

    def test_off_by_default_and_not_when_it_is_our_turn(self):
        self.team.flywheel_remind_days = 0
        self._run(NOON + timedelta(days=20))
        self.team.flywheel_remind_days = 3
        activity = self.case.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.ann.id
        )
        self._run(NOON + timedelta(days=20))
        self.assertFalse(self._log(self.case, "reminder"))
        activity.action_feedback()
        self.case.waiting_since = NOON + timedelta(days=1)
        self._run(NOON + timedelta(days=20))
        self.assertFalse(self._log(self.case, "reminder"))
        self.case.waiting_since = False
        self._run(NOON + timedelta(days=40))
        self.assertFalse(self._log(self.case, "reminder"), "history by now")
        self._run(NOON + timedelta(days=20))
        self.assertTrue(self._log(self.case, "reminder"))
