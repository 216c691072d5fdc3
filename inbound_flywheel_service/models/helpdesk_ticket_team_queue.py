# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import UTC

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from ..engine.assignment import can_take_any
from .locks import committed

# Waiting cases per transaction of the scheduled action.
BATCH = 1_000


class HelpdeskTicketTeam(models.Model):
    """Cases for which nobody was available when they came in, or that came back."""

    _inherit = "helpdesk.ticket.team"

    def _flywheel_assign_later(self, at=None):
        """Ask for a run of the scheduled action, now or at the given times (UTC)."""
        # sudo: ir.cron - only asks for an earlier run
        self.env.ref("inbound_flywheel_service.ir_cron_assign").sudo()._trigger(at)

    def _flywheel_wake_queue(self):
        """Somebody has room again: if cases wait in these teams, look at them."""
        if self.env["helpdesk.ticket"].search_count(
            self._flywheel_waiting_domain(), limit=1
        ):
            self._flywheel_assign_later()

    def _flywheel_waiting_domain(self):
        return (
            Domain("user_id", "=", False)
            & Domain("team_id", "in", self.filtered("flywheel_auto_assign").ids)
            & Domain("stage_id.closed", "=", False)
            & Domain(
                "mail_verdict",
                "not in",
                self.env["helpdesk.ticket"]._flywheel_unassigned_verdicts(),
            )
        )

    # ------------------------------------------------------------------
    # Order
    # ------------------------------------------------------------------
    def _flywheel_fair_since(self):
        """Return the moment since which nobody should have waited, or None."""
        if not self.flywheel_fair_hours:
            return None
        now = fields.Datetime.now().replace(tzinfo=UTC)
        calendar = self.resource_calendar_id
        since = calendar and calendar.plan_hours(
            -self.flywheel_fair_hours, now, compute_leaves=True
        )
        if not since:
            since = fields.Datetime.subtract(now, hours=self.flywheel_fair_hours)
        return since.replace(tzinfo=None)

    def _flywheel_read_queue(self, limit=None):
        """Return [(ticket id, whether it waited too long)], who goes first first: who
        waited too long, then the oldest promise, then who came first."""
        self.ensure_one()
        tickets = self.env["helpdesk.ticket"]
        query = tickets._search(self._flywheel_waiting_domain())
        tickets.flush_model(["waiting_since", "answer_due"])
        since = self._flywheel_fair_since()
        return self.env.execute_query(
            SQL(
                """
                SELECT t.id, %(late)s
                  FROM helpdesk_ticket t
                 WHERE t.id IN %(waiting)s
              ORDER BY %(late)s DESC,
                       CASE WHEN %(late)s THEN %(since)s END,
                       t.answer_due NULLS LAST, t.create_date, t.id
                 LIMIT %(limit)s
                """,
                late=SQL("(%s < %s)", WAITING_SINCE, since) if since else SQL("FALSE"),
                since=WAITING_SINCE,
                waiting=query.subselect(),
                limit=limit,
            )
        )

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_assign(self):
        """Take back what waits with colleagues who are away; assign what waits."""
        cron = self.env["ir.cron"]
        tickets = self.env["helpdesk.ticket"]
        try:
            while tickets._flywheel_take_back(BATCH):
                cron._commit_progress()
        except OperationalError:
            # Somebody wrote to one of the cases meanwhile.
            self.env.cr.rollback()
            self._flywheel_assign_later()
        waiting = tickets._read_group(
            self.search(
                [("flywheel_auto_assign", "=", True)]
            )._flywheel_waiting_domain(),
            ["team_id"],
            ["__count"],
        )
        cron._commit_progress(remaining=sum(count for _team, count in waiting))
        for team, count in waiting:
            if not team._flywheel_work_off(count):
                return
        self._flywheel_settle_alerts(self.union(*(team for team, _count in waiting)))

    def _flywheel_work_off(self, count):
        """Assign the queue of one team, and tell its leader what is left of it.

        :param count: cases in the queue
        :return: whether there is time left
        """
        cron = self.env["ir.cron"]
        queue = self._flywheel_read_queue()
        left = {}
        tried = 0
        while tried < len(queue):
            batch = queue[tried : tried + BATCH]
            found = self._flywheel_try_batch(batch)
            if found is None:
                # Others are at it: their run tells the leader.
                self._flywheel_assign_later()
                return bool(cron._commit_progress(max(count - tried, 0)))
            left.update(found)
            tried += len(batch)
            if not cron._commit_progress(len(batch)):
                return False
            if len(found) == len(batch) and not self._flywheel_can_take_any():
                # What nobody can take now waits for the next run, not for this one.
                break
        self._flywheel_tell_leader(left, len(queue) - tried)
        return bool(cron._commit_progress(max(count - tried, 0)))

    def _flywheel_try_batch(self, batch):
        """As :meth:`_flywheel_assign_batch`; None, too, when somebody wrote to one of
        the cases meanwhile."""
        try:
            return self._flywheel_assign_batch(batch)
        except OperationalError:
            self.env.cr.rollback()
            return None

    def _flywheel_can_take_any(self):
        return can_take_any(self._flywheel_members(), self._flywheel_policy())

    def _flywheel_assign_waiting(self, limit):
        """Assign up to ``limit`` waiting cases; return how many found somebody."""
        batch = self._flywheel_read_queue(limit)
        left = self._flywheel_assign_batch(batch)
        return 0 if left is None else len(batch) - len(left)

    def _flywheel_assign_batch(self, batch):
        """Assign waiting cases.

        :param batch: rows of :meth:`_flywheel_read_queue`
        :return: {ticket: line of the trace} of those that nobody can take; None when
            others are assigning for the team
        """
        if not self._flywheel_take_locks():
            return None
        ids = [ticket_id for ticket_id, _late in batch]
        # What others have assigned since this transaction began.
        gone = committed(
            self.env,
            SQL(
                "SELECT id FROM helpdesk_ticket"
                " WHERE id = ANY(%s) AND user_id IS NOT NULL",
                ids,
            ),
        )
        gone = {ticket_id for (ticket_id,) in gone}
        tickets = self.env["helpdesk.ticket"].browse(i for i in ids if i not in gone)
        tickets = tickets.try_lock_for_update(allow_referencing=True)
        if not tickets:
            return {}
        starved = {ticket_id for ticket_id, late in batch if late}
        lines = self._flywheel_assign(tickets, starved)
        self.env["flywheel.case.trace"]._add(self._flywheel_news(lines))
        by_id = {line["ticket_id"]: line for line in lines}
        return {t: by_id[t.id] for t in tickets if not t.user_id}

    def _flywheel_news(self, lines):
        """Return those of ``lines`` that say another thing than the last line on the
        assignment of their case: who waits for hours is told once why."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (ticket_id) ticket_id, code,
                       COALESCE(values->'why', '[]')
                  FROM flywheel_case_trace
                 WHERE ticket_id = ANY(%s) AND step = 'assign'
              ORDER BY ticket_id, id DESC
                """,
                [line["ticket_id"] for line in lines],
            )
        )
        last = {ticket_id: (code, why) for ticket_id, code, why in rows}
        return [
            line
            for line in lines
            if last.get(line["ticket_id"])
            != (line["code"], line["values"].get("why", []))
        ]


# Since when the customer waits: cases of machines have no clock.
WAITING_SINCE = SQL("COALESCE(t.waiting_since, t.create_date)")
