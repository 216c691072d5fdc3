# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .helpdesk_ticket_conversation import SPOKEN

# What may be wrong with a case, the worst first.
KINDS = (
    "promise_late",
    "overdue",
    "no_owner",
    "owner_away",
    "undelivered",
    "no_step",
    "activity_late",
    "stuck",
    "machine",
)


class FlywheelDeskDropped(models.Model):
    """Cases that somebody should look at, because nobody does. Normally empty."""

    _name = "flywheel.desk.dropped"
    _inherit = "flywheel.case.part.mixin"
    _description = "Dropped Case"
    _auto = False
    _order = "since, id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("helpdesk.ticket", string="Case", readonly=True)
    number = fields.Char(readonly=True)
    name = fields.Char(string="Title", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    stage_id = fields.Many2one("helpdesk.ticket.stage", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    partner_name = fields.Char(readonly=True)
    priority = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket"]
        ._fields["priority"]
        ._description_selection(self.env),
        readonly=True,
    )
    since = fields.Datetime(
        readonly=True, help="When the first of the reasons came up."
    )
    waiting_since = fields.Datetime(string="Customer Waiting Since", readonly=True)
    answer_due = fields.Datetime(readonly=True)
    kind = fields.Selection(
        [
            ("promise_late", "Promise Broken"),
            ("overdue", "Answer Overdue"),
            ("no_owner", "No Owner"),
            ("owner_away", "Owner Away"),
            ("undelivered", "Our Mail Did Not Arrive"),
            ("no_step", "No Next Step"),
            ("activity_late", "Activity Late"),
            ("stuck", "Stuck"),
            ("machine", "Mail by a Machine"),
        ],
        string="Main Reason",
        readonly=True,
    )
    promise_late = fields.Boolean(string="Promise Broken", readonly=True)
    overdue = fields.Boolean(string="Answer Overdue", readonly=True)
    no_owner = fields.Boolean(readonly=True)
    owner_away = fields.Boolean(readonly=True)
    undelivered = fields.Boolean(string="Our Mail Did Not Arrive", readonly=True)
    no_step = fields.Boolean(string="No Next Step", readonly=True)
    activity_late = fields.Boolean(readonly=True)
    stuck = fields.Boolean(readonly=True)
    machine = fields.Boolean(string="Mail by a Machine", readonly=True)
    last_move = fields.Datetime(string="Last Change of Stage", readonly=True)
    reason = fields.Text(string="Why", compute="_compute_words")
    advice = fields.Text(string="What to Do", compute="_compute_words")

    # ------------------------------------------------------------------
    # The query
    # ------------------------------------------------------------------
    _depends = {
        "helpdesk.ticket": [
            "active",
            "answer_count",
            "answer_due",
            "company_id",
            "first_response_date",
            "last_stage_update",
            "mail_verdict",
            "name",
            "number",
            "partner_id",
            "partner_name",
            "priority",
            "stage_id",
            "team_id",
            "user_id",
            "waiting_since",
        ],
        "helpdesk.ticket.stage": ["closed"],
        "flywheel.promise": ["state", "due", "done_date", "ticket_id"],
        "mail.activity": ["active", "date_deadline", "res_model", "res_id"],
        "mail.message": ["model", "res_id", "message_type", "date"],
        "mail.notification": ["notification_status", "mail_message_id"],
        "res.company": [
            "flywheel_desk_owner_minutes",
            "flywheel_desk_wait_hours",
            "flywheel_desk_stuck_days",
        ],
        "res.users": ["active", "out_of_office_from", "out_of_office_to"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT d.*, CASE %(kind)s END AS kind,
                   LEAST(CASE WHEN promise_late THEN promise_due END,
                         CASE WHEN overdue THEN COALESCE(answer_due, waiting_since) END,
                         CASE WHEN no_owner OR machine OR no_step THEN last_move END,
                         CASE WHEN owner_away THEN waiting_since END,
                         CASE WHEN undelivered THEN undelivered_date END,
                         CASE WHEN activity_late THEN activity_due END,
                         CASE WHEN stuck THEN last_move END) AS since
              FROM (%(cases)s) d
             WHERE %(any)s
            """,
            kind=SQL(" ").join(
                SQL("WHEN %s THEN %s", SQL.identifier(name), name) for name in KINDS
            ),
            cases=self._cases_query(),
            any=SQL(" OR ").join(map(SQL.identifier, KINDS)),
        )

    @api.model
    def _cases_query(self):
        """Return open cases, and those with a late promise, with what may be wrong."""
        return SQL(
            """
            SELECT t.id, t.id AS ticket_id, t.number, t.name, t.company_id, t.team_id,
                   t.user_id, t.stage_id, t.partner_id, t.partner_name, t.priority,
                   t.waiting_since, t.answer_due, moved.last_move,
                   promise.due AS promise_due, activity.due AS activity_due,
                   failure.date AS undelivered_date, %(flags)s
              FROM (SELECT o.id FROM helpdesk_ticket o
                      JOIN helpdesk_ticket_stage r ON r.id = o.stage_id
                     WHERE o.active AND r.closed IS NOT TRUE
                     UNION
                    SELECT ticket_id FROM (%(promises)s) late
                     WHERE late.due < %(now)s) chosen
              JOIN helpdesk_ticket t ON t.id = chosen.id
              JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
              JOIN (%(companies)s) c ON c.id = t.company_id
              LEFT JOIN res_users u ON u.id = t.user_id
              LEFT JOIN (%(promises)s) promise ON promise.ticket_id = t.id
              LEFT JOIN (%(activities)s) activity ON activity.res_id = t.id
              LEFT JOIN (%(failures)s) failure ON failure.res_id = t.id
             CROSS JOIN LATERAL (
                   SELECT GREATEST(t.create_date, t.last_stage_update) AS last_move
                   ) moved
             CROSS JOIN LATERAL (
                   SELECT COALESCE(t.mail_verdict = ANY(%(machines)s), FALSE) AS machine
                   ) verdict
             WHERE t.active
            """,
            now=fields.Datetime.now(),
            flags=self._flags_query(),
            machines=self.env["helpdesk.ticket"]._flywheel_unassigned_verdicts(),
            companies=self._companies_query(),
            promises=SQL(
                "SELECT ticket_id, MIN(due) AS due FROM flywheel_promise"
                " WHERE state = 'open' OR state = 'broken' AND done_date IS NULL"
                " GROUP BY ticket_id"
            ),
            activities=SQL(
                "SELECT res_id, MIN(date_deadline) AS due FROM mail_activity"
                " WHERE res_model = 'helpdesk.ticket' AND active GROUP BY res_id"
            ),
            failures=self._failures_query(),
        )

    @api.model
    def _flags_query(self):
        """Return a column for each of :data:`KINDS`, of the tables of the cases.

        A promise outlives the closing of its case, nothing else does.
        """
        flags = self._get_flags(fields.Datetime.now(), fields.Date.context_today(self))
        is_open = SQL("s.closed IS NOT TRUE")
        return SQL(", ").join(
            SQL(
                "%s AND (%s) IS TRUE AS %s",
                SQL("TRUE") if name == "promise_late" else is_open,
                flags[name],
                SQL.identifier(name),
            )
            for name in KINDS
        )

    @api.model
    def _get_flags(self, now, today):
        """Return when each of :data:`KINDS` is true: {name: condition}."""
        return {
            "promise_late": SQL("promise.due < %s", now),
            "overdue": SQL(
                "COALESCE(t.answer_due, t.waiting_since + c.wait) < %s", now
            ),
            "no_owner": SQL(
                "t.user_id IS NULL AND NOT verdict.machine"
                " AND moved.last_move + c.owner < %s",
                now,
            ),
            "owner_away": SQL(
                "t.waiting_since IS NOT NULL AND t.user_id IS NOT NULL"
                " AND (u.active IS NOT TRUE OR u.out_of_office_from <= %(now)s"
                " AND COALESCE(u.out_of_office_to, 'infinity') >= %(now)s)",
                now=now,
            ),
            "undelivered": SQL("failure.date IS NOT NULL"),
            "no_step": SQL(
                "t.waiting_since IS NULL AND t.first_response_date IS NULL"
                " AND COALESCE(t.answer_count, 0) = 0 AND NOT verdict.machine"
                " AND activity.due IS NULL AND promise.due IS NULL"
            ),
            "activity_late": SQL("activity.due < %s", today),
            "stuck": SQL(
                "moved.last_move + c.stuck < %(now)s"
                " AND (activity.due >= %(today)s) IS NOT TRUE"
                " AND (promise.due >= %(now)s) IS NOT TRUE"
                " AND NOT EXISTS (SELECT FROM mail_message m"
                " WHERE m.model = 'helpdesk.ticket' AND m.res_id = t.id"
                " AND m.message_type = ANY(%(spoken)s)"
                " AND m.date + c.stuck >= %(now)s)",
                now=now,
                today=today,
                spoken=list(SPOKEN),
            ),
            "machine": SQL("verdict.machine AND t.user_id IS NULL"),
        }

    @api.model
    def _companies_query(self):
        return SQL(
            """
            SELECT id,
                   make_interval(mins => flywheel_desk_owner_minutes) AS owner,
                   make_interval(hours => flywheel_desk_wait_hours) AS wait,
                   make_interval(days => flywheel_desk_stuck_days) AS stuck
              FROM res_company
            """
        )

    @api.model
    def _failures_query(self):
        """Cases whose last mail to somebody outside came back."""
        return SQL(
            """
            SELECT m.res_id, MIN(m.date) AS date
              FROM mail_notification n JOIN mail_message m ON m.id = n.mail_message_id
             WHERE n.notification_status IN ('bounce', 'exception')
               AND n.notification_type = 'email' AND m.model = 'helpdesk.ticket'
               AND NOT EXISTS (SELECT FROM res_users i
                                WHERE i.partner_id = n.res_partner_id
                                  AND i.share IS NOT TRUE)
             GROUP BY m.res_id
            """
        )

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------
    @api.depends_context("lang")
    @api.depends("kind")
    def _compute_words(self):
        locale = self.env.lang or "en_US"
        for case in self:
            reasons = [n for n in KINDS if case[n]]
            words = [case._explain(name, locale) for name in reasons]
            case.reason = " ".join(why for why, _advice in words)
            case.advice = words[0][1] if words else ""

    def _explain(self, name, locale):
        """Why a case is here, and what to do about it: two texts."""

        def ago(moment):
            return format_timedelta(fields.Datetime.now() - moment, locale=locale)

        # sudo: a colleague's name
        owner = self.sudo().user_id.name or ""
        if name == "overdue":
            why = self.env._(
                "The customer has been waiting for %(time)s, the answer is overdue.",
                time=ago(self.waiting_since or self.answer_due),
            )
            return why, self.env._("Answer, or tell the customer when you will.")
        if name == "no_owner":
            why = self.env._(
                "Nobody has owned it for %(time)s.", time=ago(self.last_move)
            )
            return why, self.env._("Assign it.")
        if name == "owner_away":
            why = self.env._("%(owner)s is away and the customer waits.", owner=owner)
            return why, self.env._("Give it to somebody who is here.")
        if name == "stuck":
            why = self.env._(
                "Nothing has happened for %(time)s and nothing is planned.",
                time=ago(self.last_move),
            )
            return why, self.env._("Ask the customer, plan a next step, or close it.")
        return self._explain_other(name)

    def _explain_other(self, name):
        texts = {
            "promise_late": (
                self.env._("A promise to the customer was not kept."),
                self.env._("Keep it now, or tell the customer why not."),
            ),
            "undelivered": (
                self.env._("A mail of ours did not reach the customer."),
                self.env._("Mend the address, or call."),
            ),
            "no_step": (
                self.env._("Nobody waits for anybody and nothing is planned."),
                self.env._("Plan a next step, or close it."),
            ),
            "activity_late": (
                self.env._("A planned activity is late."),
                self.env._("Do it, or plan it anew."),
            ),
            "machine": (
                self.env._("A mail written by a machine, that nobody has looked at."),
                self.env._("Read it: is a mail of ours lost? Then close it."),
            ),
        }
        return texts[name]

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_case(self):
        """Open the case itself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }

    def action_take(self):
        """Make the reader the owner of the case."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id.assign_to_me()
        return True
