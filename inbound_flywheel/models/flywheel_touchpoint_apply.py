# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import errors

from odoo import api, models
from odoo.tools import SQL

from ..engine.arrays import array
from ..engine.busy import BUSY, gives_way, giving_way
from .flywheel_score_model_flow import REAWARD_LOCK
from .flywheel_touchpoint import Known, Line

# Lines that the scheduled action applies per commit.
BATCH = 5_000
# From so many lines on, stale statistics cost more than refreshing them.
BULK = 1_000
NO_TOTALS = SQL("SELECT 0 AS profile_id, 0::float8 AS momentum WHERE FALSE")


class FlywheelTouchpoint(models.Model):
    _inherit = "flywheel.touchpoint"

    def _apply(self):
        """Apply these lines, or apply them anew after a change of their state.

        Applying a line again is harmless. What cannot be applied now, because
        somebody else is at work on the same people, stays or becomes pending.
        """
        if not self:
            return
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id, profile_id, type_id, date FROM flywheel_touchpoint"
                " WHERE id = ANY(%s::int[])",
                array(self.ids),
            )
        )
        lines = [Line(*row) for row in rows]
        try:
            with giving_way(self.env.cr):
                people = self._lock_people({line.profile_id for line in lines})
                self._set_pending(False)
                self.with_context(flywheel_states_changed=True)._apply_lines(
                    lines, people
                )
                self.env["flywheel.stage.rule"]._take_back(lines)
        except BUSY:
            self._set_pending(True)
            self._trigger_apply()
        self._forget()

    def _set_pending(self, pending):
        self.env.cr.execute(
            "UPDATE flywheel_touchpoint SET pending = %(pending)s"
            " WHERE id = ANY(%(ids)s::int[]) AND pending IS DISTINCT FROM %(pending)s",
            {"pending": pending, "ids": array(self.ids)},
        )

    @api.model
    def _trigger_apply(self):
        # sudo: whoever appends may wake the scheduled action
        self.env.ref("inbound_flywheel.cron_apply_touchpoints").sudo()._trigger()

    @api.model
    def _lock_people(self, profile_ids):
        """Lock people without waiting.

        REPEATABLE READ: a person that somebody changed since this transaction began
        makes the lock fail as well, so what follows never works on old values.

        :return: {profile id: Known}
        :raise LockNotAvailable: somebody is at work on one of them, or the whole
            history is being awarded anew
        """
        self.env.cr.execute(
            "SELECT id, last_date, momentum, journey_stage_id, lifecycle_stage_id,"
            " no_profiling FROM flywheel_profile"
            " WHERE id = ANY(%s::int[]) AND pg_try_advisory_xact_lock_shared(%s)"
            " ORDER BY id FOR NO KEY UPDATE NOWAIT",
            [array(sorted(profile_ids)), REAWARD_LOCK],
        )
        rows = self.env.cr.fetchall()
        if len(rows) < len(profile_ids):
            raise errors.LockNotAvailable()
        return {row[0]: Known(*row[1:]) for row in rows}

    @api.model
    def _apply_lines(self, lines, people):
        """Award points, note the last contact, move stages.

        :param lines: list of :class:`Line`, of people who are locked
        :param people: what :meth:`_lock_people` said of them
        """
        if not lines:
            return
        if len(lines) >= BULK:
            self._refresh_statistics()
        momentum = self._award(lines)
        self._mend_first_dates(lines)
        self.env["flywheel.stage.rule"]._run(lines, momentum, people)
        self.env["flywheel.handover"]._notice(momentum)
        self.env["flywheel.follow.up"]._notice(lines)
        self.env["flywheel.webhook"]._notice_scores(momentum, people)

    @api.model
    def _award(self, lines):
        """Score the people anew and note the last contact, in one statement.

        A score is the sum of a person's lines, so it is exact whatever order events
        arrive in.

        :return: {profile id: momentum} of the people whose points may have changed
        """
        ScoreModel = self.env["flywheel.score.model"]
        types = {line.type_id for line in lines}
        scored = any(types.intersection(s.type_ids) for s in ScoreModel._get_specs())
        latest = self._get_latest(lines)
        columns = [list(column) for column in zip(*latest, strict=True)]
        totals = scored and ScoreModel._get_active()._get_totals_sql(columns[0])
        rows = self.env.execute_query(
            SQL(
                """
                WITH total AS MATERIALIZED (%(totals)s)
                UPDATE flywheel_profile p
                   SET momentum = CASE WHEN %(scored)s THEN COALESCE(total.momentum, 0)
                                       ELSE p.momentum END,
                       first_date = LEAST(p.first_date, l.first),
                       last_date = GREATEST(p.last_date, l.date),
                       last_in_date = GREATEST(p.last_in_date, l.date_in),
                       last_out_date = GREATEST(p.last_out_date, l.date_out),
                       -- NULL: nobody waits for this person's silence.
                       silence_check = LEAST(p.silence_check,
                           CASE WHEN p.silence_check IS NOT NULL
                                THEN l.date_in + %(silence)s * interval '1 day' END)
                  FROM unnest(%(people)s::int[], %(first)s::timestamp[],
                              %(date)s::timestamp[], %(date_in)s::timestamp[],
                              %(date_out)s::timestamp[])
                       AS l (profile_id, first, date, date_in, date_out)
             LEFT JOIN total ON total.profile_id = l.profile_id
                 WHERE p.id = l.profile_id
             RETURNING p.id, p.momentum
                """,
                totals=totals or NO_TOTALS,
                scored=bool(scored),
                silence=self.env["flywheel.stage.rule"]._get_shortest_silence(),
                people=array(columns[0]),
                first=array(columns[1]),
                date=array(columns[2]),
                date_in=array(columns[3]),
                date_out=array(columns[4]),
            )
        )
        return dict(rows) if scored else {}

    @api.model
    def _mend_first_dates(self, lines):
        """Let the first contact of people whose lines are quarantined be the first
        that counts."""
        guarded = self.env["flywheel.touchpoint.type"]._get_guarded_ids()
        states = self.env.context.get("flywheel_states_changed")
        ids = [line.id for line in lines if states or line.type_id in guarded]
        if not ids:
            return
        self.env.cr.execute(
            """
            UPDATE flywheel_profile p SET first_date = (
                   SELECT MIN(t.date) FROM flywheel_touchpoint t
                    WHERE t.profile_id = p.id AND t.state = 'valid')
             WHERE p.id IN (SELECT q.profile_id FROM flywheel_touchpoint q
                             WHERE q.id = ANY(%s::int[]) AND q.state = 'quarantined')
            """,
            [array(ids)],
        )

    @api.model
    def _get_latest(self, lines):
        """Return (profile id, first date, last date, last incoming, last outgoing) by
        person."""
        directions = self.env["flywheel.touchpoint.type"]._get_directions()
        latest = {}
        for line in lines:
            dates = latest.setdefault(line.profile_id, [line.date, None, None, None])
            dates[0] = min(dates[0], line.date)
            direction = directions[line.type_id]
            wanted = (True, direction == "in", direction == "out")
            for index, counts in enumerate(wanted, 1):
                if counts and (dates[index] is None or line.date > dates[index]):
                    dates[index] = line.date
        return [(profile_id, *dates) for profile_id, dates in latest.items()]

    @api.model
    def _refresh_statistics(self):
        """Refresh planner statistics that a bulk load has outrun.

        Autovacuum comes once a minute; until then a table that was empty when it
        last looked is planned as empty, and a load of thousands crawls.
        """
        cr = self.env.cr
        cr.execute(
            """
            SELECT relname FROM pg_class
             WHERE oid IN ('flywheel_touchpoint'::regclass,
                           'flywheel_profile'::regclass)
               AND pg_relation_size(oid)
                   > 2 * current_setting('block_size')::int * GREATEST(relpages, 8)
            """
        )
        for (table,) in cr.fetchall():
            name = SQL.identifier(table)
            try:
                with giving_way(cr):
                    cr.execute(
                        SQL("LOCK %s IN SHARE UPDATE EXCLUSIVE MODE NOWAIT", name)
                    )
                    cr.execute(SQL("ANALYZE %s", name))
            except BUSY:
                # Somebody else is at it.
                continue

    @api.model
    def _forget(self):
        """Forget cached values that applying has changed in the database."""
        self.invalidate_model(["pending", "state", "award_ids", "points"], flush=False)
        self.env["flywheel.profile"]._invalidate_picture()

    @api.model
    @gives_way
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
