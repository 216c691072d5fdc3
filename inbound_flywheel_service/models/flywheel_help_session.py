# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
import secrets
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

# A visitor who comes back later than that has another question.
LENGTH = timedelta(hours=12)
# Who has not written within so many days after looking found what he needed, or gave
# up: the control group tells how many would not have written anyway.
DAYS = 7
# Visits in which nothing was asked are of use to nobody.
IDLE = timedelta(days=30)
# Questions of one session that are kept, and searches that are counted.
QUESTIONS = 10
# Rows per run of the daily clean-up.
BATCH = 1000


class FlywheelHelpSession(models.Model):
    """One visitor looking for an answer: what he asked, was shown, read, and whether
    he wrote to us in the end.

    A share of the visitors, chosen by chance, gets no suggestions: only the difference
    between both groups is what the articles saved.
    """

    _name = "flywheel.help.session"
    _description = "Self-Service Visit"
    _order = "id desc"
    _rec_name = "question"

    token = fields.Char(required=True, readonly=True, groups="base.group_system")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who was logged in. Forgotten after the time of the settings.",
    )
    lang = fields.Char(string="Language", readonly=True)
    entrance = fields.Selection(
        [("portal", "Portal"), ("website", "Website")], required=True, readonly=True
    )
    group = fields.Selection(
        [("treatment", "With suggestions"), ("control", "Without (control group)")],
        required=True,
        readonly=True,
        help="Drawn by chance for each visitor, once and for all.",
    )
    question = fields.Char(readonly=True, string="Last Question")
    questions = fields.Text(readonly=True, string="All Questions")
    asked_count = fields.Integer(string="Searches", readonly=True)
    shown_count = fields.Integer(string="Shown", readonly=True)
    opened_count = fields.Integer(string="Read", readonly=True)
    solved_date = fields.Datetime(string="Said It Helped", readonly=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Case",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    case_date = fields.Datetime(string="Case Opened", readonly=True)
    contact_date = fields.Datetime(
        string="Wrote To Us",
        readonly=True,
        help=f"First case or message of the customer within {DAYS} days.",
    )
    read_ids = fields.One2many(
        "flywheel.help.read", "session_id", string="Articles", readonly=True
    )
    forgotten = fields.Boolean(
        readonly=True, help="Person and words were deleted, the figures are kept."
    )

    _token_uniq = models.UniqueIndex("(token)")
    _date_idx = models.Index("(create_date)")

    # ------------------------------------------------------------------
    # A visit
    # ------------------------------------------------------------------
    @api.model
    def _group(self, visitor, company):
        """To which group a visitor belongs: always the same one.

        :param str visitor: what tells him from others
        """
        salt = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        seed = f"{salt}:{company.id}:{visitor}".encode()
        draw = int.from_bytes(hashlib.sha256(seed).digest()[:4]) % 10_000
        control = draw < company.flywheel_help_control * 100
        return "control" if control else "treatment"

    @api.model
    def _running(self, token):
        """The visit with this token, unless it is over; in superuser mode."""
        # sudo: visits are noted by the system, the token says whose it is
        if not token or not isinstance(token, str):
            return self.sudo().browse()
        since = fields.Datetime.now() - LENGTH
        return self.sudo().search(
            [
                ("token", "=", token),
                ("company_id", "=", self.env.company.id),
                ("create_date", ">=", since),
                ("ticket_id", "=", False),
                ("forgotten", "=", False),
            ],
            limit=1,
        )

    @api.model
    def _begin(self, visitor, partner, entrance):
        """Note that somebody begins to look for an answer.

        :param str visitor: what tells him from others; it is not kept
        :param partner: his contact, empty for an unknown visitor
        """
        company = self.env.company
        return self.sudo().create(
            {
                "token": secrets.token_urlsafe(24),
                "company_id": company.id,
                "partner_id": partner.id,
                "lang": self.env.lang,
                "entrance": entrance,
                "group": self._group(visitor, company),
            }
        )

    def _asked(self, question):
        """Note what the visitor asks; a question that is being typed replaces what
        was typed of it before."""
        self.ensure_one()
        if question == self.question:
            return
        known = (self.questions or "").splitlines()
        if known and (question.startswith(known[-1]) or known[-1].startswith(question)):
            known.pop()
        known.append(question)
        self.write(
            {
                "question": question,
                "questions": "\n".join(known[-QUESTIONS:]),
                "asked_count": self.asked_count + 1,
            }
        )

    def _shown(self, page_ids):
        """Note which articles the visitor was shown."""
        self.env["flywheel.help.read"]._note(self, page_ids)
        self.env.cr.execute(
            SQL(
                "UPDATE flywheel_help_session s SET shown_count = (SELECT count(*)"
                " FROM flywheel_help_read r WHERE r.session_id = s.id)"
                " WHERE s.id = %s",
                self.id,
            )
        )
        self.invalidate_recordset(["shown_count", "read_ids"], flush=False)

    def _opened(self, page):
        """Note that the visitor opened an article: one view a visit."""
        read = self.env["flywheel.help.read"]._note(self, page.ids)
        if not read.opened_date:
            read.opened_date = fields.Datetime.now()
            self.opened_count += 1
            page._flywheel_count("view_count")

    def _voted(self, page, helpful, comment=""):
        """Note whether an article helped: one vote a visit and article.

        :param bool helpful: a yes says that the question is answered
        :param str comment: why not
        :return: whether the vote counted
        """
        read = self.env["flywheel.help.read"]._note(self, page.ids)
        if read.vote:
            if comment and read.vote == "unhelpful" and not read.comment:
                read.comment = comment
            return False
        read.write(
            {"vote": "helpful" if helpful else "unhelpful", "comment": comment or False}
        )
        page._flywheel_count("helpful_count" if helpful else "unhelpful_count")
        if helpful and not self.solved_date:
            self.solved_date = fields.Datetime.now()
        return True

    # ------------------------------------------------------------------
    # What came of it
    # ------------------------------------------------------------------
    @api.model
    def _contacted(self, tickets, case=True):
        """These customers wrote: note it on their visits of the last days.

        :param bool case: whether they opened the cases, or wrote to open ones
        """
        partners = tickets.partner_id
        if not partners:
            return
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE flywheel_help_session
                   SET contact_date = COALESCE(contact_date, %(now)s),
                       case_date = CASE WHEN %(case)s THEN COALESCE(case_date, %(now)s)
                                        ELSE case_date END
                 WHERE partner_id = ANY(%(partners)s)
                   AND company_id = ANY(%(companies)s)
                   AND create_date >= %(now)s - %(days)s * interval '1 day'
                   AND (contact_date IS NULL OR (%(case)s AND case_date IS NULL))
                """,
                now=fields.Datetime.now(),
                case=case,
                partners=partners.ids,
                companies=tickets.company_id.ids,
                days=DAYS,
            )
        )
        self.invalidate_model(["contact_date", "case_date"], flush=False)

    def _led_to(self, ticket):
        """The visitor opened a case from the form."""
        now = fields.Datetime.now()
        self.write(
            {
                "ticket_id": ticket.id,
                "case_date": self.case_date or now,
                "contact_date": self.contact_date or now,
            }
        )

    # ------------------------------------------------------------------
    # Forgetting
    # ------------------------------------------------------------------
    @api.autovacuum
    def _gc_idle(self):
        """Delete visits without a question or a vote: most are passers-by."""
        idle = self.search(
            [
                ("asked_count", "=", 0),
                ("ticket_id", "=", False),
                ("read_ids", "not any", [("vote", "!=", False)]),
                ("create_date", "<", fields.Datetime.now() - IDLE),
            ],
            limit=BATCH,
        )
        idle.unlink()
        return len(idle), int(len(idle) >= BATCH)

    @api.autovacuum
    def _gc_forget(self):
        """Delete person and words of old visits; the figures stay."""
        done = 0
        companies = self.env["res.company"]._read_group(
            [], ["flywheel_help_months"], ["id:array_agg"]
        )
        for months, company_ids in companies:
            limit = fields.Datetime.now() - relativedelta(months=max(months, 1))
            old = self.search(
                [
                    ("company_id", "in", company_ids),
                    ("forgotten", "=", False),
                    ("create_date", "<", limit),
                ],
                limit=BATCH,
            )
            old.read_ids.write({"comment": False})
            old.write(
                {
                    "partner_id": False,
                    "question": False,
                    "questions": False,
                    "forgotten": True,
                }
            )
            done += len(old)
        return done, int(done >= BATCH)
