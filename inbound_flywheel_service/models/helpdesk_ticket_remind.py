# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from .helpdesk_ticket_still import BATCH

# Answers that were due for a reminder longer ago are history: whoever switches
# reminders on does not mean the customers of years.
BACKLOG_DAYS = 30


class HelpdeskTicketRemind(models.Model):
    """Reminds customers of our answer, and closes what nobody needs any more."""

    _inherit = "helpdesk.ticket"

    closed_by_itself = fields.Boolean(
        readonly=True,
        copy=False,
        help="Nobody closed the case: the customer did not answer any more.",
        groups="base.group_user",
    )

    def _flywheel_has_reopened(self):
        result = super()._flywheel_has_reopened()
        self.filtered("closed_by_itself").closed_by_itself = False
        return result

    @api.model
    @gives_way
    def _cron_remind(self):
        """Remind the customers who do not answer, then close their cases."""
        cron = self.env["ir.cron"]
        todo = [
            (self._flywheel_to_close(), "_flywheel_close_idle"),
            (self._flywheel_to_remind(), "_flywheel_remind"),
        ]
        cron._commit_progress(remaining=sum(len(tickets) for tickets, _m in todo))
        for tickets, method in todo:
            for start in range(0, len(tickets), BATCH):
                batch = tickets[start : start + BATCH]
                locked = batch.try_lock_for_update(allow_referencing=True)
                getattr(locked, method)()
                if not cron._commit_progress(len(batch)):
                    return

    @api.model
    def _flywheel_silent_sql(self):
        """Cases on which the customer has the last word to say, and nothing is due
        from us."""
        return SQL(
            """
            SELECT t.id, m.flywheel_close_days AS close_days,
                   m.flywheel_remind_days AS remind_days, t.last_answer_date,
                   to_char(t.last_answer_date, 'YYYY-MM-DD HH24:MI:SS') AS key
              FROM helpdesk_ticket t
              JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
              JOIN helpdesk_ticket_team m ON m.id = t.team_id
             WHERE t.last_answer_date IS NOT NULL AND t.waiting_since IS NULL
               AND t.active AND s.closed IS NOT TRUE AND m.flywheel_remind_days > 0
               AND NOT EXISTS (
                   SELECT FROM mail_activity a
                    WHERE a.res_model = 'helpdesk.ticket' AND a.res_id = t.id
                      AND a.active)
               AND NOT EXISTS (
                   SELECT FROM flywheel_promise p
                    WHERE p.ticket_id = t.id AND p.state = 'open')
            """
        )

    @api.model
    def _flywheel_to_remind(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT w.id FROM (%(silent)s) w
                 WHERE w.last_answer_date
                       BETWEEN %(now)s
                               - (w.remind_days + %(backlog)s) * interval '1 day'
                           AND %(now)s - w.remind_days * interval '1 day'
                   AND NOT EXISTS (
                       SELECT FROM flywheel_case_mail c
                        WHERE c.ticket_id = w.id AND c.kind = 'reminder'
                          AND c.key = w.key)
                 ORDER BY w.last_answer_date, w.id
                """,
                silent=self._flywheel_silent_sql(),
                now=fields.Datetime.now(),
                backlog=BACKLOG_DAYS,
            )
        )
        return self.browse([row[0] for row in rows])

    @api.model
    def _flywheel_to_close(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT w.id FROM (%(silent)s) w
                  JOIN flywheel_case_mail c
                    ON c.ticket_id = w.id AND c.kind = 'reminder' AND c.key = w.key
                   AND c.state = 'sent'
                 WHERE w.close_days > 0
                   AND c.date <= %(now)s - w.close_days * interval '1 day'
                 ORDER BY w.id
                """,
                silent=self._flywheel_silent_sql(),
                now=fields.Datetime.now(),
            )
        )
        return self.browse([row[0] for row in rows])

    def _flywheel_remind(self):
        mailer = self.env["flywheel.case.mailer"]
        template = mailer._template("reminder")
        if not template:
            return
        keys = self._flywheel_answer_keys()
        _sent, refused, lines = mailer._deliver("reminder", self, template, keys)
        mailer._refuse("reminder", refused, keys)
        self.env["flywheel.case.trace"]._add(
            [line for line in lines if line["code"].startswith("told_")]
        )

    def _flywheel_answer_keys(self):
        return {t: fields.Datetime.to_string(t.last_answer_date) for t in self}

    def _flywheel_close_idle(self):
        """Close these cases by themselves, and say so to their customers."""
        mailer = self.env["flywheel.case.mailer"]
        keys = self._flywheel_answer_keys()
        closed = self.browse()
        lines = []
        for team, tickets in self.grouped("team_id").items():
            stage = team._flywheel_closing_stage()
            if not stage:
                continue
            tickets.closed_by_itself = True
            # No mail template of the stage either: it would say "solved".
            tickets.with_context(mail_notrack=True).stage_id = stage
            closed |= tickets
            days = team.flywheel_close_days
            trace = self.env["flywheel.case.trace"]
            lines += [
                trace._line(t, "stage", "closed_idle", days=days) for t in tickets
            ]
        template = mailer._template("lapsed")
        if template:
            lines += mailer._deliver("lapsed", closed, template, keys)[2]
        self.env["flywheel.case.trace"]._add(lines)
