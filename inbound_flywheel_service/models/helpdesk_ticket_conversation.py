# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

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
        string="Answer Due",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Until then the customer is to hear from us.",
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
        for case in self:
            case._flywheel_heard(message)
        return result

    def _flywheel_heard(self, message):
        """Pass a new message on to whom it concerns."""
        # sudo: the clock runs whoever writes, a portal user for one
        speaker = self.sudo()._flywheel_speaker(message)
        if speaker == "customer":
            self.sudo()._flywheel_customer_wrote(message)
        elif speaker == "staff":
            self.sudo()._flywheel_staff_answered(message)

    def _flywheel_speaker(self, message):
        """Whose word it is: "customer", "staff"; "" for notes and machines."""
        if message.message_type not in SPOKEN or message.is_internal:
            return ""
        if message.subtype_id != self.env.ref("mail.mt_comment"):
            return ""
        mail = self.env.context.get("flywheel_mail") or {}
        if mail.get("verdict", mail_verdict.HUMAN) != mail_verdict.HUMAN:
            return ""
        users = message.author_id.user_ids
        return "staff" if users.filtered(lambda u: not u.share) else "customer"

    def _flywheel_customer_wrote(self, message):
        """The customer wrote: from now on he waits, if he did not already.

        Called once for each message of a person, on one case, in superuser mode.
        """
        if not self.waiting_since and not self.closed:
            self.waiting_since = message.date

    def _flywheel_staff_answered(self, message):
        """A colleague wrote to the customer: nobody waits any more.

        Called once for each message of a person, on one case, in superuser mode.
        """
        self.write(
            {
                "waiting_since": False,
                "answer_due": False,
                "first_response_date": self.first_response_date or message.date,
            }
        )
