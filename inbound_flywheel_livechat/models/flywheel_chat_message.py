# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import email_normalize, html2plaintext, plaintext2html
from odoo.tools.mail import email_split

from .flywheel_chat_person import PROVEN


class FlywheelChat(models.Model):
    """Nobody is there: the visitor leaves word, and is told when to hear from us."""

    _inherit = "flywheel.chat"

    def _can_be_reached(self):
        """Tell whether there is an address to answer to."""
        person = self.profile_id
        return bool(person.email or person.phone or person.partner_id.email)

    def _leave_word(self, step):
        """Have somebody answer later: what the script says, once a chat.

        :return: what the visitor is told
        """
        self.ensure_one()
        if self.word_left:
            self._add_word()
            return self.env._(
                "Thank you, I have added that. You will hear from us by %(date)s.",
                date=self._say_promise(self.answer_by),
            )
        self.word_left = True
        self.answer_by = self._get_promise()
        made = self._make_message(step)
        address = self._get_address()
        if not address:
            return self.env._(
                "Nobody is here right now. %(made)s A colleague will answer by "
                "%(date)s. You may write on: all of it is passed on.",
                made=made,
                date=self._say_promise(self.answer_by),
            )
        return self.env._(
            "Nobody is here right now. %(made)s A colleague will answer to "
            "%(address)s by %(date)s. You may write on: all of it is passed on.",
            made=made,
            address=address,
            date=self._say_promise(self.answer_by),
        )

    def _get_address(self):
        """Return where the answer goes to, as far as the visitor may be told: one who
        is not known for sure sees the address that he has typed, and no other."""
        person = self.profile_id
        known = [person.email, person.partner_id.email, person.phone]
        if self.known_by in PROVEN:
            return next(filter(None, known), "")
        channel = self.channel_id
        spoken = channel._flywheel_visitor_messages(channel._flywheel_messages(100))
        words = " ".join(html2plaintext(message.body) for message in spoken)
        typed = {email_normalize(address) for address in email_split(words)}
        return next((a for a in known[:2] if a and email_normalize(a) in typed), "")

    def _make_message(self, step):
        """Make what a colleague finds: a lead with a task.

        :return: a sentence about it for the visitor, or nothing
        """
        self._record_chat(later=False)
        self._get_lead(step, "lead")
        self._schedule_answer()
        return ""

    def _promise_answer(self):
        """Promise a qualified visitor an answer while nobody is there, once a chat.
        The queue sees to who is handed over; of others somebody has to be told."""
        self.ensure_one()
        if self.answer_by:
            return
        self.answer_by = self._get_promise()
        if not self.handover_id:
            self._schedule_answer()

    def _schedule_answer(self):
        """Have somebody answer until the promised day."""
        lead = self.lead_id
        user = lead.user_id or self._find_familiar()[:1] or self._find_leader(lead)
        if user:
            lead.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.to_date(self.answer_by),
                summary=self.env._("Answer the chat"),
                note=plaintext2html(self.name or ""),
                user_id=user.id,
            )

    def _find_leader(self, lead):
        """Return who looks after leads that nobody has got."""
        Definition = self.env["flywheel.handover.definition"]
        definition = Definition._get_for(self.company_id or self.env.company)
        leaders = (
            lead.team_id.user_id,
            definition.marketing_user_id,
            definition.manager_id,
            self.channel_id.livechat_channel_id.sudo().user_ids[:1],
        )
        return next((user for user in leaders if user), self.env["res.users"].browse())

    def _add_word(self):
        """Pass on what was said since: with the transcript, once the chat is over."""
        self.unfinished = True
