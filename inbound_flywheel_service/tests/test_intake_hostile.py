# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import random
import time
from unittest.mock import patch

from odoo import api
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import mail_thread_route
from .common import GatewayCommon

GATEWAY_LOG = "odoo.addons.mail.models.mail_thread"
LOG = "odoo.addons.inbound_flywheel_service.models.mail_thread"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install", "mail_gateway")
class TestHostile(GatewayCommon):
    """Nothing loses a mail: there is a case whatever comes in."""

    def _raw(self, headers, body=b"Please help", sender=b"carl@customer.example"):
        self.counter = getattr(self, "counter", 0) + 1
        base = b"From: %s\nTo: %s\nMessage-Id: <%d.%s@x.example>\n" % (
            sender,
            self.address.encode(),
            self.counter,
            self.id().encode(),
        )
        return base + headers + b"\n" + body

    @mute_logger(GATEWAY_LOG, LOG)
    def test_broken_headers(self):
        for headers in (
            b"Subject: \xff\xfe\x00broken\n",
            b"Subject: =?utf-8?q?=FF=00=ED=A0=80?=\n",
            b"Subject: =?no-such?b?////?=\nContent-Type: text/plain; charset=\xff\n",
            b"Subject: x\nDate: Thu, 32 Foo 99999 99:99:99 +9999\n",
            b"Subject: x\nDate: Mon, 01 Jan 0001 00:00:00 +0000\n",
            b"Subject: x\nDate: Fri, 31 Dec 9999 23:59:59 -2359\n",
            b"Subject: x\nDate: \n",
            b"Subject: x\nContent-Type: nonsense\n",
            b"Subject: x\nContent-Type: multipart/mixed\n",
            b"Subject: x\nContent-Type: multipart/alternative; boundary=\n",
            b"Subject: x\nContent-Type: text/html; charset=utf-16\n",
            b"Subject: x\nContent-Type: text/plain; charset=unicode-escape\n",
            b"Subject: x\nContent-Type: text/plain; charset=base64\n",
            b"Subject: x\nContent-Transfer-Encoding: base64\n",
            b"Subject: x\nContent-Transfer-Encoding: no-such\n",
            b"Subject: x\nReferences: <<<>>>\nIn-Reply-To: \x00\n",
            b"Subject: x\nReferences: " + b" <a@b.c>" * 5000 + b"\n",
            b'Subject: x\nCc: ;;;<<>,@,"\\\n',
            b"Subject: x\nReply-To: undisclosed-recipients:;\n",
            b"Subject: x\nAuthentication-Results: \xff\xff\x00\n",
            b"Subject: x\nX-Header-Without-End",
            b"no header at all\n",
            b"",
        ):
            with self.subTest(headers=headers[:60]):
                # One sender may open twenty cases.
                sender = b"c%d@customer.example" % len(headers)
                case = self._receive(self._raw(headers, sender=sender))
                self.assertEqual(case.sender_email, sender.decode())

    def test_parts_that_are_none(self):
        """A mail that promises parts and has none is read, and its writer heard."""
        for kind, text, expected in (
            (b"multipart/report; report-type=delivery-status", "我的卡被偷了", "被偷"),
            (b"multipart/mixed; boundary=b", "<p>My <b>card</b></p>", "<b>card</b>"),
        ):
            with self.subTest(kind=kind):
                headers = b"Subject: x\nContent-Type: %s\n" % kind
                case = self._receive(self._raw(headers, text.encode()))
                self.assertIn(expected, case.description)
                self.assertEqual(case.mail_verdict, "human")
                self.assertTrue(case.waiting_since)
                self.assertFalse(case.message_attachment_count)

    def test_text_without_charset(self):
        """Chinese is read also where the mail does not say in what it is written."""
        text = "我的金融卡被提款機吃掉了，請問該怎麼辦？銀行的電話一直沒有人接聽。"
        for kind in (b"text/plain", b"text/plain; charset=us-ascii", b"text/html"):
            for charset in ("utf-8", "big5"):
                with self.subTest(kind=kind, charset=charset):
                    headers = b"Subject: x\nContent-Type: %s\n" % kind
                    case = self._receive(self._raw(headers, text.encode(charset)))
                    self.assertIn("提款機吃掉了", case.description)

    @mute_logger(GATEWAY_LOG, LOG)
    def test_broken_senders(self):
        for sender in (
            b"",
            b"\xff\xfe",
            b"@",
            b"<>",
            b"a" * 3000 + b"@x.example",
            b"a@" + b"b" * 3000 + b".example",
            b'"' + b"n" * 3000 + b'" <n@x.example>',
            b"=?utf-8?b?////?= <zz@x.example>",
            b"two@x.example, three@x.example",
            "張三 <zhang@x.example>".encode(),
            "張三 <張三@例子.中国>".encode(),
            b"\x00evil@x.example",
        ):
            with self.subTest(sender=sender[:40]):
                case = self._receive(self._raw(b"Subject: x\n", sender=sender))
                self.assertTrue(case)

    @mute_logger(GATEWAY_LOG, LOG)
    def test_broken_bodies(self):
        html = b"Subject: x\nContent-Type: text/html; charset=utf-8\n"
        for headers, body in (
            (html, b"<p>Null \x00 and \x1b\x07 and \xed\xa0\x80 end</p>"),
            (html, b"<" * 5000 + b"p>Deep</p>"),
            (html, b"<div>" * 3000 + b"Deep" + b"</div>" * 3000),
            (html, b"<?xml version='1.0' encoding='utf-16'?><html>x</html>"),
            (html, b"<!DOCTYPE x [<!ENTITY a 'b'>]><p>&a;&#0;&#xD800;</p>"),
            (html, b"<style>" + b"a{}" * 1000),
            (html, b""),
            (html, b"\n\n   \n"),
            (b"Subject: x\n", b"\x00\x01\x02\xff\xfe"),
            (b"Subject: x\nContent-Type: text/plain; charset=utf-8\n", b"\xff" * 100),
            (
                b"Subject: x\nContent-Type: text/plain; charset=big5\n",
                "我的卡被偷了".encode("big5") + b"\xff",
            ),
            (
                b"Subject: x\nContent-Type: text/plain\n"
                b"Content-Transfer-Encoding: quoted-printable\n",
                b"nul =00 and =ZZ =",
            ),
            (
                b"Subject: x\nContent-Type: message/rfc822\n",
                b"Subject: inner\n\ninner",
            ),
            (
                b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n',
                b'--b\nContent-Disposition: attachment; filename="a\x00/../b.txt"\n\n1',
            ),
            (
                b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n',
                b'--b\nContent-Type: image/png; name="x.png"\n'
                b"Content-Transfer-Encoding: base64\n\nbm90IGFuIGltYWdl\n--b--",
            ),
            (
                b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n',
                b'--b\nContent-Type: image/svg+xml; name="x.svg"\n\n<svg onload=x>',
            ),
        ):
            with self.subTest(body=body[:40]):
                case = self._receive(self._raw(headers, body))
                self.assertTrue(case)
                self.assertNotIn("\x00", case.description or "")

    def test_big5_is_readable(self):
        case = self._receive(
            self._raw(
                b"Subject: =?big5?b?"
                + base64.b64encode("卡被偷".encode("big5"))
                + b"?=\nContent-Type: text/plain; charset=big5\n",
                "我的卡被偷了".encode("big5"),
            )
        )
        self.assertEqual(case.name, "卡被偷")
        self.assertIn("我的卡被偷了", case.description)

    @mute_logger(GATEWAY_LOG, LOG)
    def test_mails_with_random_damage(self):
        rng = random.Random(5)
        source = (
            b"Subject: =?utf-8?b?5L2g5aW9?= card\nMIME-Version: 1.0\n"
            b"Date: Mon, 3 Nov 2025 10:00:00 +0000\nReferences: <a@b.c>\n"
            b'Content-Type: multipart/mixed; boundary="b"\n'
        )
        body = (
            b"--b\nContent-Type: text/html; charset=utf-8\n\n<p>Hi</p>\n--b\n"
            b'Content-Type: image/png; name="p.png"\nContent-Id: <p>\n'
            b"Content-Transfer-Encoding: base64\n\n"
            + base64.b64encode(PIXEL)
            + b"\n--b--\n"
        )
        for number in range(60):
            damaged = bytearray(source + b"\n" + body)
            for _i in range(rng.randrange(1, 30)):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
            sender = b"fuzz%d@x.example" % number
            with self.subTest(number=number):
                case = self._receive(self._raw(bytes(damaged), b"", sender=sender))
                self.assertTrue(case)

    def test_unreadable_mail_is_attached(self):
        thread = type(self.env["mail.thread"])

        def fail(*args, **kwargs):
            raise ValueError("what is this?")

        self.patch(thread, "_message_parse_extract_payload", fail)
        with self.assertLogs(LOG, "WARNING"):
            case = self._receive(self._mail())
        self.assertEqual(case.name, "My card was stolen")
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.mail_verdict, "human")
        attachment = case.message_ids.attachment_ids
        self.assertEqual(attachment.name, "original_email.eml")
        self.assertIn(b"Please help", attachment.raw)

    def test_refused_case_is_taken_in_as_text(self):
        tickets = type(self.env["helpdesk.ticket"])
        create = tickets.create

        @api.model_create_multi
        def refuse(self, vals_list):
            if any("<b>" in str(vals.get("description")) for vals in vals_list):
                raise ValueError("no bold")
            return create(self, vals_list)

        self.patch(tickets, "create", refuse)
        with self.assertLogs(LOG.rpartition(".")[0], "WARNING"):
            case = self._receive(self._mail(body="<p>Help <b>me</b></p>"))
        self.assertIn("Help", case.description)
        line = case.flywheel_trace_ids.filtered("failed")
        self.assertIn("no bold", line.message)

    def test_refused_attachments_take_nothing_with_them(self):
        attachments = type(self.env["ir.attachment"])
        create = attachments.create

        def refuse(self, vals_list):
            if any(vals.get("name") == "bad.txt" for vals in vals_list):
                raise ValueError("no such file")
            return create(self, vals_list)

        self.patch(attachments, "create", refuse)
        source = self._raw(
            b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n',
            b"--b\nContent-Type: text/plain\n\nSee the file\n--b\n"
            b'Content-Type: text/plain; name="bad.txt"\n\n1\n--b--\n',
        )
        with self.assertLogs(LOG.rpartition(".")[0], "WARNING"):
            case = self._receive(source)
        self.assertIn("See the file", case.description)
        self.assertIn("failed", self._codes(case))

    def test_25_megabytes(self):
        payload = base64.encodebytes(random.Random(1).randbytes(25 * 1024 * 1024))
        source = self._raw(
            b'Subject: big\nContent-Type: multipart/mixed; boundary="b"\n',
            b"--b\nContent-Type: text/plain\n\nSee the file\n--b\n"
            b"Content-Type: application/zip\n"
            b'Content-Disposition: attachment; filename="big.zip"\n'
            b"Content-Transfer-Encoding: base64\n\n" + payload + b"\n--b--\n",
        )
        start = time.time()
        case = self._receive(source)
        self.assertEqual(case.message_ids.attachment_ids.file_size, 25 * 1024 * 1024)
        self.assertIn("See the file", case.description)
        self.assertLess(time.time() - start, 60)

    def test_500_recipients(self):
        copies = ", ".join(f"Person {i} <p{i}@x.example>" for i in range(500))
        case = self._receive(self._mail(Cc=copies, To=f"{self.address}, {copies}"))
        self.assertFalse(case.email_cc)
        self.assertFalse(
            case.message_partner_ids.filtered(lambda p: "@x.example" in (p.email or ""))
        )

    def test_subject_of_ten_kilobytes(self):
        case = self._receive(self._mail(Subject="card " * 2000))
        self.assertEqual(len(case.name), 250)
        self.assertTrue(case.acknowledged_date)
        message = case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertGreater(len(message.subject), 9000)

    def test_message_id_of_ten_kilobytes(self):
        source = self._mail(**{"Message-Id": f"<{'x' * 10_000}@x.example>"})
        self.assertTrue(self._receive(source))
        with mute_logger(GATEWAY_LOG):
            self.assertFalse(self._receive(source))

    @mute_logger(GATEWAY_LOG)
    def test_other_mails_with_the_same_id(self):
        same = {"Message-Id": f"<constant-{self.id()}@scanner.example>"}
        first = self._receive(self._mail(same))
        self.assertFalse(self._receive(self._mail(same)))
        other = self._receive(self._mail(same, Subject="Another thing"))
        stranger = self._receive(self._mail(same, From="sam@stranger.example"))
        self.assertEqual(len(first | other | stranger), 3)
        # The same ones again.
        self.assertFalse(self._receive(self._mail(same, Subject="Another thing")))

    def test_our_own_mail_that_comes_back_opens_nothing(self):
        case = self._receive(self._mail())
        with self.mock_mail_gateway():
            answer = case.with_user(self.ann).message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
            )
        with mute_logger(GATEWAY_LOG):
            back = self._receive(
                self._mail({"Message-Id": answer.message_id}, From="list@x.example")
            )
        self.assertFalse(back)

    def test_two_workers_one_mail(self):
        """The other worker has committed after this one began."""

        def committed(env, query):
            return [(1,)]

        with patch.object(mail_thread_route, "committed", committed):
            self.assertFalse(self._receive(self._mail()))

    @mute_logger(GATEWAY_LOG)
    def test_over_the_limit_nothing_is_lost_and_one_is_told(self):
        sender = "storm@machine.example"
        told = 0
        for number in range(24):
            with self.mock_mail_gateway():
                self.env["mail.thread"].message_process(
                    None, self._mail(From=sender, Subject=f"Storm {number}")
                )
                told += len(
                    [m for m in self._mails if "MAILER-DAEMON" in m["email_from"]]
                )
        cases = self.env["helpdesk.ticket"].search([("sender_email", "=", sender)])
        self.assertEqual(len(cases), 20)
        self.assertEqual(told, 1)
        newest = cases.sorted("id")[-1]
        kept = newest.message_ids.filtered(lambda m: "Storm" in (m.subject or ""))
        self.assertEqual(len(kept.filtered("mail_verdict")), 5)
        self.assertEqual(self._codes(newest).count("flood"), 4)

    def test_hostile_answer(self):
        case = self._receive(self._mail())
        self._receive(
            self._mail(
                Subject=f"Re: {case.number} <script>alert(1)</script>",
                body='<p onclick="x()">Hi</p><script>alert(2)</script>'
                '<a href="javascript:x()">y</a><iframe src="//evil"></iframe>',
            )
        )
        body = case.message_ids[0].body
        for bad in ("<script", "onclick", "javascript:", "<iframe"):
            self.assertNotIn(bad, body)
