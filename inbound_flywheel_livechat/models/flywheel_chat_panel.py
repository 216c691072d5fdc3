# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize


class FlywheelChat(models.Model):
    """What an operator sees of the person while chatting."""

    _inherit = "flywheel.chat"

    @api.model
    @api.readonly
    def get_strip(self, channel_id):
        """Return who talks, for the information panel of a live chat.

        :param channel_id: id of a live chat that the caller takes part in
        :return: dict with ``person`` (empty while unknown), ``facts``, ``answers``,
            ``records`` and ``chat``; None for those who may not see people
        :raise AccessError: the caller may not see the conversation
        """
        if not self.has_access("read"):
            return None
        channel = self.env["discuss.channel"].browse(channel_id)
        channel.check_access("read")
        chat = self.search([("origin_id", "=", channel_id)])
        person, known_by = self._recognise(channel)
        person = person.with_env(self.env)._filtered_access("read")
        return {
            "chat": chat.id,
            "known_by": dict(
                self._fields["known_by"]._description_selection(self.env)
            ).get(known_by, ""),
            "proven": known_by in ("login", "staff"),
            "outcome": chat._get_outcome_label(),
            "why": chat.outcome_text or "",
            "person": person._get_strip() if person else None,
            "facts": person._get_strip_facts() if person else [],
            "answers": [
                {
                    "id": answer.id,
                    "question": answer.question_id.name,
                    "words": answer.value or answer.words,
                    "state": answer.state,
                }
                for answer in chat.answer_ids
                if answer.question_id and answer.state != "known"
            ],
            "records": person._get_strip_records() if person else [],
        }

    def _get_outcome_label(self):
        labels = self._fields["outcome"]._description_selection(self.env)
        return dict(labels).get(self.outcome, "")

    @api.model
    def set_person(self, channel_id, email):
        """Say who talks, by the address that the visitor told.

        :param channel_id: id of a live chat that the caller takes part in
        :param email: the visitor's address
        :raise AccessError: the caller may not write down facts of people
        :raise UserError: the address is none
        """
        if not self.env["flywheel.fact"].has_access("create"):
            raise AccessError(self.env._("You may not say who somebody is."))
        channel = self.env["discuss.channel"].browse(channel_id)
        channel.check_access("write")
        if not email_normalize(email):
            raise UserError(
                self.env._("%(email)s is not an email address.", email=email)
            )
        chat = self._of(channel)
        chat._identify(email=email, known_by="staff")
        if chat.transcript:
            chat._record_chat()
        return True
