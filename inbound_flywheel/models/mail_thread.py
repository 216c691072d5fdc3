# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import textwrap

from odoo import models

from ..engine import phrases

# Messages by which people are told something, and by which they say something.
SAID = ("comment", "email_outgoing")
HEARD = ("email", "comment")
# What done activities of these categories are in the ledger.
ACTIVITIES = {"phonecall": "call_out", "meeting": "meeting"}
# Characters of a message in a timeline.
SUMMARY = 120


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # What is written on records of this model goes into the ledger of their people.
    _flywheel_correspondence = False

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if "flywheel_profile_id" in self._fields and len(self) == 1:
            # sudo: what a message is, whoever posts it
            self._flywheel_watch_message(message.sudo())
        return result

    def _flywheel_watch_message(self, message):
        """Note what a message on the record of a person means for that person."""
        outgoing = (
            message.message_type in SAID
            and not message.subtype_id.internal
            and not message.author_id.partner_share
        )
        if outgoing and self.env.user._is_internal():
            self.env["flywheel.approved.answer.use"]._note_message(self, message)
        # sudo: the ledger is written by what happens
        person = self._flywheel_correspondence and self.sudo().flywheel_profile_id
        code = person and self._flywheel_get_message_type(message, outgoing)
        if code:
            self.env["flywheel.touchpoint"]._record(
                [self._flywheel_prepare_message(person, code, message)]
            )

    def _flywheel_get_message_type(self, message, outgoing):
        """Return the touchpoint type of a message, None if it is none: notes, and
        talk among colleagues."""
        if message.mail_activity_type_id:
            return ACTIVITIES.get(message.mail_activity_type_id.category)
        if outgoing and any(message.partner_ids.mapped("partner_share")):
            return "mail_out"
        if message.message_type in HEARD and not message.subtype_id.internal:
            author = message.author_id
            if author.partner_share or message.email_from and not author:
                return "mail_in"
        return None

    def _flywheel_prepare_message(self, person, code, message):
        words = " ".join(phrases.plain(message.body).split())
        return {
            "type": code,
            "profile_id": person.id,
            "date": message.date,
            "external_key": f"mail.message:{message.id}",
            "summary": textwrap.shorten(words, SUMMARY, placeholder="…"),
            "res_model": self._name,
            "res_id": self.id,
            "user_id": self.env.uid if code != "mail_in" else None,
        }
