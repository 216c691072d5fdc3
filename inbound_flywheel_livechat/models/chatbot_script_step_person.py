# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import html2plaintext, is_html_empty, plaintext2html
from odoo.tools.mail import email_split

from .flywheel_chat_person import PROVEN


class ChatbotScriptStep(models.Model):
    """Getting a person: the right one, any one, or an answer later."""

    _inherit = "chatbot.script.step"

    def _process_step(self, discuss_channel):
        self.ensure_one()
        if self.step_type == "flywheel_qualify":
            return self._flywheel_qualify(discuss_channel)
        if self.step_type == "flywheel_human":
            return self._flywheel_get_person(discuss_channel)
        return super()._process_step(discuss_channel)

    def _flywheel_say(self, channel, text):
        """Post words of the bot.

        :param text: HTML, or plain words
        """
        body = text if hasattr(text, "__html__") else plaintext2html(text or "")
        return channel._chatbot_post_message(self.chatbot_script_id, body)

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------
    def _flywheel_qualify(self, channel):
        """Decide whether the visitor is qualified, and do what follows."""
        users = self._flywheel_safely(channel, self._flywheel_decide)
        chat = self._flywheel_chat(channel)
        if chat.outcome == "qualified":
            message = self._flywheel_forward(channel, users)
            if not message:
                self._flywheel_safely(channel, lambda chat: chat._promise_answer())
            return message or self._flywheel_say(channel, self._flywheel_later(chat))
        text = self.flywheel_nurture_message
        if is_html_empty(text):
            text = self.env._(
                "Thank you. We will send you what helps you to choose; you can ask for "
                "a person at any time."
            )
        return self._flywheel_say(channel, text)

    def _flywheel_decide(self, chat):
        """Decide, and make what follows from it.

        :return: the salespeople who are there for a qualified visitor
        """
        chat._catch_up()
        if chat._decide(self) == "qualified":
            return chat._hand_over(self)
        if chat.profile_id and chat._can_be_reached():
            chat._get_lead(self, "lead")
        return self.env["res.users"]

    def _flywheel_later(self, chat):
        """Return what a qualified visitor is told while nobody is there."""
        if not is_html_empty(self.flywheel_absent_message):
            return self.flywheel_absent_message
        # Whose customer somebody is, is not for others who type the address.
        sure = chat.known_by in PROVEN
        name = chat.lead_id.user_id.name if sure else ""
        date = chat._say_promise(chat.answer_by or chat._get_promise())
        if name:
            return self.env._(
                "Thank you. %(name)s takes care of it and will be in touch "
                "by %(date)s.",
                name=name,
                date=date,
            )
        return self.env._(
            "Thank you. A colleague takes care of it and will be in touch by %(date)s.",
            date=date,
        )

    def _flywheel_forward(self, channel, users):
        """Let somebody who is there take over: of these users, else anybody.

        :return: the message of the step, empty if nobody is there
        """
        before = channel.livechat_operator_id
        message = self.env["mail.message"]
        if users:
            message = channel._forward_human_operator(self, users=users)
        if channel.livechat_operator_id == before:
            message = channel._forward_human_operator(self)
        if channel.livechat_operator_id == before:
            return self.env["mail.message"]
        chat = self._flywheel_chat(channel)
        operator = channel.sudo().livechat_operator_id.user_ids[:1]
        if operator and chat:
            chat.user_id = operator
        return message or self._flywheel_say(
            channel, self.env._("One moment, a colleague is joining you.")
        )

    # ------------------------------------------------------------------
    # On request
    # ------------------------------------------------------------------
    def _flywheel_get_person(self, channel):
        """Get a person for the visitor; if nobody is there, take a message."""
        users = self._flywheel_safely(channel, self._flywheel_find_users)
        message = self._flywheel_forward(channel, users)
        if message:
            return message
        text = self._flywheel_safely(channel, self._flywheel_take_word)
        return self._flywheel_say(
            channel,
            text
            or self.env._(
                "Nobody is here right now. Please leave your email address, so that a "
                "colleague can answer you."
            ),
        )

    def _flywheel_find_users(self, chat):
        """Return those who know the visitor and are there."""
        if not chat.profile_id:
            chat._belong_to(*chat._recognise(chat.channel_id))
        familiar = chat._find_familiar()
        online = chat._find_online(familiar)
        return familiar.filtered(lambda u: u in online)[:1]

    def _flywheel_take_word(self, chat):
        """Return what the visitor is told: an address is needed, or until when an
        answer comes."""
        if chat.profile_id and chat._can_be_reached():
            return chat._leave_word(self)
        return self.env._(
            "Nobody is here right now. Please write your email address, so that a "
            "colleague can answer you by %(date)s.",
            date=chat._say_promise(chat._get_promise()),
        )

    def _flywheel_hear(self, chat, body):
        """Take the address out of what somebody writes who waits for a person."""
        addresses = email_split(html2plaintext(body or ""))
        if addresses:
            chat._identify(email=addresses[0])
