# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.http import request
from odoo.tools import is_html_empty

from odoo.addons.inbound_flywheel_livechat.models.flywheel_chat_finish import MESSAGES

# Cases an hour that a bot opens from one network address, behind which an office may
# sit, and for one person.
FROM_NETWORK = 20
FROM_PERSON = 5
TITLE = 250


class FlywheelChat(models.Model):
    """A conversation that is a case as well."""

    _inherit = "flywheel.chat"

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Case",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    case_message_id = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The last message that the case has got.",
    )

    def _open_case(self, values=None):
        """Have the bot open a case, once a chat.

        :param values: of the case, beyond what the conversation says
        :return: what the visitor is told
        """
        self.ensure_one()
        if not self.ticket_id and not self._may_open_case():
            return self.env._(
                "Many cases came from you within the last hour. Please try again "
                "later; those that you opened are with us."
            )
        ticket = self.ticket_id or self._create_case(values or {})
        if ticket.sender_email or ticket.partner_id:
            return self.env._(
                "The number of your case is %(number)s. We answer you by email.",
                number=ticket.number,
            )
        return self.env._(
            "The number of your case is %(number)s. Please write your email address, "
            "so that we can answer you.",
            number=ticket.number,
        )

    def _may_open_case(self):
        guard = self.env["flywheel.help.guard"]
        network = request and request.httprequest.remote_addr
        person = str(self.profile_id.id or self.guest_id.id or self.origin_id)
        if network and not guard._allow("chat network", network, FROM_NETWORK):
            return False
        return guard._allow("chat person", person, FROM_PERSON)

    def _create_case(self, values, user=None):
        """Make a case with the whole conversation as its first message.

        :param values: of the case
        :param user: who opens it with rights of his own; the bot if there is none
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        Ticket = self.env["helpdesk.ticket"].with_company(company)
        # sudo: helpdesk.ticket - visitors have no rights; the values are ours but for
        # the words
        Ticket = Ticket.with_user(user) if user else Ticket.sudo()
        messages = self.channel_id._flywheel_messages(1)
        ticket = Ticket.with_context(
            flywheel_source="chat", mail_create_nosubscribe=True
        ).create({**self._prepare_case(company), **values})
        self.write({"ticket_id": ticket.id, "case_message_id": messages.id})
        ticket = ticket.sudo()
        said = self.channel_id._flywheel_messages(MESSAGES)
        files = self._copy_files(said, ticket)
        if files:
            ticket._message_log(
                body=self.env._("Files from the chat"), attachment_ids=files.ids
            )
        return ticket

    def _copy_files(self, messages, ticket):
        """Give the case the files of some messages, of its own: they stay when the
        conversation is deleted.

        :return: the attachments of the case
        """
        # sudo: of a conversation that whoever opens the case may read
        files = messages.sudo().attachment_ids
        values = {
            "res_model": ticket._name,
            "res_id": ticket.id,
            "access_token": False,
        }
        return files.browse().concat(*(file.copy(values) for file in files))

    def _prepare_case(self, company):
        """Return the values of a case: who, about what, in which words."""
        person = self.profile_id
        history = self._get_history()
        self._name_it()
        proven = self.known_by in ("login", "staff")
        partner = person.partner_id if proven else person.partner_id.browse()
        channel = self.env.ref(
            "inbound_flywheel_service_livechat.ticket_channel_chat",
            raise_if_not_found=False,
        )
        return {
            "name": (self.name or self.env._("Question in the chat"))[:TITLE],
            "description": "<p><br></p>" if is_html_empty(history) else history,
            "partner_id": partner.id,
            "partner_email": partner.email or person.email,
            "partner_name": partner.name or person.name,
            "company_id": company.id,
            "channel_id": channel and channel.id,
            "chat_id": self.id,
            "user_id": False,
        }

    # ------------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------------
    def _belong_to(self, person, known_by):
        """Cases that were opened before the address was known get it."""
        result = super()._belong_to(person, known_by)
        ticket = self.ticket_id
        if ticket and not ticket.partner_email and self.profile_id.email:
            ticket.partner_email = self.profile_id.email
        return result

    def _make_message(self, step):
        if self.script_id.flywheel_fallback != "case":
            return super()._make_message(step)
        self._record_chat(later=False)
        return self._open_case()

    def _finish(self):
        """The case gets what was said after it was opened."""
        result = super()._finish()
        chat = self.exists()
        if chat.ticket_id and chat.channel_id:
            chat._pass_on()
        return result

    def _pass_on(self):
        channel = self.channel_id
        messages = channel._flywheel_messages(500)
        fresh = messages.filtered(lambda m: m.id > self.case_message_id)
        if not channel._flywheel_visitor_messages(fresh):
            return
        self.case_message_id = fresh[-1:].id
        ticket = self.ticket_id.sudo()
        ticket._message_log(
            body=self._write_transcript(channel, fresh),
            attachment_ids=self._copy_files(fresh, ticket).ids,
        )
