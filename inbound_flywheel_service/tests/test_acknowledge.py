# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import GatewayCommon


@tagged("post_install", "-at_install")
class TestAcknowledge(GatewayCommon):
    def _api_case(self, **values):
        values = {"partner_email": "carl@customer.example", **values}
        model = self.env["helpdesk.ticket"].with_context(flywheel_source="api")
        return model.create(
            {
                "name": "My card",
                "description": "<p>Help me</p>",
                "team_id": self.team.id,
                **values,
            }
        )

    def test_goes_to_the_queue_with_the_headers_of_a_machine(self):
        with self._no_mail_sent():
            case = self._api_case()
        mail = self._confirmations(case)
        headers = literal_eval(mail.headers)
        self.assertEqual(headers["Auto-Submitted"], "auto-replied")
        self.assertEqual(headers["X-Auto-Response-Suppress"], "All")
        self.assertIn("Precedence", headers)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, "carl@customer.example")
        self.assertIn(case.number, mail.subject)
        self.assertTrue(case.acknowledged_date)

    def test_answers_the_mail_that_came_in(self):
        case = self._receive(self._mail({"Message-Id": "<first@customer.example>"}))
        mail = self._confirmations(case)
        self.assertEqual(mail.references, "<first@customer.example>")
        self.assertEqual(
            literal_eval(mail.headers)["In-Reply-To"], "<first@customer.example>"
        )
        self.assertIn(self.address, mail.reply_to)
        self.assertEqual(mail.author_id, self.company.partner_id)
        # Not in the name of whoever runs the gateway.
        self.assertIn(self.company.name, mail.reply_to)

    def test_paths(self):
        for source, confirmed in (
            ("mail", True),
            ("portal", True),
            ("api", True),
            ("backend", False),
            ("other", False),
        ):
            model = self.env["helpdesk.ticket"].with_context(flywheel_source=source)
            case = model.create(
                {
                    "name": source,
                    "description": "x",
                    "team_id": self.team.id,
                    "partner_email": f"{source}@customer.example",
                }
            )
            self.assertEqual(bool(case.acknowledged_date), confirmed, source)
        self.team.flywheel_acknowledge_backend = True
        case = self._case(partner_email="back@customer.example")
        self.assertTrue(case.acknowledged_date)

    def test_reasons_for_silence(self):
        self.team.flywheel_acknowledge = False
        self.assertEqual(self._codes(self._api_case(), "acknowledge"), ["ack_team"])
        self.team.flywheel_acknowledge = True
        for email, code in (
            (False, "ack_no_address"),
            ("no-reply@shop.example", "ack_machine"),
            (self.address, "ack_own"),
        ):
            case = self._api_case(partner_email=email)
            self.assertEqual(self._codes(case, "acknowledge"), [code])
            self.assertFalse(self._confirmations(case))
        quiet = self._api_case
        self.env = self.env(context=dict(self.env.context, flywheel_no_acknowledge=1))
        self.assertFalse(self._confirmations(quiet()))

    def test_three_per_sender_and_three_hours(self):
        start = fields.Datetime.now()
        cases = self.env["helpdesk.ticket"]
        for _i in range(5):
            cases += self._api_case()
        self.assertEqual(len(self._confirmations(cases)), 3)
        self.assertEqual(self._codes(cases[4], "acknowledge"), ["ack_limit"])
        other = self._api_case(partner_email="other@customer.example")
        self.assertTrue(self._confirmations(other))
        with freeze_time(start + timedelta(hours=3, minutes=1)):
            self.assertTrue(self._confirmations(self._api_case()))

    def test_one_batch_keeps_the_limit(self):
        model = self.env["helpdesk.ticket"].with_context(flywheel_source="api")
        cases = model.create(
            [
                {
                    "name": f"Case {i}",
                    "description": "x",
                    "partner_email": "Carl <CARL@customer.example>",
                }
                for i in range(6)
            ]
        )
        self.assertEqual(len(self._confirmations(cases)), 3)

    def test_language_of_the_customer(self):
        template = self.env.ref("inbound_flywheel_service.mail_template_received")
        for code in ("zh_TW", "zh_CN"):
            self.env["res.lang"]._activate_lang(code)
            template.with_context(lang=code).subject = f"{code} {{{{object.number}}}}"
        self.customer.lang = "zh_TW"
        case = self._api_case(partner_id=self.customer.id)
        self.assertIn("zh_TW", self._confirmations(case).subject)
        for text, code in (
            ("我的信用卡遺失了", "zh_TW"),
            ("我的信用卡丢失了", "zh_CN"),
        ):
            case = self._api_case(name=text, partner_email=f"{code}@customer.example")
            self.assertIn(code, self._confirmations(case).subject)

    def test_closed_cases_of_an_import(self):
        case = self._api_case(stage_id=self.stage_done.id)
        self.assertFalse(self._confirmations(case))
