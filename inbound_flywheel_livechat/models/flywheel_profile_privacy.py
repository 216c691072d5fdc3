# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class FlywheelProfile(models.Model):
    """Chats are known of people: what is remembered, and the conversations."""

    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        found = super()._get_personal_records()
        chats = self._get_chats()
        channels = self._get_conversations(chats)
        # sudo: as the chats
        sudo = self.sudo()
        ratings = sudo.env["rating.rating"].search(
            Domain("res_model", "=", channels._name)
            & Domain("res_id", "in", channels.ids)
        )
        answers = sudo.env["chatbot.message"].search(
            [("discuss_channel_id", "in", channels.ids)]
        )
        return {
            **found,
            "flywheel.chat": chats,
            "flywheel.chat.answer": chats.answer_ids,
            "discuss.channel": channels,
            "chatbot.message": answers,
            "mail.guest": chats.guest_id | channels.livechat_customer_guest_ids,
            "rating.rating": found.get("rating.rating", ratings) | ratings,
        }

    def _get_conversations(self, chats):
        """Return the live chats of these people.

        :param chats: what is remembered of them
        """
        # sudo: as the chats
        history = self.env["im_livechat.channel.member.history"].sudo()
        visits = history.search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("livechat_member_type", "=", "visitor"),
            ]
        )
        return chats.channel_id | visits.channel_id

    @api.model
    def _get_erasure_policies(self, options):
        # That there was a conversation, when and with which operator, stays in the
        # statistics of the chat.
        kept = ("discuss.channel", "chatbot.message", "mail.guest")
        return {
            **super()._get_erasure_policies(options),
            **dict.fromkeys(kept, "anonymised"),
        }
