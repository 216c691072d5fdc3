# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta
from unittest.mock import patch

from freezegun.api import real_perf_counter
from psycopg2.errors import CheckViolation, SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time

from ..engine import webhooks
from .common import NOW
from .common_webhook import WebhookCase


@freeze_time(NOW)
class TestWebhook(WebhookCase):
    # -- what is written down ------------------------------------------------------

    def test_score_crosses_the_threshold(self):
        hook = self.hook(on_above=True, threshold=35)
        self.ingest_all(self.item("meeting", external_key="m1"))
        self.assertFalse(self.deliveries(hook))
        self.ingest_all(self.item("form", external_key="f1"))
        delivery = self.deliveries(hook)
        self.assertEqual(len(delivery), 1)
        body = json.loads(delivery.body)
        self.assertEqual(body["type"], "score.above")
        self.assertEqual(body["data"]["person"], {"id": self.person().id})
        self.assertEqual(body["data"]["threshold"], 35)
        self.assertGreater(body["data"]["score"], 35)
        # Above already; the same again.
        self.ingest_all(self.item("meeting", external_key="m2"))
        self.ingest(self.item("form", external_key="f1"))
        self.assertEqual(len(self.deliveries(hook)), 1)

    def test_score_falls_by_an_event(self):
        hook = self.hook(on_below=True, threshold=10)
        self.ingest_all(self.item("meeting"))
        self.ingest_all(self.item("unsubscribe"))
        self.assertEqual(self.deliveries(hook).mapped("event"), ["score.below"])

    def test_score_falls_by_time(self):
        hook = self.hook(on_below=True, threshold=20)
        self.ingest_all(self.item("meeting"), self.item("page", email="li@example.com"))
        self.env.cr.flush()
        self.tell_decay()
        self.assertFalse(self.deliveries(hook))
        with freeze_time("2026-07-15 12:00:00"):
            self.tell_decay()
            self.assertEqual(self.deliveries(hook).profile_id, self.person())
            self.tell_decay()
            self.assertEqual(len(self.deliveries(hook)), 1)

    def tell_decay(self):
        cron = self.env.ref("inbound_flywheel.cron_webhook_decay")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_stage_entered(self):
        hook = self.hook(on_stage=True)
        chosen = self.hook(on_stage=True, stage_ids=[(6, 0, self.stage("sql").ids)])
        self.ingest_all(self.item())
        person = self.person()
        person.with_user(self.mara).lifecycle_stage_id = self.stage("sql")
        told = [
            json.loads(body)["data"] for body in self.deliveries(hook).mapped("body")
        ]
        self.assertIn(("lifecycle", "sql"), [(t["track"], t["stage"]) for t in told])
        self.assertEqual(len(self.deliveries(chosen)), 1)

    def test_written_down_by_another_transaction_meanwhile(self):
        hook = self.hook(on_above=True, threshold=1)
        insert = type(hook)._insert_all
        taken = []

        def meet_another(self, rows):
            taken[:] = taken or [rows[1][3]]
            if any(row[3] in taken for row in rows):
                raise SerializationFailure
            insert(self, rows)

        with patch.object(type(hook), "_insert_all", meet_another):
            self.ingest_all(
                *(self.item("meeting", email=f"{n}@example.com") for n in "abcde")
            )
            deliveries = self.deliveries(hook)
        self.assertEqual(len(deliveries), 4)
        self.assertNotIn(taken[0], deliveries.mapped("uid"))

    def test_history_is_no_news(self):
        hook = self.hook(on_stage=True)
        self.ingest_all(self.item(date="2020-01-01 10:00:00"))
        self.assertTrue(self.person().interval_ids)
        self.assertFalse(self.deliveries(hook))

    def test_persona_changed(self):
        hook = self.hook(on_persona=True)
        persona = self.env["flywheel.persona"].create({"name": "Careful Carl"})
        self.ingest_all(self.item())
        self.person().with_user(self.mara).persona_id = persona
        (body,) = self.deliveries(hook).mapped("body")
        data = json.loads(body)["data"]
        self.assertEqual((data["from"], data["to"]), (None, "Careful Carl"))

    def test_chosen_fields_and_people(self):
        fields_ = self.env["ir.model.fields"].search(
            [
                ("model", "=", "flywheel.profile"),
                ("name", "in", ["email", "lifecycle_stage_id", "last_date"]),
            ]
        )
        hook = self.hook(
            on_above=True,
            threshold=10,
            domain="[('fit_grade', '=', 'A')]",
        )
        hook.domain = "[('identity_ids.value', '=', 'wang@example.com')]"
        hook.field_ids = fields_
        self.ingest_all(self.item(), self.item(email="li@example.com"))
        delivery = self.deliveries(hook)
        self.assertEqual(delivery.profile_id, self.person())
        person = json.loads(delivery.body)["data"]["person"]
        self.assertEqual(
            person.keys(), {"id", "email", "lifecycle_stage_id", "last_date"}
        )
        self.assertEqual(person["email"], "wang@example.com")

    def test_companies_are_kept_apart(self):
        ours = self.hook(on_above=True, threshold=10)
        self.ingest_all(self.item(), user=self.bea)
        self.assertFalse(self.deliveries(ours))
        with self.assertRaises(AccessError):
            self.hook(company_id=self.branch.id)

    def test_all_companies_are_for_those_in_all(self):
        ours = self.hook()
        shared = self.hook().sudo()
        shared.company_id = False
        for change in (
            lambda: self.hook(company_id=False),
            lambda: shared.with_user(self.max).write({"url": "https://example.com/"}),
            lambda: shared.with_user(self.max).action_new_secret(),
            lambda: ours.with_user(self.max).write({"company_id": False}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()
        self.max.company_ids = self.env["res.company"].search([])
        shared.with_user(self.max).url = "https://example.com/hook"

    def test_part_that_was_taken_back(self):
        hook = self.hook(on_above=True, threshold=10, on_stage=True)
        self.ingest_all(self.item("page"))
        before = self.deliveries(hook)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.ingest_all(self.item("meeting"))
            raise ZeroDivisionError
        self.assertEqual(self.deliveries(hook), before)

    def test_nobody_waits_costs_nothing(self):
        self.hook(active=False, on_above=True)
        Webhook = self.env["flywheel.webhook"]
        Webhook._get_specs()
        with self.assertQueryCount(0):
            Webhook._notice("persona.changed", [(1, "x", {})])
            Webhook._notice_scores({1: 5.0}, {})

    # -- what is sent ----------------------------------------------------------------

    def test_signed_and_delivered(self):
        server = self.receiver(200)
        hook = self.hook(server, on_above=True, threshold=10)
        self.ingest_all(self.item())
        self.send()
        delivery = self.deliveries(hook)
        self.assertEqual((delivery.state, delivery.status), ("sent", 200))
        ((path, headers, body),) = server.seen
        self.assertEqual(path, "/hook?key=1")
        self.assertEqual(headers["webhook-id"], delivery.uid)
        self.assertEqual(json.loads(body), json.loads(delivery.body))
        expected = webhooks.sign(
            hook.secret, delivery.uid, headers["webhook-timestamp"], body
        )
        self.assertEqual(headers["webhook-signature"], expected)
        self.send()
        self.assertEqual(len(server.seen), 1)

    def test_fails_then_arrives_with_the_same_id(self):
        server = self.receiver(500, 200)
        hook = self.hook(server)
        hook.action_test()
        self.send()
        delivery = self.deliveries(hook)
        self.assertEqual((delivery.state, delivery.attempts), ("pending", 1))
        self.assertIn("500", delivery.error)
        self.assertTrue(hook.failing_since)
        pause = (delivery.next_try - fields.Datetime.now()).total_seconds()
        self.assertTrue(20 < pause < 40, pause)
        self.send()
        self.assertEqual(len(server.seen), 1)
        with freeze_time("2026-06-15 12:01:00"):
            self.send()
        self.assertEqual((delivery.state, delivery.attempts), ("sent", 2))
        self.assertEqual(len(set(server.ids())), 1)
        self.assertFalse(hook.failing_since)

    def test_given_up_after_a_day(self):
        server = self.receiver(503)
        hook = self.hook(server)
        hook.action_test()
        for hours in range(0, 30, 3):
            with freeze_time(fields.Datetime.to_datetime(NOW) + timedelta(hours=hours)):
                self.send()
        delivery = self.deliveries(hook)
        self.assertEqual(delivery.state, "failed")
        self.assertTrue(hook.active)
        self.assertEqual(hook.activity_ids.user_id, self.max)
        server.script = [200]
        delivery.with_user(self.max).action_resend()
        self.send()
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(len(set(server.ids())), 1)

    def test_switched_off_after_days(self):
        server = self.receiver(500)
        hook = self.hook(server)
        hook.action_test()
        self.send()
        with freeze_time("2026-06-19 12:00:00"):
            self.send()
        self.assertFalse(hook.active)
        self.assertEqual(len(hook.activity_ids), 1)

    def test_gone(self):
        server = self.receiver(410)
        hook = self.hook(server)
        hook.action_test()
        self.send()
        self.assertFalse(hook.active)
        self.assertIn("410", hook.activity_ids.note)
        with freeze_time("2026-06-15 13:00:00"):
            self.send()
        self.assertEqual(len(server.seen), 1)

    def test_redirect_is_not_followed(self):
        other = self.receiver(200)
        server = self.receiver(302)
        server.elsewhere = other.url
        hook = self.hook(server)
        hook.action_test()
        self.send()
        self.assertFalse(other.seen)
        self.assertEqual(self.deliveries(hook).status, 302)
        self.assertEqual(self.deliveries(hook).state, "pending")

    def test_slow_receiver_holds_up_nobody(self):
        self.patch(webhooks, "TIMEOUT", 1)
        slow, fast = self.receiver("slow"), self.receiver(200)
        slow_hook, fast_hook = self.hook(slow), self.hook(fast)
        for _number in range(5):
            slow_hook.action_test()
            fast_hook.action_test()
        start = real_perf_counter()
        self.send()
        self.assertLess(real_perf_counter() - start, 2.9)
        self.assertEqual(set(self.deliveries(fast_hook).mapped("state")), {"sent"})
        late = self.deliveries(slow_hook)
        self.assertEqual(late[0].error, "no answer within 10 seconds")
        # It was asked once, not five times in a row.
        self.assertEqual(len(slow.seen), 1)
        self.assertEqual(sum(late.mapped("attempts")), 1)

    def test_nothing_left_of_what_was_due(self):
        # Another worker has it; the log would call it an action that does nothing.
        hook = self.hook(on_above=True, threshold=1)
        self.ingest_all(self.item("meeting"))
        self.deliveries(hook)
        Cron, Delivery = self.registry["ir.cron"], type(hook.delivery_ids)
        with (
            patch.object(Delivery, "_claim", return_value=[]),
            patch.object(Cron, "_commit_progress", return_value=60) as progress,
        ):
            self.env["flywheel.webhook"]._cron_send()
        left = [call.kwargs.get("remaining") for call in progress.call_args_list]
        self.assertEqual([n for n in left if n is not None], [1, 0])

    def test_nobody_listens(self):
        hook = self.hook(url="http://127.0.0.1:9/")
        hook.action_test()
        self.send()
        delivery = self.deliveries(hook)
        self.assertEqual((delivery.status, delivery.state), (0, "pending"))
        self.assertIn("refused", delivery.error)

    # -- addresses that are not called ------------------------------------------

    def test_private_addresses(self):
        server = self.receiver(200)
        hook = self.hook(url="https://localhost/")
        self.env["ir.config_parameter"].set_param(
            "inbound_flywheel.webhook_private", False
        )
        for url in (
            server.url,
            "http://example.com/",
            "ftp://example.com/",
            "https://",
            "https://user:secret@example.com/",
            "https://example.com:0/",
            "https://example.com/a b",
            "javascript:alert(1)",
            "https://[::1",
        ):
            with self.assertRaises(ValidationError, msg=url), self.env.cr.savepoint():
                hook.url = url
        hook.invalidate_recordset()
        hook.action_test()
        self.send()
        self.assertIn("inside your own network", self.deliveries(hook).error)

    def test_which_addresses_are_public(self):
        for address in (
            *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
            *("0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::", "::1"),
            *("fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"),
            *("2002:7f00:1::", "ff02::1", "2001:db8::1", "::7f00:1", "fec0::1"),
            *("64:ff9b:1::7f00:1", "::ffff:0:7f00:1"),
        ):
            self.assertFalse(webhooks.is_public(address), address)
        for address in ("8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"):
            self.assertTrue(webhooks.is_public(address), address)

    def test_name_is_resolved_once(self):
        """What was checked is called, whatever DNS answers a moment later."""
        asked = []

        def getaddrinfo(host, port, **_kwargs):
            asked.append(host)
            address = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
            return [(2, 1, 6, "", (address, port))]

        called = []

        def create_connection(address, timeout):
            called.append(address)
            raise ConnectionRefusedError("refused")

        self.patch(webhooks.socket, "getaddrinfo", getaddrinfo)
        self.patch(webhooks.socket, "create_connection", create_connection)
        webhooks.post("https://rebind.example.com/x", b"{}", {})
        self.assertEqual(called, [("8.8.8.8", 443)])

    # -- who may, and what is kept --------------------------------------------------

    def test_who_may(self):
        hook = self.hook(on_above=True)
        hook.action_test()
        delivery = self.deliveries(hook)
        for user in (self.rita, self.sam, self.mara, self.sid, self.ian, self.pia):
            for record in (hook, delivery):
                with self.assertRaises(AccessError):
                    record.with_user(user).read()
            with self.assertRaises(AccessError):
                hook.with_user(user).action_test()
            with self.assertRaises(AccessError):
                delivery.with_user(user).action_resend()
        for values in ({"body": "{}"}, {"state": "sent"}):
            with self.assertRaises(AccessError):
                delivery.with_user(self.max).write(values)

    def test_wrong_settings(self):
        hook = self.hook()
        hidden = self.env["ir.model.fields"]._get("flywheel.profile", "email")
        email = self.env["flywheel.profile"]._fields["email"]
        self.patch(email, "groups", "base.group_system")
        login = self.env["ir.model.fields"].search(
            [("model", "=", "res.users"), ("name", "=", "login")]
        )
        for values in (
            {"domain": "[('nothing', '=', 1)]"},
            {"domain": "import os"},
            {"domain": "[("},
            {"field_ids": login.ids},
            {"field_ids": hidden.ids},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                hook.write(values)
        with self.assertRaises(CheckViolation), self.quiet(), self.env.cr.savepoint():
            hook.keep_days = 0
            hook.flush_recordset()

    def test_manager_chooses_fields(self):
        hook = self.hook()
        email = self.env["ir.model.fields"]._get("flywheel.profile", "email")
        self.env.invalidate_all()
        hook.field_ids = email.ids
        self.env.invalidate_all()
        self.assertEqual(hook.read(["field_ids"])[0]["field_ids"], email.ids)

    def test_form(self):
        with Form(self.env["flywheel.webhook"].with_user(self.max)) as form:
            form.name = "From the form"
            form.url = "https://example.com/hook"
            form.on_stage = True
        self.assertTrue(form.record.secret.startswith("whsec_"))
        self.assertNotEqual(form.record.secret, self.hook().secret)

    def test_personal_records(self):
        hook = self.hook(on_above=True, threshold=10)
        self.ingest_all(self.item())
        delivery = self.deliveries(hook)
        kept = self.person()._get_personal_records()
        self.assertEqual(kept["flywheel.webhook.delivery"], delivery)
        self.person().unlink()
        self.assertFalse(delivery.exists())

    def test_log_is_kept_for_days(self):
        hook = self.hook(self.receiver(200), keep_days=5)
        hook.action_test()
        self.send()
        delivery = self.deliveries(hook)
        delivery._gc_deliveries()
        self.assertTrue(delivery.exists())
        with freeze_time("2026-06-21 12:00:00"):
            delivery._gc_deliveries()
        self.assertFalse(delivery.exists())
