# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.tools import SQL, is_html_empty

_logger = logging.getLogger(__name__)

GROUP = "inbound_flywheel.group_flywheel_user"


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    flywheel_chat_ids = fields.One2many(
        "flywheel.chat", "channel_id", string="Remembered As", groups=GROUP
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("livechat_end_dt"):
            self._flywheel_over()
        return result

    def unlink(self):
        """What was said stays known when the conversation is deleted."""
        chats = self.env["flywheel.chat"].sudo()
        for channel in self.sudo().filtered(
            lambda c: c.channel_type == "livechat" and c.message_ids
        ):
            chats |= chats._of(channel)
        chats._finish_safely()
        return super().unlink()

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if self.channel_type == "livechat" and msg_vals.get("rating_id"):
            # The rating comes when the chat is over.
            self._flywheel_over()
        return result

    def _flywheel_over(self):
        """Have live chats remembered; the request that ends one never fails of it."""
        channels = self.sudo().filtered(lambda c: c.channel_type == "livechat")
        if not channels:
            return
        try:
            with self.env.cr.savepoint():
                self.env["flywheel.chat"].sudo()._note_end(channels)
        except OperationalError:
            # Concurrency: Odoo runs the whole request again.
            raise
        except Exception:
            _logger.warning("%s will not be remembered", channels, exc_info=True)

    def _flywheel_get_blanks(self, person):
        blanks = super()._flywheel_get_blanks(person)
        # Who has the old link does not come in any more.
        return {**blanks, "uuid": SQL("gen_random_uuid()::text")}

    def _flywheel_company(self):
        """Return the company that a visitor talks to: the website's, else the one of
        the request."""
        self.ensure_one()
        visitor = getattr(self.sudo(), "livechat_visitor_id", None)
        return visitor and visitor.website_id.company_id or self.env.company

    def _flywheel_visitors(self):
        """Return the contacts who came as visitors."""
        history = self.sudo().livechat_channel_member_history_ids
        visitors = history.filtered(lambda h: h.livechat_member_type == "visitor")
        return visitors.partner_id

    def _flywheel_messages(self, limit):
        """Return what people and bots said, in order, the latest of them.

        :param limit: at most so many messages
        """
        self.ensure_one()
        # sudo: read on behalf of the flow
        messages = self.env["mail.message"].sudo()
        found = messages.search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "not in", ["notification", "user_notification"]),
            ],
            order="id desc",
            limit=limit,
        )
        return found.sorted("id").filtered(
            lambda m: not is_html_empty(m.body) or m.attachment_ids
        )

    def _flywheel_visitor_messages(self, messages):
        """Return those that the visitor wrote."""
        visitors = self._flywheel_visitors()
        return messages.filtered(
            lambda m: m.author_guest_id or m.author_id and m.author_id in visitors
        )

    def _flywheel_want_person(self):
        """Let the bot get a person as its next step.

        :return: whether there is a bot that can
        """
        self.ensure_one()
        # sudo: the visitor's own conversation, which the caller has found by his rights
        channel = self.sudo()
        if channel.channel_type != "livechat":
            return False
        step = channel.chatbot_current_step_id
        bots = self.env["chatbot.script"].sudo()
        script = step.chatbot_script_id or bots.search(
            [("operator_partner_id", "=", channel.livechat_operator_id.id)], limit=1
        )
        if not script or channel.livechat_operator_id != script.operator_partner_id:
            return False
        if not step:
            # Somebody has deleted the step at which the conversation was.
            channel.chatbot_current_step_id = script._flywheel_person_step()
        self.env["flywheel.chat"]._of(channel).wants_person = True
        if channel.livechat_end_dt:
            channel.write({"livechat_end_dt": False, "livechat_status": "in_progress"})
        return True
