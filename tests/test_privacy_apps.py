"""A person whom all apps know is handed out and forgotten in one."""

from unittest.mock import patch
from uuid import uuid4

from odoo import Command, fields
from odoo.tests import freeze_time

from odoo.addons.inbound_flywheel.tests.common import NOW
from odoo.addons.inbound_flywheel.tests.common_privacy import (
    EMAIL,
    NAME,
    PHONE,
    WORD,
    PrivacyCase,
)
from odoo.addons.inbound_flywheel_livechat.tests.common import ChatCase

NETWORK = "203.0.113"
# The law, and the wish not to be written to: what stays, and says so beforehand.
KEPT = {"mail_blacklist.email", "sale_order.client_order_ref"}


@freeze_time(NOW)
class TestPrivacyApps(PrivacyCase, ChatCase):
    """Ling gets a mailing, looks at pages, chats, answers a survey and buys."""

    def setUp(self):
        super().setUp()
        self.get_mailing()
        self.visit_website()
        self.channel = self.have_chat()
        self.survey = self.answer_survey()
        self.order = self.buy()
        self.tell_others()
        # The core's: form, page, meeting, facts, consent, messages, files, tasks.
        self.fill()
        self.rule._find()

    # ------------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------------
    def get_mailing(self):
        self.contact = self.env["mailing.contact"].create(
            {"name": NAME, "email": EMAIL, "flywheel_profile_id": self.profile.id}
        )
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Spring",
                "mailing_model_id": self.env["ir.model"]._get_id("mailing.contact"),
            }
        )
        traces = self.env["mailing.trace"].create(
            [
                {
                    "model": record._name,
                    "res_id": record.id,
                    "email": EMAIL,
                    "mass_mailing_id": mailing.id,
                    "message_id": f"<{WORD}@example.com>",
                    "failure_reason": f"550 {WORD} is out",
                }
                for record in (self.contact, self.lead)
            ]
        )
        self.trace, self.second_trace = traces
        traces.set_sent()
        tracker = self.env["link.tracker"].create(
            {"url": "https://example.com/a", "source_id": mailing.source_id.id}
        )
        asked = {"agent": "Firefox", "network": f"{NETWORK}.0/24", "method": "GET"}
        Hit = self.env.registry["flywheel.mailing.hit"]
        with patch.object(Hit, "_get_request_values", lambda _self: asked):
            traces.set_opened()
            self.click = self.env["link.tracker.click"].add_click(
                tracker.code, ip=f"{NETWORK}.7", mailing_trace_id=self.trace.id
            )
            self.collect()
            # One more that is not read yet.
            traces.set_opened()
        self.env["mail.blacklist"]._add(EMAIL)
        letter = self.env["mailing.list"].create({"name": "Spring letter"})
        self.contact.list_ids = letter
        self.env["sms.sms"].create(
            {"partner_id": self.partner.id, "number": PHONE, "body": f"Hi {WORD}"}
        )

    def collect(self):
        while self.env["flywheel.mailing.hit"]._collect():
            pass

    def visit_website(self):
        self.visitor = self.env["website.visitor"].create({"access_token": uuid4().hex})
        self.visitor._flywheel_identify(self.profile)
        self.known_by_lead = self.env["website.visitor"].create(
            {"access_token": uuid4().hex, "lead_ids": [Command.set(self.lead.ids)]}
        )
        for visitor in (self.visitor, self.known_by_lead):
            self.env["website.track"].create(
                {"visitor_id": visitor.id, "url": f"https://example.com/{WORD}"}
            )

    def have_chat(self):
        self.step("question_email", "Your address?")
        self.step(
            "free_input_multi", "And?", flywheel_question_id=self.question("need").id
        )
        self.guest = self.env["mail.guest"].create({"name": NAME})
        channel = self.chat(guest=self.guest)
        channel.sudo().name = f"{NAME} and the bot"
        self.say(channel, EMAIL)
        self.say(channel, f"I want a {WORD}")
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("discuss.channel"),
                "res_id": channel.id,
                "rating": 5,
                "feedback": f"Good bot, says {WORD}",
                "consumed": True,
            }
        )
        self.finish(channel)
        return channel.sudo().with_env(self.env)

    def answer_survey(self):
        survey = self.env["survey.survey"].create({"title": "How was it?"})
        question = self.env["survey.question"].create(
            {"survey_id": survey.id, "title": "Why?", "question_type": "text_box"}
        )
        answer = survey._create_answer(partner=self.partner, nickname=WORD)
        answer._save_lines(question, f"For {WORD}")
        answer._mark_done()
        # Answered without a login, with the address typed in.
        typed = survey._create_answer(email=EMAIL)
        typed._save_lines(question, f"Once more {WORD}")
        typed._mark_done()
        self.env.flush_all()
        return survey

    def buy(self):
        product = self.env["product.product"].create({"name": "Card"})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "client_order_ref": f"Order of {WORD}",
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_confirm()
        return order

    def tell_others(self):
        self.env["flywheel.webhook"].create(
            {
                "name": "Other",
                "url": "https://example.com/hook",
                "on_above": True,
                "threshold": 1,
            }
        )
        form = self.env.ref("inbound_flywheel.touchpoint_type_form")
        self.rule = self.env["flywheel.follow.up"].create(
            {"name": "Call", "type_ids": [Command.set(form.ids)]}
        )
        self.rule.action_start()
        self.rule.date_started = self.ago(days=2)
        system = self.env["flywheel.system"].create({"name": "Shop"})
        self.env["flywheel.system.call"].create(
            {
                "system_id": system.id,
                "method": "touchpoints",
                "errors": f"[0] “{EMAIL}” is of another company.",
            }
        )

    # ------------------------------------------------------------------
    # Tests
    # ------------------------------------------------------------------
    def test_hand_out_has_something_of_each(self):
        files = self.unpack(self.hand_out())
        words = {
            "mailing.contact": EMAIL,
            "mailing.trace": EMAIL,
            "link.tracker.click": NETWORK,
            "mail.blacklist": EMAIL,
            "mailing.subscription": "Spring letter",
            "website.track": WORD,
            "flywheel.chat": WORD,
            "mail.guest": NAME,
            "rating.rating": WORD,
            "survey.user_input": EMAIL,
            "survey.user_input.line": WORD,
            "sale.order": WORD,
        }
        for name, word in words.items():
            self.assertIn(word, str(files.get(f"data/{name}.json")), name)
        told = ("website.visitor", "flywheel.webhook.delivery")
        for name in (*told, "flywheel.follow.up.line"):
            self.assertTrue(files[f"data/{name}.json"], name)
        said = {
            message["body"]: message
            for message in files["data/mail.message.json"]
            if message["body"]
        }
        own = next(body for body in said if f"I want a {WORD}" in body)
        self.assertEqual(said[own]["author"], "you")
        asked = next(body for body in said if "Your address?" in body)
        self.assertEqual(said[asked]["author"], "staff")
        page = files["index.html"].decode()
        self.assertIn(f"Once more {WORD}", page)

    def test_nothing_is_left_but_what_is_told(self):
        before = set(self.find_text())
        self.assertLessEqual(
            {
                "mail_guest.name",
                "survey_user_input_line.value_text_box",
                "flywheel_system_call.errors",
                "flywheel_chat.transcript",
                "sms_sms.body",
            },
            before,
        )
        self.assertIn("link_tracker_click.ip", self.find_text(NETWORK))
        plan = self.profile._plan_erasure({})
        for told in (("sale.order", "kept", 1), ("mail.blacklist", "kept", 1)):
            self.assertIn(told, plan)
        log = self.forget(contact="anonymised")
        self.assertEqual(log.state, "done")
        self.assertLessEqual(set(self.find_text()), KEPT)
        self.assertLessEqual(set(self.find_text(EMAIL)), KEPT)
        for text in (PHONE, NAME, NETWORK):
            self.assertEqual(self.find_text(text), {}, text)
        self.check_numbers()

    def check_numbers(self):
        """What was counted is counted."""
        self.assertEqual(self.trace.trace_status, "open")
        self.assertEqual(self.second_trace.trace_status, "open")
        self.assertEqual(self.click.link_id.count, 1)
        self.assertFalse((self.visitor | self.known_by_lead).exists())
        self.assertTrue(self.channel.exists())
        self.assertFalse(self.channel.message_ids)
        self.assertEqual(len(self.survey.user_input_ids), 2)
        self.assertFalse(self.survey.user_input_ids.partner_id)
        self.assertEqual(self.order.state, "sale")
        # What is left can be worked with.
        self.collect()
        self.assertFalse(self.env["flywheel.mailing.hit"].search([]))
        for question in self.survey.question_ids:
            question._prepare_statistics(question.user_input_line_ids)

    def test_what_is_interrupted_is_finished(self):
        for name in ("flywheel.chat.answer", "mailing.contact", "website.visitor"):
            with self.subTest(name), self.cr.savepoint() as savepoint:
                self.stop_before(name)
                log = self.forget(contact="anonymised")
                self.assertEqual(log.state, "done")
                self.assertLessEqual(set(self.find_text()), KEPT)
                self.assertEqual(self.find_text(NETWORK), {})
                savepoint.rollback()
                self.env.invalidate_all()

    def stop_before(self, name):
        """Let the next erasure end before the records of a model, and begin again."""
        Log = self.env.registry["flywheel.privacy.log"]
        erase_records = Log._erase_records

        def twice(log, person, found, options):
            names = sorted(found, key=log._get_erasure_place)
            later = names[names.index(name) :]
            first = {n: found[n][:0] if n in later else found[n] for n in names}
            erase_records(log, person, first, options)
            log.env.invalidate_all()
            erase_records(log, person, person._get_personal_records(), options)

        self.patch(Log, "_erase_records", twice)

    def test_contact_stays_if_wanted(self):
        self.forget(contact="kept")
        self.assertEqual(self.order.partner_id.name, NAME)
        left = {place.split(".")[0] for place in self.find_text()}
        kept = {"res_partner", "sale_order", "mail_blacklist", "mail_message"}
        self.assertLessEqual(left, kept)
        said = self.env["mail.message"].search([("body", "ilike", WORD)])
        self.assertLessEqual(set(said.mapped("model")), {"res.partner", "sale.order"})

    def test_withdrawal_drops_what_apps_noted_by_watching(self):
        orders, chats = self.order, self.env["flywheel.chat"].search_count([])
        self.profile._drop_tracking()
        self.assertFalse(self.profile._get_personal_records()["website.track"])
        self.assertFalse(self.trace.open_datetime or self.trace.links_click_datetime)
        self.assertEqual(self.trace.trace_status, "sent")
        self.assertEqual(self.click.link_id.count, 1)
        self.assertFalse(self.click.mailing_trace_id)
        self.assertEqual(self.find_text(NETWORK), {})
        self.collect()
        told = self.lines(self.profile, "email_open", "email_click", "page")
        self.assertFalse(told)
        self.assertTrue(orders.exists())
        self.assertEqual(self.env["flywheel.chat"].search_count([]), chats)
        log = self.env["flywheel.privacy.log"].search([("kind", "=", "tracking")])
        told = {(name, how): count for name, how, count in log.counts}
        self.assertEqual(told["website.track", "deleted"], 2)
        self.assertEqual(told["mailing.trace", "anonymised"], 2)
        self.assertEqual(told["link.tracker.click", "anonymised"], 1)
        self.assertTrue(fields.Datetime.to_datetime(log.date_done))
