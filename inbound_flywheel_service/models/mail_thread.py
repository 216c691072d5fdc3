# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import codecs
import hashlib
import logging
import re
from datetime import datetime, timedelta
from email.utils import getaddresses

import chardet
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import email_normalize, plaintext2html
from odoo.tools.mail import decode_message_header

from ..engine.mail_providers import company_domain
from ..engine.mail_verdict import WRITER_HEADERS, is_machine_address, is_own_list

_logger = logging.getLogger(__name__)

# Dates before there were mails, or so many days ahead, are those of a wrong clock.
OLDEST = datetime(1990, 1, 1)
NEWEST_DAYS = 1
# Longer ids do not fit into an index of the database.
MAX_MESSAGE_ID = 900
# Characters of a header of a mail that the parser refuses.
MAX_HEADER = 5000
# Charsets of mails that do not say theirs.
UNNAMED = (None, "", "ascii", "us-ascii")
# Bytes of which a charset is guessed.
GUESSED = 20000
# Text that is HTML although its headers do not say so.
_MARKUP = re.compile(r"<(html|body|p|div|br|table)\b", re.IGNORECASE)


class MailThread(models.AbstractModel):
    """Reads every mail: garbled letters are better than a customer who is not heard."""

    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        self._flywheel_mend(message)
        try:
            with self.env.cr.savepoint(flush=False):
                values = super().message_parse(message, save_original=save_original)
        except OperationalError:
            raise
        except Exception:
            _logger.warning("A mail cannot be read as it should be", exc_info=True)
            values = self._flywheel_parse_bare(message)
        return self._flywheel_clean(values)

    # ------------------------------------------------------------------
    # Before parsing
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_mend(self, message):
        """Mend in ``message`` what the parser stumbles over."""
        for part in message.walk():
            self._flywheel_mend_multipart(part)
            charset = part.get_content_charset()
            try:
                codecs.lookup(charset or "utf-8")
            except (LookupError, ValueError):
                charset = None
                part.set_param("charset", "utf-8")
            if part.get_content_maintype() == "text" and charset in UNNAMED:
                part.set_param("charset", _guessed_charset(part))
        sender = self._flywheel_true_sender(message)
        if sender:
            del message["From"]
            message["From"] = sender

    @api.model
    def _flywheel_mend_multipart(self, part):
        """Make text of a part that is said to have parts and has none.

        Odoo shows nothing of it, and fails over it where it is a report.
        """
        if part.get_content_maintype() != "multipart" or part.is_multipart():
            return
        text = str(part.get_payload())
        part.set_type("text/html" if _MARKUP.search(text) else "text/plain")
        for name in ("boundary", "report-type"):
            part.del_param(name)

    @api.model
    def _flywheel_true_sender(self, message):
        """Who wrote a mail that one of our own addresses handed on to us; "" if it
        was whom the mail names.

        A group of ours puts itself into "From" (for DMARC) and the writer beside it; a
        form of our website writes in its own name and puts the visitor into
        "Reply-To".
        """
        sender = email_normalize(_raw(message, "From")) or ""
        own = self._flywheel_own_domains()
        if sender.rpartition("@")[2] not in own:
            return ""
        if is_own_list(message, own):
            candidates = [_raw(message, name) for name in WRITER_HEADERS]
        elif is_machine_address(sender) or self._flywheel_own_addresses([sender]):
            if _raw(message, "Auto-Submitted") or _raw(message, "In-Reply-To"):
                return ""
            candidates = [_raw(message, "Reply-To")]
        else:
            return ""
        for candidate in candidates:
            addresses = getaddresses([candidate])
            address = email_normalize(addresses[0][1]) if len(addresses) == 1 else ""
            if (
                address
                and address.rpartition("@")[2] not in own
                and not is_machine_address(address)
            ):
                return candidate
        return ""

    @api.model
    def _flywheel_own_domains(self):
        """The mail domains of this database, those of its companies' addresses too."""
        # sudo: res.company - the gateway may run as a user without rights
        companies = self.env["res.company"].sudo().search([("email", "!=", False)])
        emails = companies.partner_id.mapped("email_normalized")
        return super()._flywheel_own_domains() | {
            domain for email in emails if (domain := company_domain(email))
        }

    # ------------------------------------------------------------------
    # Instead of parsing
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_parse_bare(self, message):
        """What can be told of a mail that the parser refuses, and its source."""
        sender = _raw(message, "From")
        recipients = ",".join(
            filter(None, (_raw(message, n) for n in ("Delivered-To", "To", "Cc")))
        )
        source = _source(message)
        values = {
            "message_type": "email",
            "message_id": _raw(message, "Message-Id")
            or f"<{hashlib.sha256(source).hexdigest()}@unreadable>",
            "subject": _raw(message, "Subject"),
            "email_from": sender,
            "from": sender,
            "to": recipients,
            "cc": "",
            "recipients": recipients,
            "cc_filtered": "",
            "to_filtered": "",
            "references": _raw(message, "References"),
            "in_reply_to": _raw(message, "In-Reply-To"),
            "is_bounce": False,
            "body": plaintext2html(
                self.env._("This mail could not be read. Its source is attached.")
            ),
            "attachments": [self._Attachment("original_email.eml", source, {})],
        }
        parent = self._get_parent_message(values)
        return {**values, **self._message_parse_extract_from_parent(parent)}

    # ------------------------------------------------------------------
    # After parsing
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_clean(self, values):
        """``values`` without what the database refuses, and with a date near now."""
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = _storable(value)
        values["attachments"] = [
            attachment._replace(fname=_storable(attachment.fname or ""))
            for attachment in values.get("attachments", ())
        ]
        now = fields.Datetime.now()
        try:
            date = fields.Datetime.to_datetime(values.get("date"))
        except ValueError:
            date = None
        if date and not OLDEST < date < now + timedelta(days=NEWEST_DAYS):
            date = None
        values["date"] = fields.Datetime.to_string(date or now)
        values["message_id"] = self._flywheel_message_id(values)
        return values

    @api.model
    def _flywheel_message_id(self, values):
        """The id of a mail, another one if a different mail has it already.

        Scanners and home-made programs give all their mails the same id; Odoo would
        throw away all but the first.
        """
        message_id = values["message_id"]
        if len(message_id) > MAX_MESSAGE_ID:
            message_id = f"<{hashlib.sha256(message_id.encode()).hexdigest()}@long-id>"
        # sudo: mail.message - ids are unique whoever may read the message
        known = (
            self.env["mail.message"]
            .sudo()
            .search(
                [("message_id", "=", message_id), ("message_type", "=", "email")],
                limit=1,
            )
        )
        sender = email_normalize(values.get("email_from") or "")
        if not known or (
            email_normalize(known.email_from or "") == sender
            and (known.subject or "") == (values.get("subject") or "")
        ):
            return message_id
        content = f"{message_id}{sender}{values.get('subject')}"
        return f"<{hashlib.sha256(content.encode()).hexdigest()}@reused-id>"


def _raw(message, name):
    """A header as plain text, also where the email package cannot parse it."""
    try:
        text = decode_message_header(message, name)
    except Exception:
        # Defects of headers come as many kinds of exceptions.
        text = next(
            (v for n, v in message.raw_items() if n.lower() == name.lower()), ""
        )
    return " ".join(_storable(str(text)).split())[:MAX_HEADER]


def _guessed_charset(part):
    """In what the text of a part seems to be, which does not say so.

    Home-made programs send Chinese without its charset; the parser takes it for ASCII
    and replaces each character.
    """
    try:
        data = part.get_payload(decode=True) or b""
        data.decode()
    except UnicodeDecodeError:
        found = chardet.detect(data[:GUESSED])["encoding"]
        return found.lower() if found and found.lower() not in UNNAMED else "utf-8"
    except Exception:
        # What cannot be decoded is for the parser to refuse.
        return "utf-8"
    return "utf-8"


def _storable(text):
    """``text`` without NUL characters and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


def _source(message):
    try:
        return message.as_bytes()
    except Exception:
        # What cannot be parsed cannot always be written, either.
        head = "\n".join(f"{name}: {value}" for name, value in message.raw_items())
        body = message.get_payload() if not message.is_multipart() else ""
        return f"{head}\n\n{body}".encode("utf-8", "replace")
