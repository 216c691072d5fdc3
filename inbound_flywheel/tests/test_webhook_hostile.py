# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from ..engine import webhooks
from .common import NOW
from .common_webhook import WebhookCase


@freeze_time(NOW)
class TestWebhookHostile(WebhookCase):
    """Managers who mean harm, and settings that have lost their ground."""

    def test_moved_to_another_company(self):
        hook = self.hook(on_above=True, threshold=10)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            hook.company_id = self.branch
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            hook.copy({"company_id": self.branch.id})
        self.ingest_all(self.item(), user=self.bea)
        self.assertFalse(self.deliveries(hook))
        self.max.company_ids += self.branch
        hook.company_id = self.branch

    def test_log_of_another_company(self):
        theirs = self.hook().sudo()
        theirs.company_id = self.branch
        theirs.action_test()
        delivery = self.deliveries(theirs).with_user(self.max)
        for change in (
            lambda: theirs.with_user(self.max).read(["url", "secret"]),
            lambda: theirs.with_user(self.max).action_test(),
            lambda: theirs.with_user(self.max).action_new_secret(),
            lambda: theirs.with_user(self.max).unlink(),
            lambda: delivery.read(["body"]),
            lambda: delivery.action_resend(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()
        self.assertFalse(delivery.search([("webhook_id", "=", theirs.id)]))

    def test_secret_that_signs_nothing(self):
        hook = self.hook()
        for secret in (
            False,
            "",
            "abc",
            "whsec_",
            "whsec_!!!",
            "whsec_王",
            "whsec_YQ==",
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                hook.secret = secret
        hook.secret = "whsec_" + base64.b64encode(b"x" * 24).decode()

    def test_one_broken_secret_stops_nobody(self):
        broken, good = self.receiver(200), self.receiver(200)
        first, second = self.hook(broken), self.hook(good)
        (first | second).flush_recordset()
        self.env.cr.execute(
            "UPDATE flywheel_webhook SET secret = 'abc' WHERE id = %s", [first.id]
        )
        first.invalidate_recordset()
        first.action_test()
        second.action_test()
        self.send()
        self.assertEqual((len(broken.seen), len(good.seen)), (0, 1))
        self.assertEqual(self.deliveries(first).state, "pending")
        self.assertIn("secret", self.deliveries(first).error)

    def test_field_of_its_domain_is_gone(self):
        hook = self.hook(on_above=True, threshold=10)
        other = self.hook(on_above=True, threshold=10)
        hook.flush_recordset()
        self.env.cr.execute(
            "UPDATE flywheel_webhook SET domain = %s WHERE id = %s",
            ["[('x_gone', '=', 1)]", hook.id],
        )
        hook.invalidate_recordset()
        with self.assertLogs("odoo.addons.inbound_flywheel", "WARNING"):
            self.ingest_all(self.item())
            self.assertFalse(self.deliveries(hook))
        self.assertTrue(self.deliveries(other))
        self.assertFalse(hook.active)
        self.assertIn("x_gone", hook.activity_ids.note)
        self.ingest_all(self.item("page"))

    def test_address_in_another_script(self):
        server = self.receiver(200)
        self.hook(server, url=server.url + "&詞=值 ".strip()).action_test()
        self.send()
        ((path, _headers, _body),) = server.seen
        self.assertEqual(path, "/hook?key=1&%E8%A9%9E=%E5%80%BC")

    def test_what_is_quoted_stays(self):
        server = self.receiver(200)
        url = server.url.partition("?")[0] + "/a%2Fb;c?x=%20&y=a+b"
        answer = webhooks.post(url, b"{}", {"Content-Length": "2"}, private=True)
        self.assertTrue(answer.taken)
        self.assertEqual(server.seen[0][0], "/hook/a%2Fb;c?x=%20&y=a+b")

    def test_log_of_what_is_switched_off(self):
        """What nobody will send any more is deleted in its time, too."""
        hook = self.hook(keep_days=5)
        hook.action_test()
        delivery = self.deliveries(hook)
        hook.active = False
        with freeze_time("2026-06-18 12:00:00"):
            delivery._gc_deliveries()
            self.assertTrue(delivery.exists())
        with freeze_time("2026-06-21 12:00:00"):
            delivery._gc_deliveries()
        self.assertFalse(delivery.exists())

    def test_switched_off_says_so(self):
        hook = self.hook()
        hook.action_test()
        delivery = self.deliveries(hook)
        hook.active = False
        for action in (hook.action_test, delivery.with_user(self.max).action_resend):
            with self.assertRaises(UserError):
                action()

    def test_old_failures_raise_no_new_alarm(self):
        hook = self.hook(self.receiver(500, 500, 200, 500))
        hook.action_test()
        self.send()
        with freeze_time("2026-06-16 13:00:00"):
            self.send()
            self.assertEqual(self.deliveries(hook).state, "failed")
            self.assertTrue(hook.activity_ids)
            hook.activity_ids.sudo().unlink()
            hook.action_test()
            self.send()
            hook.action_test()
            self.send()
        self.assertEqual(
            self.deliveries(hook).mapped("state"), ["failed", "sent", "pending"]
        )
        self.assertFalse(hook.activity_ids)

    def test_kept_for_ages(self):
        hook = self.hook(self.receiver(200), keep_days=2**31 - 1)
        hook.action_test()
        self.send()
        self.deliveries(hook)._gc_deliveries()
        self.assertTrue(self.deliveries(hook))
