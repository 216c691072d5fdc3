# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine import friction as engine
from .flywheel_profile import TRACKS
from .flywheel_stage_interval_next import DAY, team_sql

# Columns that the ways can be told apart by, besides the stages.
GROUPS = {"persona": SQL("p.persona_id"), "team": SQL("t.team_id")}
GROUP_MODELS = {"persona": "flywheel.persona", "team": "crm.team"}
# Transitions of the chart.
BARS = 10
# A million stays are sorted in memory with this, which takes half as long.
WORK_MEM = "128MB"


class Scope(NamedTuple):
    """What a report is about: a track, a time (UTC), by whom and of whom."""

    track: str
    start: datetime | None
    end: datetime
    by: str
    persona_id: int | None
    team_id: int | None


class FlywheelFriction(models.AbstractModel):
    """Where the flywheel loses days and people between stages.

    A way is a stay in a stage and the stage that followed it. See
    :meth:`get_report` for what is counted, and ``engine.friction`` for the figures.
    """

    _name = "flywheel.friction"
    _description = "Friction"

    @api.model
    @api.readonly
    def get_report(
        self,
        track="journey",
        date_from=None,
        date_to=None,
        by="persona",
        persona_id=None,
        team_id=None,
    ):
        """Return the ways between the stages of a track, the most days lost first.

        Stays that ended in the time are counted, by the day that they ended; people
        still in a stage at its end count as stuck once they are there for longer than
        nine in ten needed on the slowest way on from it, of the ways that at least 20
        took. So nobody is stuck in the last stage.

        :param track: ``journey`` or ``lifecycle``
        :param date_from: first day, in the time zone of the user; None: from the start
        :param date_to: last day; None: today
        :param by: ``persona`` (that the person has now) or ``team`` (the sales team of
            the person's latest lead)
        :param persona_id: only people of this persona
        :param team_id: only people of this team
        :return: a dict: ``rows`` (see :meth:`_describe_way`), ``totals``, ``chart``,
            ``funnel``, ``stages``, ``choices`` to filter by, ``previous`` (the dates
            of the period before, or False), ``can_write`` notes
        :raise AccessError: the caller may not read the history of stages
        :raise UserError: the last day is before the first
        """
        self.env["flywheel.stage.interval"].check_access("read")
        scope = self._get_scope(track, date_from, date_to, by, persona_id, team_id)
        self._flush_friction()
        stages = self._get_stages(track)
        rows = self._get_rows(scope, stages)
        before = self._get_previous(scope)
        earlier = self._get_rows(before, stages) if before else {}
        names = self._get_group_names(by, rows)
        notes = self._get_notes(track)
        described = [
            self._describe_way(way, row, earlier, names, notes, stages)
            for way, row in rows.items()
        ]
        described.sort(key=lambda row: (-row["days_lost"], row["name"]))
        return {
            "rows": described,
            "totals": self._get_totals(described, earlier),
            "chart": self._get_chart(described, bool(before)),
            "funnel": self._get_funnel(described, stages),
            "choices": self._get_choices(),
            "previous": before
            and self._describe_dates(before.start, before.end - timedelta(seconds=1)),
            "can_write": self.env["flywheel.friction.note"].has_access("create"),
        }

    # ------------------------------------------------------------------
    # What is asked for
    # ------------------------------------------------------------------
    @api.model
    def _get_scope(self, track, date_from, date_to, by, persona_id, team_id):
        if track not in TRACKS or by not in GROUPS:
            raise UserError(self.env._("Unknown track or grouping."))
        date_from, date_to = (
            fields.Date.to_date(date_from),
            fields.Date.to_date(date_to),
        )
        today = fields.Date.context_today(self)
        date_to = min(date_to or today, today)
        if date_from and date_from > date_to:
            raise UserError(self.env._("The last day is before the first."))
        return Scope(
            track,
            date_from and self._get_midnight(date_from),
            self._get_midnight(date_to + timedelta(days=1)),
            by,
            persona_id or None,
            team_id or None,
        )

    @api.model
    def _get_midnight(self, day):
        """Return when a day begins for the user, in UTC."""
        zone = pytz.timezone(self.env.context.get("tz") or self.env.user.tz or "UTC")
        begin = zone.localize(datetime.combine(day, time.min))
        return begin.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_previous(self, scope):
        """Return the scope of the time of equal length before, or None."""
        if not scope.start:
            return None
        return scope._replace(
            start=scope.start - (scope.end - scope.start), end=scope.start
        )

    @api.model
    def _get_stages(self, track):
        stages = self.env["flywheel.stage"].with_context(active_test=False)
        return stages.search([("track", "=", track)])

    @api.model
    def _flush_friction(self):
        self.env["flywheel.touchpoint"]._flush_queue()
        for model in ("flywheel.stage.interval", "flywheel.profile", "crm.lead"):
            self.env[model].flush_model()

    # ------------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------------
    @api.model
    def _get_rows(self, scope, stages):
        """Return what was measured: {Way: {group id, or ``all``: Measure}}."""
        walk = self.env["flywheel.stage"]._get_walk_stages()
        rows = {}
        for whole, from_id, to_id, group, *numbers in self._read_moves(scope):
            way = engine.way_of(walk[from_id], walk.get(to_id))
            measure = engine.Measure(*numbers)
            rows.setdefault(way, {})["all" if whole else group] = measure
        late = self._get_late(rows, stages)
        for whole, from_id, group, *numbers in self._read_stuck(scope, late):
            way = engine.Way(from_id, None, engine.STUCK)
            measure = engine.Measure(*numbers)
            rows.setdefault(way, {})["all" if whole else group] = measure
        return rows

    @api.model
    def _get_late(self, rows, stages):
        """Return after how many days people are stuck: {stage id: days}, for the
        stages that can be told."""
        found = {}
        for stage in stages.filtered(self._can_be_stuck):
            ways = {
                way: row["all"] for way, row in rows.items() if way.from_id == stage.id
            }
            days = engine.late_after(ways)
            if days is not None:
                found[stage.id] = days
        return found

    @api.model
    def _can_be_stuck(self, stage):
        """Tell whether staying in a stage is a loss: not where people are away, nor
        where they are to stay."""
        return not stage.is_exit and stage.phase != "retain"

    @api.model
    def _read_moves(self, scope):
        """Measure the stays that ended in the time, in one pass: by way, and by way and
        group.

        The next stage comes from a window over the index of the history, which is in
        its order already; both levels are grouping sets of one sort.
        """
        group = GROUPS[scope.by]
        self.env.cr.execute("SELECT set_config('work_mem', %s, TRUE)", [WORK_MEM])
        return self.env.execute_query(
            SQL(
                """
                SELECT GROUPING(%(group)s) = 1, s.stage_id, s.next_id, %(group)s,
                       COUNT(*), %(quantiles)s
                  FROM (SELECT i.profile_id, i.stage_id, i.date_from, i.date_to,
                               LEAD(i.stage_id) OVER (
                                   PARTITION BY i.profile_id, i.track
                                   ORDER BY i.date_from, i.date_to, i.id) AS next_id
                          FROM flywheel_stage_interval i
                         WHERE i.track = %(track)s) s
                  %(people)s
                 WHERE s.date_to < %(end)s AND %(since)s AND %(filter)s
                 GROUP BY GROUPING SETS
                       ((s.stage_id, s.next_id), (s.stage_id, s.next_id, %(group)s))
                """,
                group=group,
                quantiles=self._get_quantiles(SQL("s.date_to - s.date_from")),
                track=scope.track,
                people=self._get_people_join(scope, SQL("s.profile_id")),
                end=scope.end,
                since=SQL("s.date_to >= %s", scope.start)
                if scope.start
                else SQL("TRUE"),
                filter=self._get_filter(scope),
            )
        )

    @api.model
    def _read_stuck(self, scope, late):
        """Measure the people who were in a stage at the end of the time for longer
        than people need to get on from it.

        :param late: {stage id: days}
        """
        if not late:
            return []
        group = GROUPS[scope.by]
        end = min(scope.end, fields.Datetime.now())
        return self.env.execute_query(
            SQL(
                """
                SELECT GROUPING(%(group)s) = 1, i.stage_id, %(group)s, COUNT(*),
                       %(quantiles)s
                  FROM flywheel_stage_interval i
                  JOIN unnest(%(stages)s::int[], %(limits)s::float8[])
                       AS k (stage_id, days) ON k.stage_id = i.stage_id
                  %(people)s
                 WHERE i.track = %(track)s
                   AND i.date_from < %(end)s - k.days * interval '1 day'
                   AND (i.date_to IS NULL OR i.date_to >= %(until)s)
                   AND %(filter)s
                 GROUP BY GROUPING SETS ((i.stage_id), (i.stage_id, %(group)s))
                """,
                group=group,
                quantiles=self._get_quantiles(SQL("%s - i.date_from", end)),
                stages=list(late),
                limits=list(late.values()),
                people=self._get_people_join(scope, SQL("i.profile_id")),
                end=end,
                until=scope.end,
                track=scope.track,
                filter=self._get_filter(scope),
            )
        )

    @staticmethod
    def _get_quantiles(time):
        """Return the columns of a ``Measure`` of a time but the first, as SQL."""
        days = SQL("date_part('epoch', %s) / %s", time, DAY)
        return SQL(", ").join(
            [
                *(
                    SQL("percentile_cont(%s) WITHIN GROUP (ORDER BY %s)", share, days)
                    for share in engine.QUANTILES
                ),
                SQL("AVG(%s)", days),
            ]
        )

    @api.model
    def _get_people_join(self, scope, profile):
        """Return the joins of what is asked about people: those whom the caller may
        see, their personas and, if wanted, their sales teams."""
        people = self.env["flywheel.profile"]._search([])
        joins = [
            SQL(
                "JOIN (%s) p ON p.id = %s",
                people.select(
                    SQL.identifier("flywheel_profile", "id"),
                    SQL.identifier("flywheel_profile", "persona_id"),
                ),
                profile,
            )
        ]
        if scope.by == "team" or scope.team_id:
            joins.append(
                SQL("LEFT JOIN (%s) t ON t.profile_id = %s", team_sql(), profile)
            )
        return SQL(" ").join(joins)

    @staticmethod
    def _get_filter(scope):
        conditions = [SQL("TRUE")]
        if scope.persona_id:
            conditions.append(SQL("p.persona_id = %s", scope.persona_id))
        if scope.team_id:
            conditions.append(SQL("t.team_id = %s", scope.team_id))
        return SQL(" AND ").join(conditions)
