# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import textwrap
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import email_normalize, email_normalize_all

from ..engine import phrases

# Messages by which people are told something, and by which they say something. What
# colleagues write with their own mail program is an "email", too.
SAID = ("comment", "email_outgoing", "auto_comment", "email")
HEARD = ("email", "comment")
# What a recipient gets, by the way it is sent.
SENT = {"email": "mail_out", "sms": "sms"}
# Characters of a message in a timeline.
SUMMARY = 120
# Days in which what a mail says of its own date is believed.
DATED = 365


class MailThread(models.AbstractModel):
    """What is written to people and by them goes into their ledger: one line for each
    person and message, whoever's record it is written on."""

    _inherit = "mail.thread"

    # What is written on records of this model goes into the ledger of their people.
    _flywheel_correspondence = False

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if "flywheel_profile_id" in self._fields and len(self) == 1:
            # sudo: what a message is, whoever posts it
            self._flywheel_watch_message(message.sudo())
        return result

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        later = self._is_notification_scheduled(kwargs.get("scheduled_date"))
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        # What is sent later comes here once more, without a date.
        if self._flywheel_correspondence and len(self) == 1 and not later:
            # sudo: as above
            numbers = kwargs.get("sms_numbers") or ()
            self._flywheel_note_sent(message.sudo(), recipients or (), numbers)
        return recipients

    def _message_mail_after_hook(self, mails):
        result = super()._message_mail_after_hook(mails)
        if self._flywheel_correspondence:
            # sudo: as above
            self._flywheel_note_mails(mails.sudo())
        return result

    # ------------------------------------------------------------------
    # What a message is
    # ------------------------------------------------------------------
    def _flywheel_watch_message(self, message):
        """Note what a new message on the record of a person means for people."""
        written = message.message_type in ("comment", "email_outgoing")
        if written and self.env.user._is_internal() and self._flywheel_is_ours(message):
            self.env["flywheel.approved.answer.use"]._note_message(self, message)
        if self._flywheel_correspondence and self._flywheel_is_theirs(message):
            people = self._flywheel_find_authors(message)
            self._flywheel_note("mail_in", people, message)

    def _flywheel_is_ours(self, message):
        """Whether a colleague says something that is not for colleagues alone."""
        author = message.author_id
        return (
            message.message_type in (*SAID, "sms")
            and bool(author)
            and not author.partner_share
            and self._flywheel_is_talk(message)
        )

    def _flywheel_is_theirs(self, message):
        """Whether somebody outside says something, and not his machine."""
        author = message.author_id
        return (
            message.message_type in HEARD
            and (author.partner_share or not author and bool(message.email_from))
            and self._flywheel_is_talk(message)
        )

    def _flywheel_is_talk(self, message):
        """Whether a message is neither a note, nor the end of an activity, nor the
        mail of a machine."""
        return not (
            message.is_internal
            or message.subtype_id.internal
            or message.mail_activity_type_id
            or self.env.context.get("flywheel_machine")
        )

    # ------------------------------------------------------------------
    # Whose ledger
    # ------------------------------------------------------------------
    def _flywheel_find_authors(self, message):
        """Return the person who wrote a message: the author's own, also on the record
        of somebody else. An unknown address speaks for the record's person."""
        if message.author_id:
            return self._flywheel_find_people(message.author_id, ())
        # sudo: whose record it is, whoever writes on it
        found = self._flywheel_find_people(message.author_id, [message.email_from])
        return found or self.sudo().flywheel_profile_id

    def _flywheel_find_people(self, partners, addresses, kind="email"):
        """Return the people of ours among those whom a message on this record names.

        Nobody becomes a person by it but contacts of the same company as the record's
        person: suppliers stay suppliers.

        :param partners: contacts
        :param addresses: what is known of others, an email address or a phone number
        """
        # sudo: people are recognised whoever writes to them
        own = self.sudo().flywheel_profile_id
        company = self._flywheel_get_company()
        own_addresses = None
        people, joining = own.browse(), partners.browse()
        for partner in partners.sudo():
            profile = partner.flywheel_profile_id
            if profile:
                if (
                    profile == own
                    or not company
                    or profile.company_id
                    in (
                        company,
                        company.browse(),
                    )
                ):
                    people |= profile
                continue
            if own_addresses is None:
                own_addresses = {i.value for i in own.identity_ids if i.kind == "email"}
            if partner.email_normalized and partner.email_normalized in own_addresses:
                people |= own
            elif own.partner_id and (
                partner.commercial_partner_id == own.partner_id.commercial_partner_id
            ):
                joining |= partner
        if joining:
            people |= people.browse(joining._get_profile_ids().values())
        return people | self._flywheel_find_addresses(addresses, kind, company)

    def _flywheel_find_addresses(self, addresses, kind, company):
        # sudo: as above
        identities = self.env["flywheel.identity"].sudo()
        if company:
            identities = identities.with_context(allowed_company_ids=company.ids)
        keys = [(kind, identities._normalize(kind, address)) for address in addresses]
        found = identities._find([key for key in keys if key[1]])
        return self.env["flywheel.profile"].sudo().browse(set(found.values()))

    def _flywheel_get_company(self):
        """Return the company of the record, empty if all share it."""
        if "company_id" not in self._fields:
            return self.env["res.company"]
        return self.sudo().company_id

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------
    def _flywheel_note_sent(self, message, recipients, numbers):
        """Note whom a message of ours was sent to."""
        if not self._flywheel_is_ours(message):
            return
        for way, code in SENT.items():
            reached = [r for r in recipients if r["share"] and r["notif"] == way]
            partners = self.env["res.partner"].browse(
                r["id"] for r in reached if r["id"]
            )
            addresses = [r["email_normalized"] for r in reached if not r["id"]]
            kind = "email"
            if way == "sms":
                addresses, kind = list(numbers), "phone"
            elif message.message_type == "email":
                # Written with a mail program: these have it already.
                addresses += self._flywheel_get_written_to(message)
            if partners or addresses:
                people = self._flywheel_find_people(partners, addresses, kind)
                self._flywheel_note(code, people, message)

    def _flywheel_get_written_to(self, message):
        """Return the addresses outside that a colleague's own mail went to."""
        addresses = email_normalize_all(
            f"{message.incoming_email_to or ''}, {message.incoming_email_cc or ''}"
        )
        # sudo: colleagues are told by their address
        colleagues = self.env["res.users"].sudo()._search([("share", "=", False)])
        inside = (
            self.env["res.partner"]
            .sudo()
            .search_fetch(
                [("email_normalized", "in", addresses), ("user_ids", "in", colleagues)],
                ["email_normalized"],
            )
        )
        return list(set(addresses) - set(inside.mapped("email_normalized")))

    def _flywheel_note(self, code, people, message):
        if not people:
            return
        author = message.author_id.user_ids.filtered(lambda user: not user.share)
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": code,
                    "profile_id": person.id,
                    "date": self._flywheel_get_date(code, message),
                    "external_key": f"mail.message:{message.id}:{person.id}",
                    "summary": self._flywheel_summarize(message),
                    "res_model": self._name,
                    "res_id": self.id,
                    "user_id": author[:1].id if code != "mail_in" else None,
                }
                for person in people
            ],
            # Visitors and customers wait for nobody.
            later=self.env.user.share,
        )

    def _flywheel_get_date(self, code, message):
        """Return when it was said: mails tell, within reason."""
        now = fields.Datetime.now()
        if code != "mail_in" or not message.date:
            return now
        if now - timedelta(days=DATED) < message.date < now:
            return message.date
        return now

    def _flywheel_summarize(self, message):
        words = " ".join(phrases.plain(message.body).split())
        words = words or message.subject or self.sudo().display_name or ""
        return textwrap.shorten(words, SUMMARY, placeholder="…")

    # ------------------------------------------------------------------
    # Mails to many records at once
    # ------------------------------------------------------------------
    def _flywheel_note_mails(self, mails):
        """Note mails that were written for many records in one go.

        Mailings of the marketing app have a ledger type of their own.
        """
        mails = mails.filtered(
            lambda mail: mail.state != "cancel"
            and mail.model == self._name
            and mail.res_id
            and not ("mailing_id" in mail._fields and mail.mailing_id)
            and not mail.author_id.partner_share
        )
        # sudo: whose records these are, whoever writes to them
        records = self.sudo().browse(mails.mapped("res_id"))
        mails.recipient_ids.mapped("flywheel_profile_id")
        records.mapped("flywheel_profile_id")
        # What the system sends by itself is by nobody.
        user_id = self.env.uid if self.env.uid != SUPERUSER_ID else None
        items = []
        for mail in mails:
            record = records.browse(mail.res_id)
            for person in record._flywheel_find_mailed(mail):
                items.append(
                    {
                        "type": "mail_out",
                        "profile_id": person.id,
                        "external_key": f"mail.message:{mail.mail_message_id.id}:"
                        f"{person.id}",
                        "summary": textwrap.shorten(
                            mail.subject or "", SUMMARY, placeholder="…"
                        )
                        or record._flywheel_summarize(mail),
                        "res_model": self._name,
                        "res_id": record.id,
                        "user_id": user_id,
                    }
                )
        if items:
            self.env["flywheel.touchpoint"]._record(items)

    def _flywheel_find_mailed(self, mail):
        """Return the people of ours whom a mail for this record goes to."""
        person = self.flywheel_profile_id
        addresses = set(email_normalize_all(mail.email_to or ""))
        own = email_normalize(self._mail_get_primary_email()[self.id] or "")
        people = person if own and own in addresses else person.browse()
        others = addresses - {own}
        partners = mail.recipient_ids.filtered("partner_share")
        if partners or others:
            people |= self._flywheel_find_people(partners, others)
        return people
