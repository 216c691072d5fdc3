# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .flywheel_profile import TRACKS


class OpenInterval(NamedTuple):
    """The stage that a person is in now, on one track."""

    id: int
    stage_id: int
    date_from: datetime
    source: str


class FlywheelStageInterval(models.Model):
    """A stretch of time that a person spent in a stage, and why it began.

    On each track the intervals of a person neither overlap nor leave gaps, and one
    is open. Going back and coming in again are new intervals.
    """

    _name = "flywheel.stage.interval"
    _description = "Stage History"
    _order = "date_from desc, id desc"
    _rec_name = "stage_id"

    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", required=True, ondelete="cascade"
    )
    track = fields.Selection(
        [("journey", "Buyer's Journey"), ("lifecycle", "Lifecycle")], required=True
    )
    stage_id = fields.Many2one(
        "flywheel.stage", required=True, ondelete="restrict", index=True
    )
    date_from = fields.Datetime(string="From", required=True)
    date_to = fields.Datetime(string="To")
    source = fields.Selection(
        [("rule", "Rule"), ("manual", "By Hand"), ("merge", "Merge")],
        required=True,
        default="rule",
    )
    rule_id = fields.Many2one("flywheel.stage.rule", ondelete="set null")
    touchpoint_id = fields.Many2one(
        "flywheel.touchpoint",
        string="Evidence",
        ondelete="set null",
        index="btree_not_null",
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    company_id = fields.Many2one(related="profile_id.company_id")

    _one_open = models.UniqueIndex(
        "(profile_id, track) WHERE date_to IS NULL",
        "A person is in one stage of a track at a time.",
    )
    _history_idx = models.Index("(profile_id, track, date_from)")
    _check_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A stage ends after it began."
    )

    @api.model
    def _search(self, *args, **kwargs):
        self.env["flywheel.touchpoint"]._flush_queue()
        return super()._search(*args, **kwargs)

    @api.model
    def _get_open(self, profile_ids):
        """Return {(profile id, track): OpenInterval} of these people."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT profile_id, track, id, stage_id, date_from, source"
                " FROM flywheel_stage_interval"
                " WHERE profile_id = ANY(%s) AND date_to IS NULL",
                list(profile_ids),
            )
        )
        return {(row[0], row[1]): OpenInterval(*row[2:]) for row in rows}

    @api.model
    def _get_left(self, profile_ids):
        """Return {(profile id, track): date} of tracks that people were taken out of,
        and when."""
        if not profile_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT profile_id, track, MAX(date_to) FROM flywheel_stage_interval"
                " WHERE profile_id = ANY(%s) GROUP BY profile_id, track"
                " HAVING COUNT(*) = COUNT(date_to)",
                list(profile_ids),
            )
        )
        return {(row[0], row[1]): row[2] for row in rows}

    @api.model
    def _rewind(self, keys):
        """Take back what rules did since the last choice by hand.

        :param keys: set of (profile id, track)
        :return: {key: OpenInterval or None}, as it is then
        """
        profiles, tracks = zip(*keys, strict=True)
        params = {"profiles": list(profiles), "tracks": list(tracks)}
        cr = self.env.cr
        cr.execute(
            """
            DELETE FROM flywheel_stage_interval i
             USING unnest(%(profiles)s::int[], %(tracks)s::text[]) k (profile_id, track)
             WHERE i.profile_id = k.profile_id AND i.track = k.track
               AND i.source = 'rule'
               AND NOT EXISTS (SELECT FROM flywheel_stage_interval m
                                WHERE m.profile_id = i.profile_id
                                  AND m.track = i.track AND m.source <> 'rule'
                                  AND m.date_from >= i.date_from)
            """,
            params,
        )
        cr.execute(
            """
            UPDATE flywheel_stage_interval i SET date_to = NULL
              FROM (SELECT DISTINCT ON (l.profile_id, l.track) l.id
                      FROM flywheel_stage_interval l
                      JOIN unnest(%(profiles)s::int[], %(tracks)s::text[])
                           k (profile_id, track) USING (profile_id, track)
                  ORDER BY l.profile_id, l.track, l.date_from DESC, l.id DESC) latest
             WHERE i.id = latest.id
            """,
            params,
        )
        self.invalidate_model(flush=False)
        return {**dict.fromkeys(keys), **self._get_open(profiles)}

    @api.model
    def _append(self, moves, opened):
        """Write moves as intervals, and where they end into the people.

        :param moves: {(profile id, track): [journey.Hit]}, each list in order
        :param opened: {(profile id, track): OpenInterval or None}
        """
        closed, values, final = [], [], {}
        for (profile_id, track), hits in moves.items():
            if not hits:
                continue
            current = opened.get((profile_id, track))
            if current:
                closed.append((current.id, max(hits[0].date, current.date_from)))
            for hit, following in zip(hits, [*hits[1:], None], strict=True):
                values.append(
                    {
                        "profile_id": profile_id,
                        "track": track,
                        "stage_id": hit.stage.id,
                        "date_from": max(hit.date, current.date_from)
                        if current
                        else hit.date,
                        "date_to": following and following.date,
                        "source": "rule",
                        "rule_id": hit.rule_id,
                        "touchpoint_id": hit.touchpoint_id,
                    }
                )
            final[profile_id, track] = hits[-1].stage.id
        self._close(closed)
        self._insert(values)
        self._set_stages(final)

    @api.model
    def _close(self, closed):
        if closed:
            ids, dates = zip(*closed, strict=True)
            self.env.cr.execute(
                "UPDATE flywheel_stage_interval i SET date_to = c.date"
                " FROM unnest(%s::int[], %s::timestamp[]) c (id, date)"
                " WHERE i.id = c.id",
                [list(ids), list(dates)],
            )

    @api.model
    def _insert(self, values):
        """Insert intervals in one statement."""
        if not values:
            return
        columns = {
            "profile_id": "int",
            "track": "text",
            "stage_id": "int",
            "date_from": "timestamp",
            "date_to": "timestamp",
            "source": "text",
            "rule_id": "int",
            "touchpoint_id": "int",
            "user_id": "int",
        }
        arrays = SQL(", ").join(
            SQL("%s::%s[]", [row.get(name) or None for row in values], SQL(kind))
            for name, kind in columns.items()
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO flywheel_stage_interval"
                " (%(names)s, create_uid, create_date, write_uid, write_date)"
                " SELECT t.*, %(uid)s, %(now)s, %(uid)s, %(now)s"
                " FROM unnest(%(arrays)s) AS t",
                names=SQL(", ").join(map(SQL.identifier, columns)),
                uid=self.env.uid,
                now=self.env.cr.now(),
                arrays=arrays,
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _set_stages(self, final):
        """Write the stages that people are in: {(profile id, track): stage id}."""
        for track, column in TRACKS.items():
            rows = [(pid, sid or None) for (pid, t), sid in final.items() if t == track]
            if rows:
                profiles, stages = zip(*rows, strict=True)
                self.env.cr.execute(
                    SQL(
                        "UPDATE flywheel_profile p SET %s = s.stage_id"
                        " FROM unnest(%s::int[], %s::int[]) s (profile_id, stage_id)"
                        " WHERE p.id = s.profile_id",
                        SQL.identifier(column),
                        list(profiles),
                        list(stages),
                    )
                )
