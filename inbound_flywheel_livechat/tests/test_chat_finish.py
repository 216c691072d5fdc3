# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from odoo.addons.mail.tools.discuss import Store

from .common import ChatCase

EMAIL = "wang@example.com"
MODEL = "odoo.addons.inbound_flywheel_livechat.models."


class TestChatFinish(ChatCase):
    """Every chat in which something was said is in the ledger once."""

    def setUp(self):
        super().setUp()
        self.hello = self.step("text", "Hello")
        self.need = self.step(
            "free_input_single", "Need?", flywheel_question_id=self.question("need").id
        )
        self.email = self.step("question_email", "Email?")
        self.more = self.step("free_input_single", "More?")

    def talk(self, *words):
        channel = self.chat()
        for word in words:
            self.say(channel, word)
        return channel

    def chats(self, email=EMAIL):
        return self.lines(self.person(email), "chat")

    def test_line(self):
        channel = self.talk("A new CRM", EMAIL)
        chat = self.finish(channel)
        line = self.chats()
        self.assertEqual(len(line), 1)
        self.assertEqual(line.summary, "A new CRM")
        self.assertEqual((line.res_model, line.res_id), ("flywheel.chat", chat.id))
        self.assertEqual(line.source_id, self.script.source_id)
        self.assertEqual(chat.message_count, 2)
        for words in ("Need?", "A new CRM", EMAIL):
            self.assertIn(words, chat.transcript)

    def test_once_however_often_it_ends(self):
        channel = self.talk("A new CRM", EMAIL)
        self.finish(channel)
        channel.sudo().livechat_end_dt = False
        self.say(channel, "One thing more")
        chat = self.finish(channel)
        self.finish(channel)
        self.assertEqual(len(self.chats()), 1)
        self.assertIn("One thing more", chat.transcript)

    def test_scheduled_action(self):
        channel = self.talk("A new CRM", EMAIL)
        channel.sudo()._close_livechat_session()
        self.assertTrue(self.remembered(channel).unfinished)
        self.assertFalse(self.chats())
        with self.enter_registry_test_mode():
            cron = self.env.ref("inbound_flywheel_livechat.cron_chat")
            cron.method_direct_trigger()
        self.assertEqual(len(self.chats()), 1)
        self.assertFalse(self.remembered(channel).unfinished)

    def test_without_words(self):
        channel = self.chat()
        self.assertFalse(self.finish(channel))

    def test_left_open(self):
        """A chat that nobody closed is over after a day of silence."""
        channel = self.talk("A new CRM", EMAIL)
        channel.sudo().last_interest_dt = fields.Datetime.now() - timedelta(days=2)
        self.env["flywheel.chat"]._find_silent()
        self.remembered(channel)._finish_safely()
        self.assertEqual(len(self.chats()), 1)
        self.env["flywheel.chat"]._find_silent()
        self.assertFalse(self.remembered(channel).unfinished)

    def test_deleted_conversation(self):
        channel = self.talk("A new CRM", EMAIL)
        channel_id = channel.id
        channel.sudo().unlink()
        chat = self.env["flywheel.chat"].search([("origin_id", "=", channel_id)])
        self.assertIn("A new CRM", chat.transcript)
        self.assertEqual(self.chats().with_user(self.rita).summary, "A new CRM")

    def test_operator_and_rating(self):
        self.online = self.olga
        channel = self.talk("human")
        channel.with_user(self.olga).sudo(False).message_post(
            body="Hello, who is it?", message_type="comment"
        )
        chat = self.finish(channel)
        self.assertEqual(chat.user_id, self.olga)
        self.assertFalse(chat.profile_id)
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("discuss.channel"),
                "res_id": channel.id,
                "rating": 5,
                "consumed": True,
                "feedback": "Nice",
            }
        )
        channel.sudo().message_post(
            body="Rating", message_type="notification", rating_id=rating.id
        )
        self.assertTrue(chat.unfinished)
        chat._finish()
        self.assertEqual((chat.rating, chat.rating_text), (5, "Nice"))

    def test_becomes_known_later(self):
        """A colleague who makes a lead of an anonymous chat says who it was."""
        channel = self.talk("A new CRM")
        chat = self.finish(channel)
        self.assertFalse(chat.profile_id)
        lead = self.env["crm.lead"].create(
            {"name": "From the chat", "origin_channel_id": channel.id}
        )
        self.assertEqual(chat.lead_id, lead)
        self.assertFalse(chat.profile_id)
        lead.email_from = EMAIL
        person = self.person(EMAIL)
        self.assertEqual((chat.profile_id, chat.known_by), (person, "staff"))
        self.env.flush_all()
        self.assertEqual(len(self.chats()), 1)
        self.assertEqual(self.facts(person)["need"].answer, "A new CRM")

    def test_told_by_the_operator(self):
        self.online = self.olga
        channel = self.talk("human")
        Chat = self.env["flywheel.chat"]
        self.assertIsNone(Chat.with_user(self.olga).get_strip(channel.id))
        with self.assertRaises(AccessError):
            Chat.with_user(self.olga).set_person(channel.id, EMAIL)
        channel.sudo()._add_members(users=self.steve)
        Chat.with_user(self.steve).set_person(channel.id, EMAIL)
        strip = Chat.with_user(self.steve).get_strip(channel.id)
        self.assertEqual(strip["person"]["name"], EMAIL)
        self.assertTrue(strip["proven"])

    def test_strip(self):
        channel = self.talk("A new CRM", EMAIL)
        channel.sudo()._add_members(users=self.steve)
        strip = self.env["flywheel.chat"].with_user(self.steve).get_strip(channel.id)
        self.assertEqual(strip["facts"][0]["answer"], "A new CRM")
        self.assertFalse(strip["proven"])
        with self.assertRaises(AccessError):
            self.env["flywheel.chat"].with_user(self.bea).get_strip(channel.id)

    def test_failure_does_not_reach_the_visitor(self):
        """Whatever goes wrong with us, the conversation goes on and ends."""
        broken = patch(
            MODEL + "flywheel_chat.FlywheelChat._of", side_effect=ValueError("broken")
        )
        log = (MODEL + "chatbot_script_step", MODEL + "discuss_channel")
        with broken, mute_logger(*log):
            channel = self.talk("A new CRM", EMAIL)
            self.assertEqual(channel.sudo().chatbot_current_step_id, self.more)
            channel.sudo()._close_livechat_session()
        self.assertTrue(channel.sudo().livechat_end_dt)

    def test_visitors_see_nothing(self):
        channel = self.talk("A new CRM", EMAIL)
        for model in ("flywheel.chat", "flywheel.chat.answer"):
            for user in (self.public, self.pia, self.ian):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        step = channel.sudo().chatbot_current_step_id
        data = str(Store().add(channel).add(step).get_result())
        self.assertIn("chatbot", data)
        self.assertNotIn("flywheel", data)
        with self.assertRaises(AccessError):
            channel.with_user(self.pia).read(["flywheel_chat_ids"])

    def test_personal_records(self):
        chat = self.finish(self.talk("A new CRM", EMAIL))
        records = self.person(EMAIL)._get_personal_records()
        self.assertEqual(records["flywheel.chat"], chat)
        self.assertEqual(records["flywheel.chat.answer"], chat.answer_ids)
        self.person(EMAIL).unlink()
        self.assertFalse(chat.exists())

    def test_merge(self):
        first = self.finish(self.talk("A new CRM", EMAIL))
        second = self.finish(self.talk("An ERP", "li@example.com"))
        first.profile_id._merge(second.profile_id)
        self.assertEqual(second.profile_id, first.profile_id)
        self.assertEqual(len(self.chats()), 2)

    def test_many_messages(self):
        channel = self.talk("A new CRM", EMAIL)
        for number in range(200):
            self.say(channel, f"word {number}")
        chat = self.finish(channel)
        self.assertIn("word 199", chat.transcript)
        self.assertEqual(len(self.chats()), 1)
