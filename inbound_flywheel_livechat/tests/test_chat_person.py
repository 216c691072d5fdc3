# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields

from .common import ChatCase

EMAIL = "wang@example.com"


class TestChatPerson(ChatCase):
    """A person is always within reach."""

    def setUp(self):
        super().setUp()
        self.step("text", "Hello")
        self.need = self.step("free_input_single", "Need?")
        self.email = self.step("question_email", "Email?")
        self.choice = self.step("question_selection", "Which?", answers=["A", "B"])
        self.bye = self.step("text", "Bye")

    def test_asked_in_words(self):
        """Any bot understands who wants a person, also where it asks for something
        else."""
        self.online = self.olga
        channel = self.chat()
        self.say(channel, "Human please")
        self.assertEqual(channel.sudo().livechat_operator_id, self.olga.partner_id)
        second = self.chat()
        self.say(second, "A new CRM")
        valid = self.script._validate_email("<p>真人</p>", second)
        self.assertTrue(valid["success"])
        self.say(second, "真人")
        self.assertEqual(second.sudo().livechat_operator_id, self.olga.partner_id)

    def test_asked_by_the_button(self):
        """The button works whatever the bot waits for, and after its end."""
        self.online = self.olga
        channel = self.chat()
        self.say(channel, "A new CRM")
        self.assertTrue(channel._flywheel_want_person())
        self.say(channel, "I would like to talk to a person")
        self.assertEqual(channel.sudo().livechat_operator_id, self.olga.partner_id)
        # There is a person now.
        self.assertFalse(channel._flywheel_want_person())
        ended = self.chat()
        for words in ("A new CRM", EMAIL, "A"):
            self.say(ended, words)
        self.go_on(ended)
        self.assertTrue(ended.sudo().livechat_end_dt)
        self.assertTrue(ended._flywheel_want_person())
        self.assertFalse(ended.sudo().livechat_end_dt)
        self.say(ended, "Jemand da?")
        self.assertEqual(ended.sudo().livechat_operator_id, self.olga.partner_id)

    def test_one_step_is_made_once(self):
        self.online = self.olga
        for _turn in range(2):
            self.say(self.chat(), "human")
        steps = self.script.script_step_ids
        people = steps.filtered(lambda s: s.step_type == "flywheel_human")
        self.assertEqual(len(people), 1)
        # By itself the script never gets there.
        channel = self.chat()
        self.say(channel, "A new CRM")
        self.say(channel, EMAIL)
        self.say(channel, "A")
        self.assertEqual(channel.sudo().chatbot_current_step_id, self.bye)

    def test_familiar(self):
        self.env["res.partner"].create(
            {"name": "Known", "email": EMAIL, "user_id": self.susan.id}
        )
        self.online = self.olga | self.susan
        channel = self.chat()
        self.say(channel, "A new CRM")
        self.say(channel, EMAIL)
        self.say(channel, "agent")
        self.assertEqual(channel.sudo().livechat_operator_id, self.susan.partner_id)

    def test_nobody_there(self):
        """The visitor leaves an address, a lead with a task is made, once, and he is
        told until when to hear."""
        self.team.user_id = self.steve
        channel = self.chat()
        answer = self.say(channel, "human")
        self.assertIn("your email address", answer)
        self.assertFalse(self.remembered(channel).lead_id)
        answer = self.say(channel, "what for?")
        self.assertIn("your email address", answer)
        answer = self.say(channel, f"well, {EMAIL}")
        self.assertIn(EMAIL, answer)
        chat = self.remembered(channel)
        self.assertTrue(chat.word_left)
        self.assertEqual(chat.lead_id.email_from, EMAIL)
        self.assertFalse(chat.lead_id.user_id)
        activity = chat.lead_id.activity_ids
        self.assertEqual(len(activity), 1)
        answer = self.say(channel, "And it is urgent")
        self.assertIn("added", answer)
        self.assertEqual(len(chat.lead_id.activity_ids), 1)
        self.assertEqual(len(self.lines(chat.profile_id, "chat")), 1)
        # Somebody came meanwhile.
        self.online = self.olga
        self.say(channel, "Hello?")
        self.assertEqual(channel.sudo().livechat_operator_id, self.olga.partner_id)

    def test_known_person_needs_no_address(self):
        self.pia.partner_id.email = "pia@example.com"
        channel = self.chat(user=self.pia)
        answer = self.say(channel, "human")
        self.assertIn("pia@example.com", answer)

    def test_ready_answers_are_no_wish(self):
        """An answer of the script leads where the script says."""
        self.choice.answer_ids[0].name = "Talk to an agent"
        channel = self.chat()
        for words in ("A new CRM", EMAIL, "Talk to an agent"):
            self.say(channel, words)
        self.assertEqual(channel.sudo().chatbot_current_step_id, self.bye)

    def test_own_words(self):
        self.script.flywheel_person_words = "Rezeption, front desk"
        self.online = self.olga
        channel = self.chat()
        self.say(channel, "Front desk!")
        self.assertEqual(channel.sudo().livechat_operator_id, self.olga.partner_id)

    def test_other_peoples_conversation(self):
        """A visitor reaches his own conversation only."""
        channel = self.chat()
        stranger = self.env["mail.guest"].create({"name": "Stranger"})
        env = self.env(user=self.public, context={"guest": stranger})
        found = env["discuss.channel"].search([("id", "=", channel.id)])
        self.assertFalse(found)

    def test_step_deleted_meanwhile(self):
        """A person is within reach though the bot does not know where it was."""
        self.online = self.olga
        channel = self.chat()
        self.say(channel, "A new CRM")
        self.email.unlink()
        self.assertFalse(channel.sudo().chatbot_current_step_id)
        self.assertTrue(channel._flywheel_want_person())
        self.say(channel, "I would like to talk to a person")
        self.assertEqual(channel.sudo().livechat_operator_id, self.olga.partner_id)

    def test_promise_in_the_language(self):
        """A day is said as the visitor's language says it."""
        self.env["res.lang"]._activate_lang("zh_TW")
        chat = self.env["flywheel.chat"]._of(self.chat())
        chat.company_id.resource_calendar_id.tz = "Asia/Taipei"
        date = fields.Datetime.to_datetime("2026-11-23 09:00:00")
        text = chat.with_context(lang="zh_TW")._say_promise(date)
        self.assertEqual(text.replace("\u202f", " "), "11月23日 週一 下午5:00")
