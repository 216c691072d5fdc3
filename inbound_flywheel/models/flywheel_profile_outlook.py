# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..engine import outlook
from ..engine.awarding import lines_sql
from ..engine.decay import EPOCH, epoch

# Days of the curve before and after today.
PAST, AHEAD = 180, 60
LEVELS = ("hot", "warm", "cool")


class Line(NamedTuple):
    """A line of a score, or an event that a cap cuts off, as the query tells it."""

    rule_id: int
    touchpoint_id: int
    date: object
    until: object
    points: float
    momentum: float
    status: str


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def explain_outlook(self):
        """Explain the score: what it is made of, how it came about and will fall, and
        what would raise it. Dates are UTC.

        :return: a dict: ``person``, ``not_scored`` (then all else is empty),
            ``score``, ``band``, ``level``, ``cell``, ``half_life_days``,
            ``thresholds``; ``totals``: what each rule gives now (``now``), its
            events that count (``hits``), that a cap cut off (``cut_off``) and that
            have expired (``expired``), the ``last_date``; ``curve``: ``days``,
            ``scores`` and the place of ``today``; ``crossings``: when the score falls
            below each level that it has reached; ``next_level`` with what is
            ``missing``; ``steps``: what each rule would add, events ``needed``, how
            many are ``left`` in the period, when it ``resets``; ``fit``: points,
            grade, criteria ``met`` and ``unmet``
        :raise AccessError: the caller may not read this person
        """
        self.ensure_one()
        self.check_access("read")
        scored = not self.no_profiling
        lines = self._read_outlook_lines() if scored else []
        score = self.engagement_score
        thresholds = self.env["flywheel.score.model"]._get_thresholds()
        levels = {name: getattr(thresholds, name) for name in LEVELS}
        above = outlook.next_level(score, levels) if scored else None
        return {
            "person": self.display_name,
            "not_scored": not scored,
            "score": score,
            "band": self.score_band,
            "level": self.score_level,
            "cell": self.score_cell,
            "half_life_days": self.env["flywheel.score.model"]
            ._get_active()
            .half_life_days,
            "thresholds": levels,
            "totals": self._get_outlook_totals(lines),
            **self._get_outlook_curve(lines, levels),
            "next_level": {
                "level": above[0],
                "from": above[1],
                "missing": above[1] - score,
            }
            if above
            else False,
            "steps": self._get_outlook_steps(lines, above) if scored else [],
            "fit": self._get_outlook_fit(thresholds) if scored else False,
        }

    def explain_lines(self, rule_id=None, offset=0, limit=40):
        """Return the lines of the score, the latest first, with those that do not
        count (any more).

        :param rule_id: only those of this rule; None for all
        :param offset: how many to leave out
        :param limit: how many to return
        :return: dict with ``total`` and ``lines``: a list of dicts as of
            :meth:`explain`, with ``status`` (``counts``, ``cut_off``, ``expired``),
            ``user`` (who recorded it) and the record it comes from (``model``,
            ``res_id``)
        :raise AccessError: the caller may not read this person
        """
        self.ensure_one()
        self.check_access("read")
        lines = [
            line
            for line in self._read_outlook_lines()
            if rule_id is None or line.rule_id == rule_id
        ]
        page = lines[offset : offset + limit]
        return {"total": len(lines), "lines": self._describe_lines(page)}

    def _describe_lines(self, lines):
        """Return lines as :meth:`explain_lines` does."""
        Rule = self.env["flywheel.score.rule"]
        Touchpoint = self.env["flywheel.touchpoint"]
        touchpoints = Touchpoint.browse([line.touchpoint_id for line in lines])
        decay = self.env["flywheel.score.model"]._get_decay()
        worth = decay.worth(epoch(fields.Datetime.now()))
        return [
            {
                "rule": Rule.browse(line.rule_id).name,
                "rule_id": line.rule_id,
                "type": touchpoint.type_id.code,
                "touchpoint": touchpoint.type_id.name,
                "summary": touchpoint.summary or "",
                "user": touchpoint.user_id.name or "",
                "model": touchpoint.res_model or "",
                "res_id": touchpoint.res_id or 0,
                "date": line.date,
                "until": line.until or False,
                "points": line.points,
                "now": line.momentum * worth,
                "status": line.status,
            }
            for line, touchpoint in zip(lines, touchpoints, strict=True)
        ]

    # ------------------------------------------------------------------
    # Parts of the explanation
    # ------------------------------------------------------------------
    def _read_outlook_lines(self):
        """Return every :class:`Line` of a person, the latest first.

        What a cap cut off or what has expired is worth nothing.
        """
        ScoreModel = self.env["flywheel.score.model"]
        self.env["flywheel.touchpoint"]._flush_queue()
        specs, decay = ScoreModel._get_specs(), ScoreModel._get_decay()
        counted = lines_sql(specs, decay, self.ids)
        if counted is None:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.rule_id, l.touchpoint_id, l.date, NULLIF(l.until, 'infinity'),
                       l.points,
                       CASE WHEN l.status = 'counts' THEN l.momentum ELSE 0 END,
                       l.status
                  FROM (SELECT c.*, CASE WHEN c.until > %(expired)s THEN 'counts'
                                         ELSE 'expired' END AS status
                          FROM (%(counted)s) c
                         UNION ALL
                        SELECT s.*, 'cut_off' FROM (%(surplus)s) s) l
              ORDER BY l.date DESC, l.touchpoint_id DESC, l.rule_id
                """,
                expired=ScoreModel._get_active()._get_expired_sql(),
                counted=counted,
                surplus=lines_sql(specs, decay, self.ids, surplus=True),
            )
        )
        return [Line(*row) for row in rows]

    def _get_outlook_totals(self, lines):
        """Return what each rule gives, the strongest first."""
        worth = (
            self.env["flywheel.score.model"]
            ._get_decay()
            .worth(epoch(fields.Datetime.now()))
        )
        totals = {}
        for line in lines:
            total = totals.get(line.rule_id)
            if total is None:
                rule = self.env["flywheel.score.rule"].browse(line.rule_id)
                total = totals[line.rule_id] = {
                    "rule_id": line.rule_id,
                    "rule": rule.name,
                    "limit": rule._describe_cap(),
                    "hits": 0,
                    "cut_off": 0,
                    "expired": 0,
                    "last_date": line.date,
                    "now": 0.0,
                }
            total["hits" if line.status == "counts" else line.status] += 1
            total["now"] += line.momentum * worth
        return sorted(totals.values(), key=lambda total: -abs(total["now"]))

    def _get_outlook_curve(self, lines, levels):
        """Return the score day by day, and when it falls below levels."""
        decay = self.env["flywheel.score.model"]._get_decay()
        now = fields.Datetime.now()
        parts = [
            outlook.Line(
                # A clock that ran ahead is no future: the points count already.
                min(epoch(line.date), epoch(now)),
                epoch(line.until) if line.until else math.inf,
                line.points * decay.growth(epoch(line.date)),
            )
            for line in lines
            if line.status != "cut_off"
        ]
        days = [now + timedelta(days=day) for day in range(-PAST, AHEAD + 1)]
        falls = outlook.crossings(parts, decay, epoch(now), levels)
        return {
            "curve": {
                "days": [fields.Date.to_string(day) for day in days],
                "scores": outlook.curve(parts, decay, [epoch(day) for day in days]),
                "today": PAST,
            }
            if parts
            else False,
            "crossings": [
                {
                    "level": name,
                    "from": levels[name],
                    "date": self._from_epoch(falls[name]),
                }
                for name in LEVELS
                if name in falls
            ],
        }

    @staticmethod
    def _from_epoch(moment):
        """Return an instant as a datetime, False when it is beyond the calendar."""
        if moment is None:
            return False
        try:
            return EPOCH + timedelta(seconds=int(moment))
        except OverflowError:
            return False

    def _get_outlook_steps(self, lines, above):
        """Return what each rule would add, those that can reach the next level at
        the top."""
        now = fields.Datetime.now()
        specs = self._get_promising_specs(now)
        bounds = {
            rule_id: outlook.period_bounds(now, spec.period)
            for rule_id, spec in specs.items()
        }
        used, hits = dict.fromkeys(specs, 0), dict.fromkeys(specs, 0)
        for line in lines:
            if line.rule_id in specs and line.status != "cut_off":
                hits[line.rule_id] += 1
                used[line.rule_id] += line.date >= bounds[line.rule_id][0]
        left = {
            rule_id: max(spec.cap - used[rule_id], 0) if spec.cap else None
            for rule_id, spec in specs.items()
        }
        chances = [
            outlook.Chance(rule_id, spec.points, left[rule_id])
            for rule_id, spec in specs.items()
        ]
        steps = outlook.steps(self.engagement_score, above and above[1], chances)
        return [
            {
                **self._describe_step(step, specs[step.rule_id]),
                "hits": hits[step.rule_id],
                "left": -1 if left[step.rule_id] is None else left[step.rule_id],
                "resets": specs[step.rule_id].cap > 0 and bounds[step.rule_id][1],
            }
            for step in steps
        ]

    def _get_promising_specs(self, now):
        """Return {rule id: rule} of the rules that an event of today could meet."""
        # A correction by hand is nothing that could happen.
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        by_hand = (types["adjustment"],)
        return {
            spec.id: spec
            for spec in self.env["flywheel.score.model"]._get_specs()
            if spec.type_ids != by_hand
            and (not spec.starts or spec.starts <= now)
            and (not spec.ends or spec.ends > now)
        }

    def _describe_step(self, step, spec):
        rule = self.env["flywheel.score.rule"].browse(step.rule_id)
        return {
            "rule_id": rule.id,
            "rule": rule.name,
            "points": step.points,
            "per_value": spec.per_value,
            "limit": rule._describe_cap(),
            "needed": step.needed,
            "enough": step.enough,
        }

    def _get_outlook_fit(self, thresholds):
        """Return the criteria of the grade that hold, and those that would raise it."""
        rules = self._get_fit_rules()
        if not rules:
            return False
        rows = self.env.execute_query(rules._get_matches_sql(self.ids))
        matched = {row[1] for row in rows}
        grades = {"A": thresholds.a, "B": thresholds.b, "C": thresholds.c}
        above = outlook.next_level(self.fit_score, grades)
        missing = above[1] - self.fit_score if above else 0.0
        unmet = [rule for rule in rules if rule.id not in matched and rule.points > 0]
        against = [rule for rule in rules if rule.id in matched and rule.points < 0]

        def describe(rule, gain=0.0):
            enough = bool(above) and gain >= missing
            return {"rule": rule.name, "points": rule.points, "enough": enough}

        return {
            "points": self.fit_score,
            "grade": self.fit_grade,
            "next_grade": above[0] if above else False,
            "missing": missing,
            "met": [
                describe(rule)
                for rule in rules
                if rule.id in matched and rule.points >= 0
            ],
            "against": [describe(rule, -rule.points) for rule in against],
            "unmet": [describe(rule, rule.points) for rule in unmet],
        }
