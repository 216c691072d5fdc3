# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL, email_normalize

from ..engine.mail_verdict import is_machine_address
from .locks import committed, try_locks

# At most so many confirmations to one address within so many hours.
SENDER_LIMIT = 3
SENDER_HOURS = 3

# RFC 3834 for everybody, the other two for Exchange and for older responders.
HEADERS = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "bulk",
}


class FlywheelCaseAcknowledge(models.AbstractModel):
    """Confirms receipt to the customer, once, and never to a machine."""

    _name = "flywheel.case.acknowledge"
    _description = "Confirmation of Receipt"

    def _acknowledge(self, tickets):
        """Put confirmations for new cases into the mail queue.

        :param tickets: new cases, in superuser mode
        :return: lines for the trace
        """
        template = self.env.ref(
            "inbound_flywheel_service.mail_template_received", raise_if_not_found=False
        )
        if not template or self.env.context.get("flywheel_no_acknowledge"):
            return []
        lines = []
        todo = tickets.browse()
        for ticket in tickets.filtered(lambda t: not t.closed):
            refusal = self._refusal(ticket)
            if refusal:
                code, values = refusal
                lines.append(self._line(ticket, code, **values))
            else:
                todo |= ticket
        if not todo:
            return lines
        todo, limited = self._within_limits(todo)
        lines += limited
        self._send(template, todo)
        lines += [self._line(t, "ack", email=self._address(t)) for t in todo]
        return lines

    def _line(self, ticket, code, **values):
        return self.env["flywheel.case.trace"]._line(
            ticket, "acknowledge", code, **values
        )

    def _address(self, ticket):
        """Where the confirmation goes: to whom wrote, not to the contact's file."""
        return ticket.sender_email or email_normalize(ticket.partner_id.email or "")

    def _refusal(self, ticket):
        """(code, values) of the reason for sending nothing, or None."""
        team = ticket.team_id
        address = self._address(ticket)
        if ticket.acknowledged_date:
            return "ack_done", {}
        if not address:
            return "ack_no_address", {}
        if ticket._flywheel_is_machine():
            return "ack_machine", {"evidence": ticket.mail_evidence}
        if is_machine_address(address):
            return "ack_machine", {"evidence": address}
        if team and not team.flywheel_acknowledge:
            return "ack_team", {"team": team.display_name}
        if ticket.intake_source not in ("mail", "portal", "api"):
            if not team.flywheel_acknowledge_backend:
                return "ack_backend", {}
        return None

    def _within_limits(self, tickets):
        """Split into cases to confirm and lines for those over the sender's limit."""
        addresses = {self._address(t) for t in tickets}
        own = set(self.env["mail.alias.domain"]._find_aliases(list(addresses)))
        locked = try_locks(self.env, self._name, addresses - own)
        sent = self._sent(locked)
        todo = tickets.browse()
        lines = []
        for ticket in tickets:
            address = self._address(ticket)
            if address in own:
                lines.append(self._line(ticket, "ack_own", email=address))
            elif address not in locked:
                lines.append(self._line(ticket, "ack_busy", email=address))
            elif sent[address] >= SENDER_LIMIT:
                values = {"count": SENDER_LIMIT, "hours": SENDER_HOURS}
                lines.append(self._line(ticket, "ack_limit", email=address, **values))
            else:
                sent[address] += 1
                todo |= ticket
        return todo, lines

    def _sent(self, addresses):
        """Counter address -> confirmations within the last hours."""
        self.env["helpdesk.ticket"].flush_model(["sender_email", "acknowledged_date"])
        query = SQL(
            """
            SELECT sender_email, count(*) FROM helpdesk_ticket
             WHERE sender_email = ANY(%s) AND acknowledged_date > %s
             GROUP BY sender_email
            """,
            list(addresses),
            fields.Datetime.now() - relativedelta(hours=SENDER_HOURS),
        )
        sent = Counter()
        for rows in (self.env.execute_query(query), committed(self.env, query)):
            for address, count in rows:
                sent[address] = max(sent[address], count)
        return sent

    def _send(self, template, tickets):
        if not tickets:
            return
        headers = dict(HEADERS)
        values = {
            "is_notification": True,
            "message_type": "auto_comment",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
        }
        # One mail came in, so the answer can name it.
        mail = self.env.context.get("flywheel_mail") or {}
        if mail.get("message_id") and len(tickets) == 1:
            headers["In-Reply-To"] = mail["message_id"]
            values["references"] = mail["message_id"]
        mails = template.send_mail_batch(
            tickets.ids,
            force_send=False,
            email_values=dict(values, headers=repr(headers)),
        )
        # An answer comes back to the case.
        addresses = tickets._notify_get_reply_to()
        for address, group in mails.grouped(lambda m: addresses[m.res_id]).items():
            group.reply_to = address
        tickets.acknowledged_date = fields.Datetime.now()
