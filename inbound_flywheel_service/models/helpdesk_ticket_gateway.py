# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, html2plaintext, plaintext2html
from odoo.tools.mail import email_split_and_format

from ..engine.case_number import bare_subject
from ..engine.mail_providers import company_domain
from ..engine.mail_verdict import AUTO_REPLY, BOUNCE, HUMAN

_logger = logging.getLogger(__name__)

# Longest title of a case; the whole subject stays on its message.
MAX_TITLE = 250
COPIES = ("to", "cc")
# At most so many mails over Odoo's limit are kept on a case.
MAX_FLOOD = 50


class HelpdeskTicketGateway(models.Model):
    """What mails do to cases."""

    _inherit = "helpdesk.ticket"

    absent_until = fields.Date(
        string="Customer Away Until",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="As the customer's out-of-office message says.",
    )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """The exact address, by its index, instead of a scan for a part of it."""
        return Domain("sender_email", "=", email_from_normalized)

    @api.model
    def message_new(self, msg, custom_values=None):
        mail = self.env.context.get("flywheel_mail") or {}
        values = dict(custom_values or {})
        # sudo: helpdesk.ticket - whoever runs the gateway
        old = self.sudo().browse(mail.get("follow_up_of"))
        if old:
            values.update(old._flywheel_follow_up_values())
        team = self.env["helpdesk.ticket.team"].browse(values.get("team_id"))
        msg = self._flywheel_without_copies(msg, team)
        subject = " ".join((msg.get("subject") or "").split())
        if len(subject) > MAX_TITLE:
            subject = subject[: MAX_TITLE - 1] + "…"
        # A subject that says nothing but the number of the old case.
        if old and not bare_subject(subject):
            subject = old.name
        msg["subject"] = subject
        try:
            with self.env.cr.savepoint():
                ticket = super().message_new(msg, custom_values=values)
        except OperationalError:
            raise
        except Exception as error:
            _logger.warning("A mail is taken in as bare text", exc_info=True)
            ticket = self._flywheel_bare_case(msg, values, error)
        # sudo: the system's own notes
        ticket.sudo()._flywheel_note_absence(mail)
        return ticket

    @api.model
    def _flywheel_bare_case(self, msg, values, error):
        """A case with nothing but text, for a mail of which something is refused."""
        text = html2plaintext(msg.get("body") or "")
        ticket = self.create(
            {
                **values,
                "name": msg.get("subject") or self.env._("No Subject"),
                "description": plaintext2html(text),
                "partner_email": email_normalize(msg.get("email_from") or ""),
            }
        )
        trace = self.env["flywheel.case.trace"]
        trace._add([trace._line(ticket, "mail", "failed", error=str(error)[:200])])
        return ticket

    def message_update(self, msg, update_vals=None):
        mail = self.env.context.get("flywheel_mail") or {}
        result = super().message_update(
            self._flywheel_without_copies(msg, self.team_id), update_vals=update_vals
        )
        # sudo: the system's own notes
        for ticket in self.sudo():
            ticket._flywheel_note_reply(mail)
            ticket._flywheel_note_absence(mail)
        return result

    def message_post(self, **kwargs):
        """Keep what can be kept of a mail whose attachments are refused: damaged
        images come in every day."""
        mail = self.env.context.get("flywheel_mail")
        if not mail or not kwargs.get("attachments"):
            return super().message_post(**kwargs)
        try:
            with self.env.cr.savepoint():
                return super().message_post(**kwargs)
        except OperationalError:
            raise
        except Exception:
            _logger.info("Attachments are kept as they are", exc_info=True)
        try:
            with self.env.cr.savepoint():
                as_it_is = self.with_context(image_no_postprocess=True)
                return super(HelpdeskTicketGateway, as_it_is).message_post(**kwargs)
        except OperationalError:
            raise
        except Exception as error:
            _logger.warning("Attachments of a mail are refused", exc_info=True)
            trace = self.env["flywheel.case.trace"]
            trace._add([trace._line(self, "mail", "failed", error=str(error)[:200])])
        return super().message_post(**{**kwargs, "attachments": []})

    # ------------------------------------------------------------------
    # Who else gets the conversation
    # ------------------------------------------------------------------
    def _flywheel_without_copies(self, msg, team):
        """A copy of ``msg`` that names only the recipients who may take part.

        helpdesk_mgmt makes every address in To and Cc a follower, who would then get
        the whole conversation.
        """
        company = team.company_id or self.company_id or self.env.company
        rule = team.flywheel_copy_rule or company.flywheel_copy_rule
        msg = dict(msg)
        if rule == "all":
            return msg
        lists = {name: email_split_and_format(msg.get(name) or "") for name in COPIES}
        allowed = set()
        if rule == "customer":
            allowed = self._flywheel_customers_side(sum(lists.values(), []), msg)
        for name, addresses in lists.items():
            msg[name] = ", ".join(a for a in addresses if a in allowed)
        return msg

    def _flywheel_customers_side(self, addresses, msg):
        """Those of ``addresses`` at the company of whom the mail is from."""
        # sudo: res.partner - whoever runs the gateway
        partners = self.env["res.partner"].sudo()
        customer = self.sudo().partner_id or partners.browse(msg.get("author_id"))
        normalized = {a: email_normalize(a) or "" for a in addresses}
        colleagues = partners.search(
            [
                ("email_normalized", "in", list(normalized.values())),
                ("commercial_partner_id", "in", customer.commercial_partner_id.ids),
            ]
        )
        known = set(colleagues.mapped("email_normalized"))
        domain = company_domain(email_normalize(msg.get("email_from") or ""))
        return {
            raw
            for raw, address in normalized.items()
            if address in known or domain and company_domain(address) == domain
        }

    # ------------------------------------------------------------------
    # Lines of the trace
    # ------------------------------------------------------------------
    def _flywheel_note_reply(self, mail):
        """Say what a mail to this case was judged to be."""
        if not mail:
            return
        trace = self.env["flywheel.case.trace"]
        code = "reply" if mail["verdict"] == HUMAN else "reply_machine"
        lines = [
            trace._line(
                self,
                "mail",
                code,
                sender=mail["sender"],
                verdict={"selection": ["mail_verdict", mail["verdict"]]},
                evidence=mail["evidence"],
            )
        ]
        if mail.get("as_note"):
            lines.append(trace._line(self, "mail", "as_note", sender=mail["sender"]))
        elif mail.get("joined") == "subject":
            lines.append(trace._line(self, "mail", "joined", sender=mail["sender"]))
        trace._add(lines)

    def _flywheel_note_absence(self, mail):
        if mail.get("absent_until"):
            self.absent_until = mail["absent_until"]
            trace = self.env["flywheel.case.trace"]
            date = {"date": mail["absent_until"]}
            trace._add([trace._line(self, "mail", "absent", date=date)])

    def _flywheel_note_bounce(self, mail, address):
        """Say that a mail of ours did not arrive, or was only confirmed as read."""
        trace = self.env["flywheel.case.trace"]
        code = "bounced" if mail["verdict"] == BOUNCE else "reply_machine"
        line = trace._line(
            self,
            "mail",
            code,
            sender=address or mail["sender"],
            verdict={"selection": ["mail_verdict", mail["verdict"]]},
            evidence=mail["evidence"],
        )
        trace._add([line])

    @api.model
    def _flywheel_keep_flood(self, mail, message_dict, routes):
        """Keep a mail over the limit as a note of the sender's newest case."""
        case = self.browse([route[1] for route in routes if route[1]])[:1]
        if not case and mail["sender"]:
            domain = [("sender_email", "=", mail["sender"])]
            case = self.search(domain, order="id desc", limit=1)
        trace = self.env["flywheel.case.trace"]
        kept = len(case.flywheel_trace_ids.filtered(lambda t: t.code == "flood"))
        if not case or kept >= MAX_FLOOD:
            return
        trace._add([trace._line(case, "mail", "flood", sender=mail["sender"])])
        flood = dict(mail, verdict=AUTO_REPLY, evidence="")
        case.with_context(
            flywheel_mail=flood, mail_create_nosubscribe=True
        ).message_post(
            body=message_dict.get("body") or "",
            subject=message_dict.get("subject"),
            message_type="email",
            subtype_xmlid="mail.mt_note",
            email_from=message_dict.get("email_from"),
            author_id=message_dict.get("author_id"),
            message_id=message_dict.get("message_id"),
            attachments=message_dict.get("attachments"),
        )
