# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import xmlrpc.client
from datetime import datetime, timedelta

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestIntakeHttp(ServiceCommon, HttpCase):
    """Paths that go through the web server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paul = new_test_user(
            cls.env, "s_paul", groups="base.group_portal", email="paul@x.example"
        )
        cls.case = cls._case(partner_id=cls.paul.partner_id.id, user_id=cls.ann.id)
        cls.case.stage_id = cls.stage_done

    def _post(self, body, case=None, **post_data):
        case = case or self.case
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": case.id,
                "post_data": {
                    "body": body,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **post_data,
                },
            },
        )

    def test_the_chat_of_the_portal_counts_like_mail(self):
        self.authenticate("s_paul", "s_paul")
        self._post("Thank you!")
        self.assertTrue(self.case.closed)
        self._post("It broke again")
        self.assertFalse(self.case.closed)
        self.assertTrue(self.case.waiting_since)
        self.assertEqual(self.case.reopen_count, 1)

    def test_a_late_message_in_the_portal(self):
        self.case.closed_date = fields.Datetime.now() - timedelta(days=99)
        self.authenticate("s_paul", "s_paul")
        self._post("It broke again")
        case = self.env["helpdesk.ticket"].search(
            [("follow_up_of_id", "=", self.case.id)]
        )
        self.assertEqual(case.intake_source, "portal")
        page = self.url_open(f"/my/ticket/{case.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("It broke again", page.text)

    def test_an_agent_answers_in_the_chatter(self):
        self.authenticate("s_paul", "s_paul")
        self._post("It broke again")
        self.authenticate("s_ann", "s_ann")
        self._post("A note", subtype_xmlid="mail.mt_note")
        self.assertTrue(self.case.waiting_since)
        self._post("We send another one")
        self.assertFalse(self.case.waiting_since)
        self.assertTrue(self.case.first_response_date)

    def test_verdicts_are_for_colleagues_only(self):
        message = self.case.message_post(
            body="x", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        message.write({"mail_verdict": "list", "mail_evidence": "Precedence: bulk"})
        fetch = {"thread_model": "helpdesk.ticket", "thread_id": self.case.id}
        self.authenticate("s_ann", "s_ann")
        found = self.make_jsonrpc_request("/mail/thread/messages", fetch)
        texts = [m.get("flywheel_verdict") for m in found["data"]["mail.message"]]
        self.assertIn("Mailing list", texts)
        self.authenticate("s_paul", "s_paul")
        found = self.make_jsonrpc_request("/mail/thread/messages", fetch)
        for values in found["data"]["mail.message"]:
            self.assertNotIn("flywheel_verdict", values)
            self.assertNotIn("mail_evidence", values)

    def test_form_of_the_portal_with_a_file(self):
        self.authenticate("s_paul", "s_paul")
        self.url_open(
            "/submitted/ticket",
            data={
                "csrf_token": Request.csrf_token(self),
                "subject": "With a file",
                "description": "See the file",
                "attachment": "x",
            },
            files=[("attachment", ("a.txt", b"content", "text/plain"))],
        )
        case = self.env["helpdesk.ticket"].search([("name", "=", "With a file")])
        self.assertEqual(case.partner_id, self.paul.partner_id)
        self.assertEqual(case.intake_source, "portal")
        self.assertTrue(case.waiting_since)
        self.assertEqual(case.attachment_ids.raw, b"content")

    def test_json2_with_a_key_of_the_caller(self):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.ann)
            ._generate(
                scope="rpc",
                name="shop",
                expiration_date=datetime.now() + timedelta(hours=1),
            )
        )

        def create(**values):
            answer = self.url_open(
                "/json/2/helpdesk.ticket/create",
                json={
                    "vals_list": [
                        {
                            "name": "From the shop",
                            "team_id": self.team.id,
                            "partner_email": "carl@customer.example",
                            **values,
                        }
                    ]
                },
                headers={"Authorization": f"Bearer {key}"},
            )
            self.assertEqual(answer.status_code, 200, answer.text)
            return answer.json()

        first = create(external_key="order-1")
        self.assertEqual(create(external_key="order-1"), first)
        self.assertNotEqual(create(external_key="order-2"), first)
        case = self.env["helpdesk.ticket"].browse(first)
        self.assertEqual(case.intake_source, "api")
        self.assertEqual(case.partner_id, self.customer)
        self.assertTrue(case.acknowledged_date)

    def test_xmlrpc_with_a_key_of_the_caller(self):
        self.ann.password = "ann-for-the-shop"

        def create(key):
            return self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                self.ann.id,
                "ann-for-the-shop",
                "helpdesk.ticket",
                "create",
                [
                    {
                        "name": "From the shop",
                        "team_id": self.team.id,
                        "partner_email": "carl@customer.example",
                        "external_key": key,
                    }
                ],
            )

        first = create("order-1")
        self.assertEqual(create("order-1"), first)
        case = self.env["helpdesk.ticket"].browse(first)
        self.assertEqual(case.intake_source, "api")
        self.assertEqual(case.partner_id, self.customer)

    def test_xmlrpc_pipe(self):
        """As the script of the mail server calls it."""
        domain = self.env["mail.alias.domain"].create({"name": "pipe.example"})
        self.team.write({"alias_name": "cards", "alias_domain_id": domain.id})
        admin = self.env.ref("base.user_admin")
        admin.password = "admin-for-the-pipe"
        source = (
            b"From: carl@customer.example\nTo: cards@pipe.example\n"
            b"Message-Id: <pipe@customer.example>\nSubject: \xff\x00 by pipe\n\nHelp"
        )
        case_id = self.xmlrpc_object.execute_kw(
            self.env.cr.dbname,
            admin.id,
            "admin-for-the-pipe",
            "mail.thread",
            "message_process",
            [False, xmlrpc.client.Binary(source)],
            {},
        )
        case = self.env["helpdesk.ticket"].browse(case_id)
        self.assertEqual(case.intake_source, "mail")
        self.assertEqual(case.partner_id, self.customer)
        self.assertFalse(case.user_id == admin)

    def test_broken_calls_are_refused_whole(self):
        count = self.env["helpdesk.ticket"].search_count([])
        self.authenticate("s_paul", "s_paul")
        answer = self.url_open(
            "/json/2/helpdesk.ticket/create",
            json={"vals_list": [{"name": "x"}]},
            headers={"Authorization": "Bearer " + base64.b64encode(b"no").decode()},
        )
        self.assertIn(answer.status_code, (401, 403))
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), count)
