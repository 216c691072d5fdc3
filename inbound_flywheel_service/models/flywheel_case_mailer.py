# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .flywheel_case_mail import DAY_LIMIT, PASSING, SENDER_HOURS, SENDER_LIMIT

# RFC 3834 for everybody, the other two for Exchange and for older responders.
HEADERS = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "bulk",
}
# Words of the trace: the limits, and the codes.
LIMITS = {"count": SENDER_LIMIT, "hours": SENDER_HOURS, "day": DAY_LIMIT}
TOLD = {
    "received": "ack",
    "progress": "told_progress",
    "reminder": "told_reminder",
    "lapsed": "told_lapsed",
    "closed": "told_closed",
    "rating": "told_rating",
}


class FlywheelCaseMailer(models.AbstractModel):
    """Puts mails to customers into the queue: within the limits, and never to a
    machine."""

    _name = "flywheel.case.mailer"
    _description = "Mails to Customers"

    @api.model
    def _deliver(self, kind, tickets, template, keys=None, **values):
        """Send one mail of a kind for each case that may get it.

        :param str kind: see ``flywheel.case.mail``
        :param tickets: cases, in superuser mode
        :param template: mail template on cases
        :param dict keys: ticket -> text; a case gets one mail for each kind and key
        :param values: further columns of the log; a callable is given the case
        :return: (cases whose mail is queued, dict case -> reason of the others, lines
            for the trace)
        """
        Log = self.env["flywheel.case.mail"]
        keys = keys or dict.fromkeys(tickets, "")
        found = Log._refusals(kind, tickets)
        todo = tickets.filtered(lambda t: t not in found)
        codes = Log._within_limits(
            [t._flywheel_mail_address() for t in todo],
            [(t.id, kind, keys[t]) for t in todo],
        )
        for ticket, code in zip(todo, codes, strict=True):
            if code:
                found[ticket] = (
                    code,
                    dict(LIMITS, email=ticket._flywheel_mail_address()),
                )
        sent = tickets.filtered(lambda t: t not in found)
        addresses = {t: t._flywheel_mail_address() for t in sent}
        self._queue(
            template,
            sent,
            {t.id: address for t, address in addresses.items()},
            kind,
            # An answer comes back to the case.
            self._reply_to(sent),
            self._references(sent),
        )
        Log._note(kind, sent, keys, **values)
        lines = [
            self._line(t, TOLD[kind], email=address) for t, address in addresses.items()
        ]
        lines += [self._line(t, code, **facts) for t, (code, facts) in found.items()]
        return sent, {t: code for t, (code, _facts) in found.items()}, lines

    @api.model
    def _reply_to(self, tickets):
        """Where answers go: {id: address}, in the name of the company, whoever runs the
        gateway or the scheduler."""
        addresses = {}
        for company, cases in tickets.grouped("company_id").items():
            author = (company or self.env.company).partner_id
            addresses.update(cases._notify_get_reply_to(author_id=author.id))
        return addresses

    @api.model
    def _refuse(self, kind, refused, keys):
        """Note for what mails were refused for good, so that nobody tries again.

        :param dict refused: case -> code, as :meth:`_deliver` returns it
        """
        final = {t: c for t, c in refused.items() if c not in (*PASSING, "ack_done")}
        self.env["flywheel.case.mail"]._note(
            kind, final, keys, state="refused", reason=final.get
        )

    def _line(self, ticket, code, **values):
        return self.env["flywheel.case.trace"]._line(
            ticket, "acknowledge", code, **values
        )

    @api.model
    def _queue(self, template, records, addresses, kind, reply_to, references=None):
        """Render a template into the mail queue.

        :param records: what the template is about
        :param dict addresses: record id -> address
        :param str kind: see ``flywheel.case.mail``
        :param dict reply_to: record id -> where an answer goes
        :param dict references: record id -> Message-Id of the mail that is answered
        """
        if not records:
            return
        values = {"email_cc": False, "recipient_ids": []}
        if records._name == "helpdesk.ticket":
            # Colleagues see on the case what the customer was told.
            values.update(
                is_notification=True,
                message_type="auto_comment",
                subtype_id=self.env["ir.model.data"]._xmlid_to_res_id(
                    "mail.mt_comment"
                ),
            )
        mails = template.send_mail_batch(
            records.ids,
            force_send=False,
            email_layout_xmlid="inbound_flywheel_service.mail_layout_customer",
            email_values=values,
        )
        companies = {r.id: r.company_id or self.env.company for r in records}
        for mail in mails:
            known = (references or {}).get(mail.res_id)
            mail.write(
                {
                    # Not the customer who wrote in the portal, nor the agent who closed
                    # the case.
                    "author_id": companies[mail.res_id].partner_id.id,
                    "email_to": addresses[mail.res_id],
                    "reply_to": reply_to[mail.res_id],
                    "references": known,
                    "headers": repr(self._headers(kind, known)),
                }
            )
        self._hurry()

    @api.model
    def _headers(self, kind, known):
        headers = dict(HEADERS)
        if kind != "received":
            headers["Auto-Submitted"] = "auto-generated"
        if known:
            headers["In-Reply-To"] = known
        return headers

    @api.model
    def _references(self, tickets):
        """dict ticket id -> Message-Id of the customer's latest mail."""
        mail = self.env.context.get("flywheel_mail") or {}
        if mail.get("message_id") and len(tickets) == 1:
            return {tickets.id: mail["message_id"]}
        messages = self.env["mail.message"].search_fetch(
            [
                ("model", "=", tickets._name),
                ("res_id", "in", tickets.ids),
                ("message_type", "=", "email"),
            ],
            ["res_id", "message_id"],
            order="id",
        )
        return {message.res_id: message.message_id for message in messages}

    @api.model
    def _hurry(self):
        """The queue otherwise is looked at once an hour."""
        cron = self.env.ref(
            "mail.ir_cron_mail_scheduler_action", raise_if_not_found=False
        )
        if cron:
            # sudo: ir.cron - only asks for an earlier run
            cron.sudo()._trigger(fields.Datetime.now())

    @api.model
    def _template(self, name):
        """The template of that name, empty if somebody deleted it."""
        template = self.env.ref(
            f"inbound_flywheel_service.mail_template_{name}", raise_if_not_found=False
        )
        return template or self.env["mail.template"]
