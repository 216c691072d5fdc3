# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import errors

from odoo import api, models
from odoo.tools import SQL

from ..engine.awarding import award_touched_sql
from .flywheel_score_model import REAWARD_LOCK

# Lines that the scheduled action applies per commit.
BATCH = 5_000


class FlywheelTouchpoint(models.Model):
    _inherit = "flywheel.touchpoint"

    def _apply(self):
        """Apply these lines: award points, move stages, note the last contact.

        Applying a line again is harmless. Should somebody else be at work on the
        same people, or the whole history be awarded anew, the lines stay pending
        for the scheduled action and nobody waits.

        :return: how many of the lines are quarantined
        """
        if not self:
            return 0
        self.flush_recordset()
        cr = self.env.cr
        try:
            with cr.savepoint():
                if not self._lock_people():
                    raise errors.LockNotAvailable()
                self._award()
                self._move_stages()
        except (errors.LockNotAvailable, errors.SerializationFailure):
            cr.execute(
                SQL("UPDATE flywheel_touchpoint SET pending = TRUE WHERE id = ANY(%s)",
                    self.ids)
            )
            self.env.ref("inbound_flywheel.cron_apply_touchpoints")._trigger()
        self._forget()
        cr.execute(
            SQL(
                "SELECT count(*) FROM flywheel_touchpoint"
                " WHERE id = ANY(%s) AND state = 'quarantined'",
                self.ids,
            )
        )
        return cr.fetchone()[0]

    def _lock_people(self):
        """Lock the people concerned, without waiting.

        REPEATABLE READ: a person that somebody changed since this transaction began
        makes the lock fail as well, so what follows never works on old values.

        :return: False while the whole history is being awarded anew
        :raise LockNotAvailable: somebody else is at work on one of them
        """
        cr = self.env.cr
        cr.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [REAWARD_LOCK])
        if not cr.fetchone()[0]:
            return False
        cr.execute(
            """
            SELECT 1 FROM flywheel_profile
             WHERE id IN (SELECT profile_id FROM flywheel_touchpoint
                           WHERE id = ANY(%s))
          ORDER BY id FOR NO KEY UPDATE NOWAIT
            """,
            [self.ids],
        )
        return True

    def _award(self):
        """Award points and note the last contact, in one statement."""
        specs = self.env["flywheel.score.model"]._get_specs()
        decay = self.env["flywheel.score.model"]._get_decay()
        if specs:
            awards = award_touched_sql(specs, decay)
        else:
            awards = SQL("delta AS (SELECT NULL::int AS profile_id, 0 AS delta LIMIT 0)")
        self.env.cr.execute(
            SQL(
                """
                WITH touched AS MATERIALIZED (SELECT unnest(%(ids)s::int[]) AS id),
                %(awards)s,
                applied AS (
                    UPDATE flywheel_touchpoint SET pending = FALSE
                     WHERE id IN (SELECT id FROM touched) AND pending
                ),
                latest AS (
                    SELECT t.profile_id, MAX(t.date) AS date,
                           MAX(t.date) FILTER (WHERE k.direction = 'in') AS date_in,
                           MAX(t.date) FILTER (WHERE k.direction = 'out') AS date_out
                      FROM touched
                      JOIN flywheel_touchpoint t ON t.id = touched.id
                      JOIN flywheel_touchpoint_type k ON k.id = t.type_id
                  GROUP BY t.profile_id
                )
                UPDATE flywheel_profile p
                   SET momentum = p.momentum + COALESCE(d.delta, 0),
                       last_date = GREATEST(p.last_date, l.date),
                       last_in_date = GREATEST(p.last_in_date, l.date_in),
                       last_out_date = GREATEST(p.last_out_date, l.date_out)
                  FROM latest l LEFT JOIN delta d ON d.profile_id = l.profile_id
                 WHERE p.id = l.profile_id
                """,
                ids=self.ids,
                awards=awards,
            )
        )

    def _move_stages(self):
        """Move the people concerned along their stages."""
        self.env["flywheel.stage.rule"]._run(self.ids)

    def _forget(self):
        """Forget cached values that applying has changed in the database."""
        self.invalidate_model(["pending", "state"], flush=False)
        self.env["flywheel.award"].invalidate_model(flush=False)
        self.env["flywheel.profile"]._invalidate_picture()

    @api.model
    def _cron_apply_pending(self):
        """Apply what other transactions could not, oldest first."""
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count([("pending", "=", True)]))
        while True:
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM flywheel_touchpoint WHERE pending"
                    " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                    BATCH,
                )
            )
            batch = self.browse([row[0] for row in rows])
            batch._apply()
            left = Cron._commit_progress(len(batch))
            if len(batch) < BATCH or not left:
                break
