# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import ChatCase

EMAIL = "wang@example.com"


class TestChatScript(ChatCase):
    """The shipped script works as it is."""

    def setUp(self):
        super().setUp()
        shipped = self.env.ref("inbound_flywheel_livechat.chatbot_script_qualify")
        self.script = shipped.copy()

    def test_chats_are_inbound(self):
        script = self.env["chatbot.script"].create({"title": "Another"})
        self.assertEqual(script.source_id.direction, "inbound")
        script.source_id.direction = "outbound"
        script._flywheel_place_sources()
        self.assertEqual(script.source_id.direction, "outbound")

    def test_qualified(self):
        self.online = self.steve
        channel = self.chat()
        for words in (
            "I am looking for a solution",
            "Too many spreadsheets",
            "More than 10,000",
            "Within a month",
            EMAIL,
        ):
            self.say(channel, words)
        chat = self.remembered(channel)
        self.assertEqual(chat.outcome, "qualified")
        self.assertEqual(channel.sudo().livechat_operator_id, self.steve.partner_id)
        facts = self.facts(chat.profile_id)
        self.assertEqual(set(facts), {"need", "budget", "timing"})
        points = sum(self.lines(chat.profile_id, "chat_answer").mapped("value"))
        self.assertEqual(points, 25)

    def test_looking_around(self):
        self.online = self.steve
        channel = self.chat()
        self.say(channel, "I am just looking around")
        self.say(channel, EMAIL)
        chat = self.remembered(channel)
        self.assertEqual(chat.outcome, "nurture")
        self.assertEqual(chat.lead_id.type, "lead")

    def test_person(self):
        self.online = self.olga
        channel = self.chat()
        self.say(channel, "I would like to talk to a person")
        self.assertEqual(channel.sudo().livechat_operator_id, self.olga.partner_id)

    def test_works_at_once(self):
        """Put on a channel, its first step is one that a visitor can answer."""
        shipped = self.env.ref("inbound_flywheel_livechat.chatbot_script_qualify")
        self.assertFalse(shipped.first_step_warning)
