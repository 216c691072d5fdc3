# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from .locks import try_locks

_logger = logging.getLogger(__name__)

# Cases per transaction of the pass.
BATCH = 1000
# Times a batch is tried again when somebody else changed one of its cases.
ATTEMPTS = 5


class HelpdeskTicketLadder(models.Model):
    """Escalation by time: the pass over the cases whose moment has come."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------
    def _flywheel_ladder_of(self):
        """dict ticket -> steps of the first ladder that is for it."""
        ladders = self.env["flywheel.escalation.ladder"].search(Domain.TRUE)
        return {
            case: next((la.step_ids for la in ladders if la._fits(case)), ())
            for case in self
        }

    def _flywheel_steps(self, due, unowned):
        """Steps not taken yet: tuples (moment, case, step, start of the period).

        :param dict due: ticket id -> when the answer is due
        :param dict unowned: ticket id -> since when nobody owns it
        """
        taken = self.env["flywheel.escalation.log"]._taken(self)
        steps = []
        for case, ladder in self._flywheel_ladder_of().items():
            time = case._flywheel_calendar()._flywheel_working_time() if ladder else 0
            for step in ladder:
                moment, period = step._moment(
                    case.waiting_since, due[case.id], unowned[case.id], time
                )
                if moment and (case.id, step.id, period) not in taken:
                    steps.append((moment, case, step, period))
        return steps

    def _flywheel_next_moments(self, due, unowned, now):
        """dict ticket id -> when the case has to be looked at next."""
        moments = self._flywheel_sla_moments()
        for moment, case, _step, _period in self._flywheel_steps(due, unowned):
            moments[case.id] = min(moment, moments.get(case.id, moment))
        return moments

    # ------------------------------------------------------------------
    # The pass
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_escalate(self):
        """Take the steps whose moment has come, every five minutes.

        Restartable: what a batch does is committed at once or not at all.
        """
        cron = self.env["ir.cron"]
        remaining = self._flywheel_count_due()
        cron._commit_progress(remaining=remaining)
        while remaining > 0:
            done = self._flywheel_try_batch()
            if not done:
                break
            remaining -= done
            if not cron._commit_progress(done, remaining=max(remaining, 0)):
                break

    @api.model
    def _flywheel_count_due(self):
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM helpdesk_ticket WHERE next_escalation <= %s",
                fields.Datetime.now(),
            )
        )
        return count

    @api.model
    def _flywheel_try_batch(self):
        """One batch, again when another transaction was faster; cases looked at."""
        for attempt in range(ATTEMPTS):
            try:
                with self.env.cr.savepoint():
                    return self._flywheel_escalate_batch()
            except OperationalError as error:
                _logger.info("Escalation, attempt %s: %s", attempt + 1, error)
                # A new transaction sees what the other one has committed.
                self.env.cr.rollback()  # pylint: disable=invalid-commit
                self.env.invalidate_all(flush=False)
        return 0

    @api.model
    def _flywheel_escalate_batch(self, limit=BATCH):
        """Look at up to ``limit`` cases whose moment has come; returns how many.

        One pass at a time: another process leaves the work to the one that is at it.
        """
        if not try_locks(self.env, "flywheel.escalation", ["pass"]):
            return 0
        self.flush_model(["next_escalation"])
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM helpdesk_ticket
                 WHERE next_escalation <= %s
                 ORDER BY next_escalation LIMIT %s
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                now,
                limit,
            )
        )
        cases = self.browse([row[0] for row in rows]).sudo()
        if cases:
            cases._flywheel_escalate_now(now)
        return len(cases)

    def _flywheel_escalate_now(self, now):
        """Take all steps of these cases whose moment is over."""
        lines = self._flywheel_refresh(changed=True)
        live = self.filtered(lambda t: t.active and not t.closed and not t.duplicate_id)
        due = {case.id: case.answer_due for case in live}
        unowned = {case.id: case.unowned_since for case in live}
        steps = [s for s in live._flywheel_steps(due, unowned) if s[0] <= now]
        # In the order of the ladder, not of the cases.
        steps.sort(key=lambda s: (s[0], s[2].sequence, s[2].id, s[1].id))
        taken = self.env["flywheel.escalation.log"]._take([s[1:] for s in steps], now)
        by_step = {}
        for case, step, _period in taken:
            by_step.setdefault(step, []).append(case.id)
        messages = {}
        for step, ids in by_step.items():
            cases = self.browse(ids).with_context(flywheel_intake=True)
            lines += step._act(cases, messages)
        self.env["flywheel.escalation.step"]._send(messages)
        again = self.browse({case.id for case, _step, _period in taken})
        if again:
            lines += again._flywheel_refresh()
        self.env["flywheel.case.trace"]._add(lines)
