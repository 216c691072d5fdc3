# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.mail_verdict import is_machine_address
from .locks import committed, try_locks

# At most so many mails of all kinds to one address within so many hours: enough for a
# person with several cases, and two machines that answer each other come to an end.
SENDER_LIMIT = 3
SENDER_HOURS = 3
# The same over a day.
DAY_LIMIT = 10
# Whom we wrote to is forgotten after so long.
KEEP_YEARS = 2
# Reasons that pass by themselves: the mail is tried again.
PASSING = ("ack_busy", "ack_limit", "ack_day")

KINDS = [
    ("received", "Receipt"),
    ("progress", "We Are at It"),
    ("reminder", "Reminder"),
    ("lapsed", "Closed Without an Answer"),
    ("closed", "Solved"),
    ("rating", "Rating Request"),
    ("nps", "Recommendation Question"),
    ("referral", "Referral Request"),
]
# What the customer asked for by writing to us, and what became of it. All else he may
# decline, and gets none of if he is on the blacklist.
ASKED_FOR = ("received", "closed")
PURPOSES = {
    "progress": "service_mail",
    "reminder": "service_mail",
    "lapsed": "service_mail",
    "rating": "survey",
    "nps": "survey",
    "referral": "survey",
}


class FlywheelCaseMail(models.Model):
    """Every mail that customers get by themselves, and every one they did not get."""

    _name = "flywheel.case.mail"
    _description = "Automatic Mail to a Customer"
    _order = "date desc, id desc"
    _rec_name = "email"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Case", ondelete="cascade", index="btree_not_null"
    )
    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        ondelete="set null",
        index="btree_not_null",
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    team_id = fields.Many2one(related="ticket_id.team_id")
    kind = fields.Selection(KINDS, required=True)
    email = fields.Char(string="Address")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    state = fields.Selection(
        [("sent", "Sent"), ("refused", "Not Sent")], required=True, default="sent"
    )
    reason = fields.Char(help="Code of the reason for which nothing was sent.")
    key = fields.Char(
        required=True,
        default="",
        help="What the mail is about: one mail of a kind for each case and key.",
    )
    asks_rating = fields.Boolean(string="Asks for a Rating")
    promised = fields.Datetime(
        string="Promised Until", help="The time that the mail names."
    )

    _once = models.UniqueIndex(
        "(ticket_id, kind, key) WHERE ticket_id IS NOT NULL",
        "This mail was sent already.",
    )
    _address_idx = models.Index("(email, date) WHERE state = 'sent'")

    # ------------------------------------------------------------------
    # Who gets nothing
    # ------------------------------------------------------------------
    @api.model
    def _refusals(self, kind, tickets):
        """Reasons that forbid a mail of this kind, whatever the case says.

        :return: dict ticket -> (code, values); cases without a reason are left out
        """
        emails = {t._flywheel_mail_address() for t in tickets} - {False, ""}
        unwanted = self._unwanted(emails, kind)
        declined = self._declined(tickets.flywheel_profile_id, kind)
        found = {}
        for ticket in tickets:
            email = ticket._flywheel_mail_address()
            if not email:
                found[ticket] = ("ack_no_address", {})
            elif ticket._flywheel_is_machine():
                found[ticket] = ("ack_machine", {"evidence": ticket.mail_evidence})
            elif is_machine_address(email):
                found[ticket] = ("ack_machine", {"evidence": email})
            elif email in unwanted:
                found[ticket] = (unwanted[email], {"email": email})
            elif ticket.flywheel_profile_id in declined:
                found[ticket] = ("ack_declined", {})
            elif kind != "received" and ticket._flywheel_keeps_silent():
                found[ticket] = ("ack_restricted", {})
        return found

    @api.model
    def _unwanted(self, emails, kind):
        """dict address -> code, of those that bounce, are ours or are blocked."""
        emails = list(emails)
        codes = {
            email: "ack_bounced"
            for email in self.env["res.partner"]
            .search(
                [("email_normalized", "in", emails), ("message_bounce", ">", 0)],
            )
            .mapped("email_normalized")
        }
        if kind not in ASKED_FOR:
            blocked = self.env["mail.blacklist"].search([("email", "in", emails)])
            codes.update(dict.fromkeys(blocked.mapped("email"), "ack_blocked"))
        own = self.env["mail.alias.domain"]._find_aliases(emails)
        codes.update(dict.fromkeys(own, "ack_own"))
        return codes

    @api.model
    def _declined(self, profiles, kind):
        """People who do not want mails of this kind."""
        purpose = PURPOSES.get(kind)
        if not purpose or not profiles:
            return profiles.browse()
        consents = profiles._get_consents()
        return profiles.filtered(
            lambda p: (
                (line := consents.get(p.id, {}).get(purpose)) and not line._is_given()
            )
        )

    # ------------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------------
    @api.model
    def _within_limits(self, emails, keys=()):
        """Book one mail for each of ``emails``, if the limits allow it.

        Whoever comes first has the address until his transaction ends.

        :param list emails: addresses, as often as mails are to go there
        :param keys: (ticket id, kind, key) of the mails, beside the addresses
        :return: list beside them: None, or the code of the reason against it
        """
        locked = try_locks(self.env, self._name, sorted(set(emails)))
        recent, today = self._sent(locked)
        done = self._done(keys)
        codes = []
        for index, email in enumerate(emails):
            if email not in locked:
                codes.append("ack_busy")
            elif keys and keys[index] in done:
                codes.append("ack_done")
            elif recent[email] >= SENDER_LIMIT:
                codes.append("ack_limit")
            elif today[email] >= DAY_LIMIT:
                codes.append("ack_day")
            else:
                recent[email] += 1
                today[email] += 1
                codes.append(None)
        return codes

    @api.model
    def _sent(self, emails):
        """Counters address -> mails within the last hours, and within a day."""
        self.flush_model(["email", "date", "state"])
        now = fields.Datetime.now()
        query = SQL(
            """
            SELECT email, count(*) FILTER (WHERE date > %s), count(*)
              FROM flywheel_case_mail
             WHERE email = ANY(%s) AND state = 'sent' AND date > %s
             GROUP BY email
            """,
            now - relativedelta(hours=SENDER_HOURS),
            list(emails),
            now - relativedelta(days=1),
        )
        recent, today = Counter(), Counter()
        for rows in (self.env.execute_query(query), committed(self.env, query)):
            for email, few, many in rows:
                recent[email] = max(recent[email], few)
                today[email] = max(today[email], many)
        return recent, today

    @api.model
    def _done(self, keys):
        """Those of ``keys`` (ticket id, kind, key) that are in the log already."""
        if not keys:
            return set()
        self.flush_model(["ticket_id", "kind", "key"])
        query = SQL(
            """
            SELECT m.ticket_id, m.kind, m.key FROM flywheel_case_mail m
              JOIN unnest(%s::int[], %s::text[], %s::text[]) AS k(ticket_id, kind, key)
                ON k.ticket_id = m.ticket_id AND k.kind = m.kind AND k.key = m.key
            """,
            [key[0] for key in keys],
            [key[1] for key in keys],
            [key[2] for key in keys],
        )
        done = set()
        for rows in (self.env.execute_query(query), committed(self.env, query)):
            done.update(rows)
        return done

    # ------------------------------------------------------------------
    # Writing the log
    # ------------------------------------------------------------------
    @api.model
    def _note(self, kind, tickets, key, **values):
        """Add a line for each case.

        :param dict key: ticket -> what the mail is about
        :param values: further columns; a callable is given the case
        """
        # sudo: flywheel.case.mail - the log is the system's
        return self.sudo().create(
            [
                {
                    "kind": kind,
                    "ticket_id": ticket.id,
                    "profile_id": ticket.flywheel_profile_id.id,
                    "company_id": ticket.company_id.id,
                    "email": ticket._flywheel_mail_address(),
                    "key": key[ticket],
                    **{
                        name: value(ticket) if callable(value) else value
                        for name, value in values.items()
                    },
                }
                for ticket in tickets
            ]
        )

    @api.autovacuum
    def _gc_lines(self):
        """Forget addresses that nobody needs any more."""
        limit = 10_000
        old = self.search(
            [("date", "<", fields.Datetime.now() - relativedelta(years=KEEP_YEARS))],
            limit=limit,
        )
        old.unlink()
        return len(old), len(old) == limit
