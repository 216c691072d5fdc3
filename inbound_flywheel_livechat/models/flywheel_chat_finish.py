# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import html2plaintext, is_html_empty

from odoo.addons.inbound_flywheel.engine.busy import gives_way
from odoo.addons.inbound_flywheel.engine.items import plain_text

from ..engine.words import asks_for_person

_logger = logging.getLogger(__name__)

# Chats that the scheduled action reads per commit.
BATCH = 100
# Of a message so many characters are remembered, and so many messages of a chat.
LENGTH = 10_000
MESSAGES = 500
# A chat in which nobody says anything for so long is over, though nobody closed it;
# after so long nobody looks for it any more.
SILENCE, FORGOTTEN = "-1d", "-8d"


class FlywheelChat(models.Model):
    """The end of a chat: its transcript, and its line in the ledger."""

    _inherit = "flywheel.chat"

    @api.model
    def _note_end(self, channels):
        """Have conversations remembered that are over; costs a row each.

        :param channels: live chats
        """
        for channel in channels:
            chat = self._of(channel)
            chat.write({"unfinished": True, "date_end": channel.livechat_end_dt})
        # sudo: whoever ends a chat may wake the scheduled action
        self.env.ref("inbound_flywheel_livechat.cron_chat").sudo()._trigger()

    @api.model
    @gives_way
    def _cron_finish(self):
        """Read the conversations that are over."""
        Cron = self.env["ir.cron"]
        self._find_silent()
        domain = [("unfinished", "=", True)]
        Cron._commit_progress(remaining=self.search_count(domain))
        after = 0
        while chats := self.search(
            [*domain, ("id", ">", after)], order="id", limit=BATCH
        ):
            after = chats[-1].id
            chats = chats.try_lock_for_update()
            chats._finish_safely()
            if not Cron._commit_progress(len(chats)):
                break

    @api.model
    def _find_silent(self):
        """Note conversations that were left without a word."""
        channels = self.env["discuss.channel"].search(
            [
                ("channel_type", "=", "livechat"),
                ("livechat_end_dt", "=", False),
                ("last_interest_dt", "<=", SILENCE),
                ("last_interest_dt", ">", FORGOTTEN),
                ("flywheel_chat_ids", "not any", [("transcript", "!=", False)]),
            ],
            limit=BATCH,
            order="id desc",
        )
        for channel in channels:
            self._of(channel).unfinished = True

    def _finish_safely(self):
        for chat in self:
            try:
                with self.env.cr.savepoint():
                    chat._finish()
            except OperationalError:
                # Concurrency: the scheduled action runs again.
                raise
            except Exception:
                _logger.warning("%s could not be read", chat, exc_info=True)
                chat.unfinished = False

    def _finish(self):
        """Keep what was said, by whom, and note it in the ledger."""
        self.ensure_one()
        self._name_it()
        channel = self.channel_id
        self.unfinished = False
        if not channel:
            return
        messages = channel._flywheel_messages(MESSAGES)
        spoken = channel._flywheel_visitor_messages(messages)
        if not spoken:
            # Nobody said anything: nothing happened.
            if not self.answer_ids:
                self.unlink()
            return
        operators = channel.livechat_agent_history_ids.partner_id.user_ids
        self.write(
            {
                "message_count": len(spoken),
                "transcript": self._write_transcript(channel, messages),
                "user_id": operators[-1:].id or self.user_id.id,
                **self._read_rating(channel),
            }
        )
        if not self.profile_id:
            person, known_by = self._recognise(channel)
            self._belong_to(person, known_by)
        self._record_chat(later=False)

    def _read_rating(self, channel):
        rating = channel.rating_ids.filtered("consumed")[-1:]
        return {"rating": rating.rating, "rating_text": rating.feedback}

    def _name_it(self):
        """Keep the words in which a reader recognises the chat: the first that the
        visitor wrote himself, else the first choice."""
        self.ensure_one()
        if self.name or not self.channel_id:
            return
        texts = self._get_texts()
        ready = set(self.script_id.script_step_ids.answer_ids.mapped("name"))
        own = [
            text
            for text in texts
            if text not in ready and "@" not in text and not asks_for_person(text)
        ]
        # A wish for a person says nothing yet of what it is about.
        if own or self.unfinished or self.date_end or len(texts) > 3:
            self.name = plain_text((own or texts or [""])[0], 120)

    def _get_texts(self):
        """Return what the visitor wrote or chose until now."""
        channel = self.channel_id
        spoken = channel._flywheel_visitor_messages(
            channel._flywheel_messages(MESSAGES)
        )
        return [html2plaintext(message.body).strip() for message in spoken]

    def _get_summary(self):
        """Return the words for the ledger: the chat's own, or what was chosen, as long
        as nothing else was said."""
        texts = self._get_texts() if self.channel_id and not self.name else []
        chosen = (t for t in texts if "@" not in t and not asks_for_person(t))
        summary = self.name or plain_text(next(chosen, ""), 120)
        return summary or self.env._("Asked for a person")

    def _write_transcript(self, channel, messages):
        """Return the conversation as HTML, the words escaped."""
        line = Markup("<p><strong>%s</strong> <small>%s</small><br/>%s</p>")
        parts = []
        for message in messages:
            author = message.author_id or message.author_guest_id
            name = author.name or self.env._("Visitor")
            text = html2plaintext(message.body)[:LENGTH].strip()
            names = [attachment.name for attachment in message.attachment_ids]
            text = "\n".join(filter(None, [text, *names]))
            at = fields.Datetime.to_string(message.date)
            parts.append(line % (name, at, Markup("<br/>").join(text.splitlines())))
        return Markup("").join(parts)

    def _record_chat(self, later=True):
        """Note the chat in the ledger, once, if the person is known."""
        if not self.profile_id:
            return
        self._name_it()
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "chat",
                    "profile_id": self.profile_id.id,
                    "date": self.date,
                    "external_key": f"discuss.channel:{self.origin_id}",
                    "summary": self._get_summary(),
                    "res_model": self._name,
                    "res_id": self.id,
                    "user_id": self.user_id.id,
                    "source_id": self.script_id.source_id.id,
                }
            ],
            later=later,
        )

    def _get_history(self):
        """Return what was said until now as HTML, for a lead or a case."""
        self.ensure_one()
        channel = self.channel_id
        if not channel:
            return self.transcript or Markup()
        text = self._write_transcript(channel, channel._flywheel_messages(MESSAGES))
        return Markup() if is_html_empty(text) else text
