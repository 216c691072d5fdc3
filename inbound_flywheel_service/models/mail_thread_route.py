# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize, html2plaintext

from ..engine.absence import absent_until
from ..engine.mail_verdict import AUTO_REPLY, HUMAN, OUT_OF_OFFICE, judge
from ..engine.thanks import is_thanks
from .locks import committed

TICKET = "helpdesk.ticket"
# A mail server that checked the sender and found him forged says so.
_FORGED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
# With such a reference Odoo tells a sender that he sent too much.
LOOP_REFERENCE = "-loop-detection-bounce-email@"


class MailThreadRoute(models.AbstractModel):
    """Whose mail it is, and to which case it belongs."""

    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Judge mails to cases while their headers are at hand, and let them join a
        case only if their sender belongs to it."""
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if not any(route[0] == TICKET for route in routes or ()):
            return routes
        if self._flywheel_processed(message_dict["message_id"]):
            return []
        mail = self._flywheel_judge(message, message_dict)
        # The message is the only thing that goes from here to the processing.
        message.flywheel_mail = mail
        # sudo: helpdesk.ticket - cases are recognised whoever runs the gateway
        tickets = self.env[TICKET].sudo()
        result = []
        for route in routes:
            if route[0] == TICKET and not (thread_id and route[1] == thread_id):
                route = tickets._flywheel_route(mail, message, message_dict, route)
            # A mail to two addresses of ours joins its case once.
            if route and not (
                route[1] and any(other[:2] == route[:2] for other in result)
            ):
                result.append(route)
        return result

    @api.model
    def _flywheel_processed(self, message_id):
        """Whether another worker has taken in this mail meanwhile.

        Waits for a worker that is at it.
        """
        self.env.cr.execute(
            SQL(
                "SELECT pg_advisory_xact_lock(hashtextextended('mail:' || %s, 0))",
                message_id,
            )
        )
        return bool(
            committed(
                self.env,
                SQL("SELECT 1 FROM mail_message WHERE message_id = %s", message_id),
            )
        )

    @api.model
    def _flywheel_judge(self, message, message_dict):
        """All that cases need to know of a mail, as a dict for the context."""
        sender = email_normalize(message_dict.get("email_from") or "", strict=False)
        verdict = judge(
            message,
            self._flywheel_own_addresses([sender]) if sender else [],
            own_domains=self._flywheel_own_domains(),
        )
        mail = {
            "verdict": verdict.kind,
            "evidence": verdict.evidence,
            "message_id": message_dict.get("message_id"),
            "sender": sender or "",
            "forged": self._flywheel_is_forged(message),
            "thanks": False,
            "absent_until": False,
        }
        body = message_dict.get("body") or ""
        if verdict.kind == HUMAN:
            sender = message_dict.get("email_from") or ""
            mail["thanks"] = is_thanks(body, sender) and not any(
                "cid" not in attachment.info
                for attachment in message_dict.get("attachments", ())
            )
        elif verdict.kind in (OUT_OF_OFFICE, AUTO_REPLY):
            text = (
                f"{message_dict.get('subject') or ''}\n{html2plaintext(body[:20000])}"
            )
            until = absent_until(text, fields.Date.context_today(self))
            if until:
                # A message that says until when is one of absence.
                mail["verdict"] = OUT_OF_OFFICE
                mail["absent_until"] = fields.Date.to_string(until)
        return mail

    @api.model
    def _flywheel_is_forged(self, message):
        """Whether our mail server says that the sender is not who he says."""
        try:
            # The first one is of the last server, ours; senders can add others.
            found = message.get_all("Authentication-Results") or [""]
        except Exception:
            return False
        return bool(_FORGED.search(str(found[0])[:2000]))

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        mail = getattr(message, "flywheel_mail", None)
        if mail:
            self = self.with_context(flywheel_source="mail", flywheel_mail=mail)
        return super()._message_route_process(message, message_dict, routes)

    # ------------------------------------------------------------------
    # Mails that Odoo takes in without a document
    # ------------------------------------------------------------------
    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Say on the case that a mail of ours did not arrive."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        message = message_dict.get("bounced_message")
        # sudo: helpdesk.ticket - whoever runs the gateway
        tickets = self.env[TICKET].sudo()
        case = tickets.browse()
        if message and message.model == TICKET:
            case = tickets.browse(message.res_id).exists()
        elif not message:
            text = f"{message_dict.get('subject')} {message_dict.get('body')}"
            case = tickets._flywheel_mentioned(html2plaintext(text[:20000]))
        if len(case) == 1:
            mail = self._flywheel_judge(email_message, message_dict)
            address = message_dict.get("bounced_email") or ""
            case._flywheel_note_bounce(mail, address)
        return result

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """What is over Odoo's limit is kept on the sender's newest case, unanswered."""
        tickets = self.env[TICKET].sudo()
        mail = getattr(message, "flywheel_mail", None)
        if not mail:
            return super()._detect_loop_sender(message, message_dict, routes)
        told = self.with_context(flywheel_loop=mail["sender"])
        if not super(MailThreadRoute, told)._detect_loop_sender(
            message, message_dict, routes
        ):
            return False
        tickets._flywheel_keep_flood(mail, message_dict, routes)
        return True

    def _routing_create_bounce_email(
        self, email_from, body_html, message, **mail_values
    ):
        """Tell a sender of too many mails once, as a machine: a program that answers
        every mail would otherwise get an answer each time."""
        loop = self.env.context.get("flywheel_loop")
        if loop and LOOP_REFERENCE in (mail_values.get("references") or ""):
            since = fields.Datetime.now() - timedelta(hours=2)
            # sudo: flywheel.case.trace - whoever runs the gateway
            if (
                self.env["flywheel.case.trace"]
                .sudo()
                .search_count(
                    [
                        ("code", "=", "flood"),
                        ("date", ">", since),
                        ("ticket_id.sender_email", "=", loop),
                    ],
                    limit=1,
                )
            ):
                return None
        mail_values.setdefault(
            "headers",
            repr({"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}),
        )
        return super()._routing_create_bounce_email(
            email_from, body_html, message, **mail_values
        )
