# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime, time

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.busy import gives_way

_logger = logging.getLogger(__name__)

# Follow-ups that are carried out per commit.
BATCH = 200
# Whoever holds it chooses and carries out; others come back later.
LOCK = 7_301_911


class FlywheelFollowUp(models.Model):
    """Choosing and carrying out, restartable at any point."""

    _inherit = "flywheel.follow.up"

    @api.model
    @gives_way
    def _cron_follow_up(self):
        """Choose what is to be followed up, and carry out what is due.

        A follow-up and what it made are committed together, so a stop anywhere leaves
        neither half done nor done twice.
        """
        cr, Cron = self.env.cr, self.env["ir.cron"]
        cr.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cr.fetchone()[0]:
            return
        try:
            # Another worker may have been at it until now: look anew.
            Cron._commit_progress(remaining=1)
            rules = self.search([("state", "=", "running")])
            for rule in rules:
                rule._find_safely()
                Cron._commit_progress()
            self._carry_out(rules, Cron._commit_progress)
        except Exception:
            cr.rollback()
            raise
        finally:
            cr.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def _find_safely(self):
        """Choose what is to be followed up; a rule that cannot be read any more says
        so, and holds up no other."""
        try:
            with self.env.cr.savepoint():
                self._find()
            error = False
        except OperationalError:
            raise
        except Exception as problem:
            _logger.warning("Follow-up %s cannot be used", self.id, exc_info=True)
            error = " ".join(str(problem).split())[:500]
        if (self.error or False) != error:
            self.error = error

    @api.model
    def _carry_out(self, rules, commit):
        """Do what is due, each rule in turn.

        :param commit: called with the number done, and ``remaining``; returns the
            time that is left
        """
        due = self.env["flywheel.follow.up.line"].search_count(
            [
                ("follow_up_id", "in", rules.ids),
                ("state", "=", "waiting"),
                ("due_date", "<=", fields.Datetime.now()),
            ]
        )
        left = commit(remaining=due)
        for rule in rules:
            while left and (lines := rule._take()):
                lines._carry_out()
                left = commit(len(lines))
        if left:
            commit(remaining=0)
        rules._wake_for_next()

    def _take(self):
        """Lock and return the next follow-ups that are due, within the day's limit."""
        self.ensure_one()
        limit = BATCH
        now = fields.Datetime.now()
        if self.daily_cap:
            today = datetime.combine(now.date(), time())
            Line = self.env["flywheel.follow.up.line"]
            done = Line.search_count(
                [
                    ("follow_up_id", "=", self.id),
                    ("state", "=", "done"),
                    ("done_date", ">=", today),
                ]
            )
            limit = min(limit, max(self.daily_cap - done, 0))
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM flywheel_follow_up_line WHERE follow_up_id = %s"
                " AND state = 'waiting' AND due_date <= %s ORDER BY due_date, id"
                " LIMIT %s FOR UPDATE SKIP LOCKED",
                self.id,
                now,
                limit,
            )
        )
        return self.env["flywheel.follow.up.line"].browse(row[0] for row in rows)

    def _wake_for_next(self):
        """Have the scheduled action woken when the next follow-up is due."""
        now = fields.Datetime.now()
        line = self.env["flywheel.follow.up.line"].search(
            [
                ("follow_up_id", "in", self.ids),
                ("state", "=", "waiting"),
                ("due_date", ">", now),
            ],
            order="due_date",
            limit=1,
        )
        if line:
            self._wake(line.due_date)
        if doubtful := self._find_doubtful():
            self._wake(doubtful)
