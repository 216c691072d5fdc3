# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.arrays import array
from .flywheel_profile import TRACKS

# What the flow writes, and of which type in the database.
COLUMNS = {
    "profile_id": "int",
    "track": "text",
    "stage_id": "int",
    "date_from": "timestamp",
    "date_to": "timestamp",
    "source": "text",
    "rule_id": "int",
    "touchpoint_id": "int",
    "user_id": "int",
    "reason": "text",
    "returned": "bool",
    "detail": "jsonb",
}


class OpenInterval(NamedTuple):
    """The stage that a person is in now, on one track."""

    id: int
    stage_id: int
    date_from: datetime
    source: str
    user_id: int | None
    locked: bool
    rule_id: int | None


class FlywheelStageInterval(models.Model):
    """A stretch of time that a person spent in a stage, and why it began.

    On each track the intervals of a person neither overlap nor leave gaps, and one
    is open. Going back and coming in again are new intervals.
    """

    _name = "flywheel.stage.interval"
    _description = "Stage History"
    _inherit = ["flywheel.evidence.mixin"]
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
    days = fields.Float(compute="_compute_days", help="How long it lasted so far.")
    source = fields.Selection(
        [
            ("rule", "Rule"),
            ("manual", "By Hand"),
            ("accepted", "Proposal Accepted"),
            ("merge", "Merge"),
        ],
        required=True,
        default="rule",
    )
    touchpoint_id = fields.Many2one(index="btree_not_null")
    reason = fields.Text(help="In the words of who decided.")
    entry_no = fields.Integer(
        string="Entry",
        default=1,
        aggregator="max",
        help="1: in this stage for the first time. 2: came back once.",
    )
    returned = fields.Boolean(help="Back after a silence.")
    company_id = fields.Many2one(related="profile_id.company_id")

    _one_open = models.UniqueIndex(
        "(profile_id, track) WHERE date_to IS NULL",
        "A person is in one stage of a track at a time.",
    )
    _history_idx = models.Index("(profile_id, track, date_from)")
    # What people chose is little beside what rules did.
    _by_hand_idx = models.Index("(profile_id, track, date_from) WHERE source <> 'rule'")
    # Ranges know how to exclude each other by themselves: no extension is needed. Only
    # stretches that have ended: most people have one, which the index above guards,
    # and would pay for nothing.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist ("
        "int8range(profile_id * 2::int8 + (track = 'journey')::int,"
        " profile_id * 2::int8 + (track = 'journey')::int, '[]') WITH &&,"
        " tsrange(date_from, date_to) WITH &&) WHERE (date_to IS NOT NULL)",
        "A person is in one stage of a track at a time.",
    )
    _check_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A stage ends after it began."
    )

    @api.depends("date_from", "date_to")
    def _compute_days(self):
        now = fields.Datetime.now()
        for interval in self:
            spent = (interval.date_to or now) - (interval.date_from or now)
            interval.days = spent.total_seconds() / 86400

    @api.depends("source", "returned")
    def _compute_why(self):
        return super()._compute_why()

    def _get_why_parts(self):
        user = self.user_id.name or self.env._("somebody")
        if self.source == "manual":
            return [self.env._("chosen by %(user)s", user=user), self.reason]
        if self.source == "accepted":
            accepted = self.env._("accepted by %(user)s", user=user)
            return [*super()._get_why_parts(), accepted]
        if not self.returned:
            return super()._get_why_parts()
        parts = [self.env._("back after silence"), self._describe_touchpoint({})]
        if self.rule_id.trigger != "silence":
            parts.append(self.env._("rule “%(rule)s”", rule=self.rule_id.name))
        return parts

    @api.model
    def _search(self, *args, **kwargs):
        self.env["flywheel.touchpoint"]._flush_queue()
        return super()._search(*args, **kwargs)

    @api.model
    def _get_latest(self, profile_ids):
        """Return the stages that people are in now, and the tracks they were taken
        out of.

        :return: {(profile id, track): OpenInterval}, {(profile id, track): date}
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (profile_id, track)"
                " profile_id, track, date_to, id, stage_id, date_from, source,"
                " user_id, source = 'manual' OR (detail->>'by_hand') = 'true', rule_id"
                " FROM flywheel_stage_interval WHERE profile_id = ANY(%s::int[])"
                " ORDER BY profile_id, track, date_from DESC, date_to DESC, id DESC",
                array(profile_ids),
            )
        )
        opened = {row[:2]: OpenInterval(*row[3:]) for row in rows if not row[2]}
        return opened, {row[:2]: row[2] for row in rows if row[2]}

    @api.model
    def _rewind(self, keys):
        """Take back what rules did since the last choice by hand.

        :param keys: set of (profile id, track)
        :return: {key: OpenInterval or None}, as it is then
        """
        profiles, tracks = zip(*keys, strict=True)
        params = {"profiles": array(profiles), "tracks": array(tracks)}
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
        return {**dict.fromkeys(keys), **self._get_latest(profiles)[0]}

    @api.model
    def _get_before(self, interval_ids):
        """Return {(profile id, track): stage id}: where people were before these
        intervals."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.profile_id, i.track, b.stage_id
                  FROM flywheel_stage_interval i
                  JOIN LATERAL (
                       SELECT * FROM flywheel_stage_interval
                        WHERE profile_id = i.profile_id AND track = i.track
                          AND date_from <= i.date_from AND id <> i.id
                          AND stage_id <> i.stage_id
                     ORDER BY date_from DESC, id DESC LIMIT 1) b ON TRUE
                 WHERE i.id = ANY(%s)
                """,
                list(interval_ids),
            )
        )
        return {row[:2]: row[2] for row in rows}

    @api.model
    def _append(self, moves, opened, replayed=()):
        """Write moves as intervals, and where they end into the people.

        :param moves: {(profile id, track): [journey.Hit]}, each list in order
        :param opened: {(profile id, track): OpenInterval or None}
        :param replayed: keys that were taken back, and need not move again
        """
        closed, values = [], []
        final = {key: opened.get(key) and opened[key].stage_id for key in replayed}
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
                        "returned": hit.returns,
                        "detail": self._get_detail(hit, hits, current),
                    }
                )
            final[profile_id, track] = hits[-1].stage.id
        self._set_stages(final, values, closed)

    @api.model
    def _get_detail(self, hit, hits, current):
        """Return the figures behind a move; who was overruled by it, if anybody."""
        detail = hit.detail
        if current and current.locked and hit is hits[0]:
            overruled = {"stage": current.stage_id, "user": current.user_id}
            detail = {**(detail or {}), "overruled": overruled}
        return detail

    @api.model
    def _insert_sql(self, values, closed):
        """Close intervals and insert others: the statement, as parts of a WITH. Those
        of one track of one person come in order, after all that are there.

        :param values: list of dicts
        :param closed: list of (interval id, date it ends)
        """
        values = [
            {**row, "detail": row.get("detail") and json.dumps(row["detail"])}
            for row in values
        ]
        arrays = SQL(", ").join(
            SQL("%s::%s[]", array(row.get(name) or None for row in values), SQL(kind))
            for name, kind in COLUMNS.items()
        )
        return SQL(
            """
            WITH closed AS (
                UPDATE flywheel_stage_interval i SET date_to = c.date
                  FROM unnest(%(closed)s::int[], %(dates)s::timestamp[])
                       c (id, date)
                 WHERE i.id = c.id RETURNING i.id
            ), fresh AS (
            INSERT INTO flywheel_stage_interval
                   (%(names)s, entry_no, create_date, write_date)
            SELECT %(names)s,
                   row_number() OVER (PARTITION BY profile_id, track, stage_id
                                          ORDER BY place)
                   + (SELECT count(*) FROM flywheel_stage_interval e
                       WHERE e.profile_id = t.profile_id AND e.track = t.track
                         AND e.stage_id = t.stage_id),
                   %(now)s, %(now)s
              FROM unnest(%(arrays)s) WITH ORDINALITY AS t (%(names)s, place)
             -- Counting them makes sure that they are closed first.
             WHERE (SELECT count(*) FROM closed) >= 0
          ORDER BY place
            )
            """,
            closed=array(interval_id for interval_id, _date in closed),
            dates=array(date for _interval_id, date in closed),
            names=SQL(", ").join(map(SQL.identifier, COLUMNS)),
            now=self.env.cr.now(),
            arrays=arrays,
        )

    @api.model
    def _set_stages(self, final, values=(), closed=()):
        """Write the stages that people are in, and the intervals that led there, in
        one statement.

        :param final: {(profile id, track): stage id}
        :param values: new intervals, list of dicts, of each track in order
        :param closed: list of (interval id, date it ends)
        """
        if not final:
            return
        people = {}
        for (profile_id, track), stage_id in final.items():
            people.setdefault(profile_id, {})[track] = stage_id or None
        columns = [list(people)]
        for track in TRACKS:
            columns.append([track in stages for stages in people.values()])
            columns.append([stages.get(track) for stages in people.values()])
        # Whoever comes into a stage where silence counts is looked at next time.
        watched = list(self.env["flywheel.stage.rule"]._get_watched_stage_ids())
        self.env.cr.execute(
            SQL(
                """
            %(insert)s
            UPDATE flywheel_profile p
               SET journey_stage_id =
                       CASE WHEN s.moved THEN s.journey ELSE p.journey_stage_id END,
                   lifecycle_stage_id =
                       CASE WHEN s.grown THEN s.lifecycle ELSE p.lifecycle_stage_id END,
                   silence_check =
                       CASE WHEN CASE WHEN s.moved THEN s.journey
                                      ELSE p.journey_stage_id END = ANY(%(watched)s)
                              OR CASE WHEN s.grown THEN s.lifecycle
                                      ELSE p.lifecycle_stage_id END = ANY(%(watched)s)
                            THEN %(now)s END
              FROM unnest(%(people)s)
                   AS s (profile_id, moved, journey, grown, lifecycle)
             WHERE p.id = s.profile_id
                """,
                insert=self._insert_sql(values, closed) if values or closed else SQL(),
                watched=watched,
                now=fields.Datetime.now(),
                people=SQL(", ").join(
                    SQL("%s::%s[]", array(column), SQL(kind))
                    for column, kind in zip(
                        columns, ("int", "bool", "int", "bool", "int"), strict=True
                    )
                ),
            )
        )
        self.invalidate_model(flush=False)
        self.env["flywheel.profile"].browse(people)._watch(TRACKS.values())
