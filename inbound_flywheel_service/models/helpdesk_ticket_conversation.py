# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from functools import partial

from odoo import fields, models
from odoo.tools import email_normalize_all

from ..engine import mail_verdict

# What people write; what is sent by itself ("auto_comment", notifications) answers
# nobody.
SPOKEN = ("comment", "email", "email_outgoing", "sms", "whatsapp_message")


class HelpdeskTicketConversation(models.Model):
    """Who waits for whom: every message of a person moves the clock of a case."""

    _inherit = "helpdesk.ticket"

    waiting_since = fields.Datetime(
        string="Customer Waiting Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The first message of the customer that nobody answered yet, by "
        "whatever channel it came. Empty: we wait for the customer.",
        groups="base.group_user",
    )
    answer_due = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Until then the customer is to hear from us.",
        groups="base.group_user",
    )
    last_answer_date = fields.Datetime(
        string="Last Answer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When a colleague answered the customer last.",
    )
    last_answer_user_id = fields.Many2one(
        "res.users",
        string="Last Answer By",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    first_response_date = fields.Datetime(
        string="First Response",
        readonly=True,
        copy=False,
        help="When a colleague, not a machine, answered the customer for the first "
        "time.",
        groups="base.group_user",
    )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # sudo: the clock runs whoever writes, a portal user for one
        for case in self.sudo():
            # What fails here must not take the message with it.
            heard = partial(case._flywheel_heard, message.sudo())
            lines = case._flywheel_safely("mail", heard)
            self.env["flywheel.case.trace"]._add(lines)
        return result

    def _flywheel_heard(self, message):
        """Pass a new message on to whom it concerns, in superuser mode."""
        self._flywheel_keep_verdict(message)
        speaker = self._flywheel_speaker(message)
        if speaker == "staff":
            self._flywheel_staff_answered(message)
        elif speaker == "customer" and self._flywheel_is_thanks(message):
            self._flywheel_thanked(message)
        elif speaker == "customer":
            self._flywheel_customer_wrote(message)

    def _flywheel_keep_verdict(self, message):
        """Store on a mail what its headers say about who wrote it."""
        mail = self.env.context.get("flywheel_mail") or {}
        if mail and message.message_type == "email":
            message.write(
                {"mail_verdict": mail["verdict"], "mail_evidence": mail["evidence"]}
            )

    def _flywheel_speaker(self, message):
        """Whose word it is: "customer", "staff"; "" for notes and machines.

        A colleague is the customer of a case about himself, unless he works on it.
        """
        if message.message_type not in SPOKEN or message.is_internal:
            return ""
        if message.subtype_id != self.env.ref("mail.mt_comment"):
            return ""
        if message.mail_verdict not in (False, mail_verdict.HUMAN):
            return ""
        author = message.author_id
        if author == self.env.ref("base.partner_root"):
            return ""
        users = author.user_ids.filtered(lambda u: not u.share)
        if not users or author == self.partner_id and self.user_id not in users:
            return "customer"
        return "staff" if self._flywheel_is_for_customer(message) else ""

    def _flywheel_is_for_customer(self, message):
        """Whether the customer is among those whom a colleague writes to.

        He is unless the message names recipients, all of whom are others.
        """
        addresses = {p.email_normalized for p in message.partner_ids}
        addresses.update(email_normalize_all(message.outgoing_email_to or ""))
        customer = self.partner_id.commercial_partner_id
        return (
            not addresses
            or message.message_type == "email"
            or self.sender_email in addresses
            or bool(customer & message.partner_ids.commercial_partner_id)
            or bool(self.partner_id & self.message_partner_ids)
            or not (customer or self.sender_email)
        )

    def _flywheel_customer_wrote(self, message):
        """The customer wrote: from now on he waits, if he did not already.

        Called once for each message of a person, on one case, in superuser mode.
        """
        if not self.waiting_since and not self.closed:
            # What a mail says of its own time is not to be relied on.
            now = fields.Datetime.now()
            mail = message.message_type == "email"
            self.waiting_since = now if mail else min(message.date, now)

    def _flywheel_staff_answered(self, message):
        """A colleague wrote to the customer: nobody waits any more.

        Called once for each message of a person, on one case, in superuser mode.
        """
        now = fields.Datetime.now()
        mail = message.message_type == "email"
        user = message.author_id.user_ids.filtered(lambda u: not u.share)[:1]
        self.write(
            {
                "last_answer_date": message.date,
                "last_answer_user_id": user.id,
                "waiting_since": False,
                "answer_due": False,
                "first_response_date": self.first_response_date
                or (now if mail else message.date),
            }
        )
