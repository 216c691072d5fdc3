# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

# Cases per transaction of the scheduled actions.
BATCH = 100
# Promises that lapsed longer ago are past mending by a mail.
LATE = timedelta(days=1)


class HelpdeskTicketStill(models.Model):
    """Tells customers that we are at it, before our promise lapses."""

    _inherit = "helpdesk.ticket"

    @api.model
    @gives_way
    def _cron_progress(self):
        """Mail the customers whose answer is due soon, and whom nobody answered."""
        cron = self.env["ir.cron"]
        tickets = self._flywheel_soon_due()
        cron._commit_progress(remaining=len(tickets))
        for start in range(0, len(tickets), BATCH):
            batch = tickets[start : start + BATCH]
            batch.try_lock_for_update(allow_referencing=True)._flywheel_tell_progress()
            if not cron._commit_progress(len(batch)):
                return

    @api.model
    def _flywheel_soon_due(self):
        """Cases whose customer is to be told now, whatever the hour."""
        self.env["helpdesk.ticket"].flush_model()
        self.env["flywheel.case.mail"].flush_model()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id
                  FROM helpdesk_ticket t
                  JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
                  LEFT JOIN helpdesk_ticket_team m ON m.id = t.team_id
                 WHERE t.answer_due > %(late)s
                   AND t.waiting_since IS NOT NULL
                   AND t.active AND s.closed IS NOT TRUE
                   AND COALESCE(t.mail_verdict, 'human') = 'human'
                   AND COALESCE(m.flywheel_progress, TRUE)
                   AND (t.restricted AND m.flywheel_mail_restricted IS NOT TRUE)
                       IS NOT TRUE
                   AND t.answer_due - %(margin)s <= %(now)s
                   AND NOT EXISTS (
                       SELECT FROM flywheel_case_mail c
                        WHERE c.ticket_id = t.id AND c.kind = 'progress'
                          AND (c.key = to_char(t.waiting_since, %(format)s)
                               OR c.date > %(now)s
                                  - COALESCE(m.flywheel_progress_hours, 24)
                                  * interval '1 hour'))
                 ORDER BY t.answer_due, t.id
                """,
                late=now - LATE,
                now=now,
                margin=self._flywheel_margin_sql(),
                format="YYYY-MM-DD HH24:MI:SS",
            )
        )
        return self.browse([row[0] for row in rows])

    @api.model
    def _flywheel_margin_sql(self):
        """How long before the answer is due the customer is told."""
        return SQL(
            """
            LEAST(
                GREATEST(
                    (t.answer_due - t.waiting_since)
                    * COALESCE(m.flywheel_progress_share, 20) / 100.0,
                    COALESCE(m.flywheel_progress_minutes, 30) * interval '1 minute'),
                (t.answer_due - t.waiting_since) / 2)
            """
        )

    def _flywheel_tell_progress(self):
        """Send the mail to these cases, within hours only if that is soon enough."""
        mailer = self.env["flywheel.case.mailer"]
        template = mailer._template("progress")
        todo = self._flywheel_worth_a_mail_now()
        if not template or not todo:
            return
        keys = {t: fields.Datetime.to_string(t.waiting_since) for t in todo}
        _sent, refused, lines = mailer._deliver(
            "progress",
            todo,
            template,
            keys,
            promised=lambda ticket: ticket._flywheel_promised_until(),
        )
        mailer._refuse("progress", refused, keys)
        self.env["flywheel.case.trace"]._add(
            [line for line in lines if line["code"].startswith("told_")]
        )

    def _flywheel_worth_a_mail_now(self):
        """Nobody is told at night what can be told in the morning in time."""
        now = fields.Datetime.now()
        worth = self.browse()
        groups = self.grouped(lambda t: (t._flywheel_calendar(), t.company_id))
        for group in groups.values():
            is_open, start = group[0]._flywheel_opening()
            worth |= group.filtered(
                lambda t, is_open=is_open, start=start: (
                    is_open or not start or t.answer_due <= max(start, now)
                )
            )
        return worth
