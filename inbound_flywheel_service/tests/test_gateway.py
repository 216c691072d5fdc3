# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import GatewayCommon

GATEWAY_LOG = "odoo.addons.mail.models.mail_thread"


@tagged("post_install", "-at_install", "mail_gateway")
class TestGateway(GatewayCommon):
    def test_a_persons_mail_becomes_a_case(self):
        case = self._receive(self._mail())
        channel = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email")
        self.assertRecordValues(
            case,
            [
                {
                    "name": "My card was stolen",
                    "team_id": self.team.id,
                    "channel_id": channel.id,
                    "partner_id": self.customer.id,
                    "partner_name": "Carl Customer",
                    "partner_email": "carl@customer.example",
                    "intake_source": "mail",
                    "mail_verdict": "human",
                }
            ],
        )
        # helpdesk_mgmt would make the system user the assignee.
        self.assertIn(case.user_id, self.ann + self.bob)
        self.assertEqual(case.flywheel_profile_id.partner_id, self.customer)
        self.assertEqual(
            [line.step for line in case.flywheel_trace_ids],
            ["mail", "profile", "assign", "acknowledge"]
            if not self.env["flywheel.routing.rule"].search_count([])
            else ["mail", "profile", "route", "assign", "acknowledge"],
        )

    def test_unknown_sender_gets_a_person_but_no_contact(self):
        case = self._receive(self._mail(From="Zoe New <zoe@new.example>"))
        self.assertFalse(case.partner_id)
        self.assertEqual(case.partner_name, "Zoe New")
        profile = case.flywheel_profile_id
        self.assertTrue(profile)
        again = self._receive(self._mail(From="zoe@new.example"))
        self.assertEqual(again.flywheel_profile_id, profile)
        touchpoints = self.env["flywheel.touchpoint"].search(
            [("profile_id", "=", profile.id)]
        )
        codes = [touchpoint.type_id.code for touchpoint in touchpoints]
        self.assertEqual(codes, ["case_opened", "case_opened"])

    def test_partner_of_another_company_is_not_taken(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.customer.company_id = company
        case = self._receive(self._mail())
        self.assertFalse(case.partner_id)
        self.assertEqual(case.sender_email, "carl@customer.example")

    def test_machines_open_visible_cases_that_nobody_answers(self):
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"Subject": "Out of office: back on Monday"},
            {"List-Id": "<news.example.com>"},
            {"From": "no-reply@shop.example"},
        ):
            with self.subTest(headers=headers):
                case = self._receive(self._mail(headers))
                self.assertTrue(case)
                self.assertNotEqual(case.mail_verdict, "human")
                self.assertTrue(case.mail_evidence)
                self.assertFalse(case.acknowledged_date)
                self.assertFalse(self._confirmations(case))
                self.assertIn("ack_machine", self._codes(case))
                self.assertFalse(
                    self.env["flywheel.touchpoint"].search(
                        [
                            ("res_model", "=", "helpdesk.ticket"),
                            ("res_id", "=", case.id),
                        ]
                    )
                )

    def test_mail_of_our_own_is_no_customer(self):
        case = self._receive(self._mail(From=f"Cards <{self.address}>"))
        self.assertEqual(case.mail_verdict, "own")
        self.assertFalse(case.flywheel_profile_id)
        self.assertFalse(case.user_id)
        self.assertFalse(self._confirmations(case))

    @mute_logger(GATEWAY_LOG)
    def test_same_mail_twice(self):
        source = self._mail()
        case = self._receive(source)
        self.assertFalse(self._receive(source))
        self.assertEqual(len(self._confirmations(case)), 1)

    @mute_logger(GATEWAY_LOG)
    def test_mail_loop_ends(self):
        """A responder that follows no standard, and answers every mail at once."""
        confirmations = 0
        for _round in range(30):
            case = self._receive(self._mail(From="loop@machine.example"))
            confirmations += len(self._confirmations(case))
        self.assertEqual(confirmations, 3)
        cases = self.env["helpdesk.ticket"].search_count(
            [("sender_email", "=", "loop@machine.example")]
        )
        self.assertEqual(cases, 20, "Odoo's limit on cases per sender holds")

    def test_ping_pong_on_one_case(self):
        """The customer's absence message comes back on our confirmation."""
        case = self._receive(self._mail())
        confirmation = self._confirmations(case)
        answer = self._mail(
            {
                "Subject": "Automatic reply: Out of office",
                "In-Reply-To": confirmation.message_id,
                "References": confirmation.message_id,
                "Auto-Submitted": "auto-replied",
            }
        )
        self.assertEqual(self._receive(answer), case)
        self.assertEqual(len(self._confirmations(case)), 1)
        self.assertIn("reply_machine", self._codes(case))

    def test_hostile_markup(self):
        body = (
            '<p onclick="evil()">Hi</p><script>alert(1)</script>'
            '<img src="x" onerror="alert(2)"><a href="javascript:alert(3)">x</a>'
            '<p>{{ 7*7 }} ${8*8} <t t-out="9*9"/></p>'
        )
        case = self._receive(
            self._mail(body=body, Subject="<script>alert(4)</script> {{ object.id }}")
        )
        for bad in ("<script", "onclick", "onerror", "javascript:"):
            self.assertNotIn(bad, case.description)
        mail = self._confirmations(case)
        self.assertNotIn("<script", mail.body_html)
        self.assertIn("{{ object.id }}", mail.subject)

    def test_one_megabyte(self):
        body = "<p>" + "my card was stolen 信用卡被盗 " * 40_000 + "</p>"
        start = time.time()
        case = self._receive(self._mail(body=body))
        self.assertTrue(case)
        self.assertLess(time.time() - start, 20)

    def test_empty_and_broken_mails(self):
        for values in (
            {"body": "", "Subject": None},
            {"Content-Type": "text/plain; charset=no-such-charset"},
            {"Subject": "=?utf-8?b?////?="},
            {"From": "no address at all"},
        ):
            with self.subTest(values=values):
                body = values.pop("body", "Hello")
                case = self._receive(self._mail(values, body=body))
                self.assertTrue(case)

    def test_failing_step_loses_no_mail(self):
        acknowledge = type(self.env["flywheel.case.acknowledge"])

        def fail(*args):
            raise ValueError("no mail server")

        self.patch(acknowledge, "_acknowledge", fail)
        with self.assertLogs("odoo.addons.inbound_flywheel_service", "WARNING"):
            case = self._receive(self._mail())
        self.assertIn(case.user_id, self.ann + self.bob)
        line = case.flywheel_trace_ids.filtered("failed")
        self.assertEqual(line.step, "acknowledge")
        self.assertIn("no mail server", line.message)

    def test_sender_who_is_a_colleague(self):
        user = new_test_user(self.env, "s_colleague", email="col@our.example")
        case = self._receive(self._mail(From="col@our.example"))
        self.assertEqual(case.partner_id, user.partner_id)
        self.assertFalse(case.flywheel_profile_id)
