# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..engine.decay import epoch
from ..engine.journey import Hit, walk
from .flywheel_condition_mixin import touchpoint_condition


class FlywheelStageRule(models.Model):
    """Evidence that moves a person to a stage."""

    _name = "flywheel.stage.rule"
    _description = "Stage Rule"
    _inherit = ["flywheel.condition.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    stage_id = fields.Many2one(
        "flywheel.stage", string="Moves To", required=True, ondelete="cascade"
    )
    track = fields.Selection(related="stage_id.track", store=True)
    trigger = fields.Selection(
        [("touchpoint", "A Touchpoint"), ("score", "The Score Reaches")],
        required=True,
        default="touchpoint",
    )
    type_ids = fields.Many2many("flywheel.touchpoint.type", string="Touchpoint Types")
    domain = fields.Char(
        string="Only If", default="[]", help="Condition on the touchpoint."
    )
    min_score = fields.Float(
        string="Score",
        help="Engagement score to be reached. 0: the active model's hot threshold.",
    )
    forward = fields.Boolean(
        string="Only Forward",
        default=True,
        help="Move only to a later stage, or back in from a way out.",
    )
    from_stage_ids = fields.Many2many(
        "flywheel.stage",
        string="Only From",
        help="Empty: from any stage, and from none.",
    )

    # ------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache("day")
    def _get_hits_sql(self, day):
        """Return the condition under which a touchpoint ``t`` is evidence for a
        rule ``r``.

        :param day: today; conditions may hold dates relative to it
        """
        rules = self._get_touchpoint_rules()
        branches = [
            SQL(
                "WHEN %s THEN t.type_id = ANY(%s) AND %s",
                rule.id,
                rule.type_ids.ids,
                touchpoint_condition(self.env, rule.domain) or SQL("TRUE"),
            )
            for rule in rules.filtered("type_ids")
        ]
        if not branches:
            return SQL("FALSE")
        return SQL("CASE r.id %s ELSE FALSE END", SQL(" ").join(branches))

    @api.model
    @tools.ormcache()
    def _get_rule_type_ids(self):
        """Return the ids of the touchpoint types that some rule waits for."""
        return tuple(self._get_touchpoint_rules().type_ids.ids)

    @api.model
    def _get_touchpoint_rules(self):
        # Touchpoints of an archived type remain evidence.
        rules = self.sudo().search([("trigger", "=", "touchpoint")])
        return rules.with_context(active_test=False)

    @api.model
    def _run(self, lines, momentum, earlier):
        """Move people along their stages by what just happened to them.

        :param lines: list of :class:`Line`
        :param momentum: {profile id: momentum} of those whose points changed
        :param earlier: {profile id: date of the last touchpoint before these}
        """
        hits = self._find_touchpoint_hits(lines)
        hits += self._find_score_hits(lines, momentum)
        if not hits:
            return
        by_person = {}
        for profile_id, track, hit in hits:
            by_person.setdefault((profile_id, track), []).append(hit)
        Interval = self.env["flywheel.stage.interval"]
        opened, left = Interval._get_latest({person for person, _track in by_person})
        late = self._sort_out(by_person, opened, left)
        late |= self._find_overtaken(by_person, lines, earlier) - left.keys()
        if late:
            for key, found in self._find_history(late).items():
                by_person[key] += found
            opened.update(Interval._rewind(late))
        stages = self.env["flywheel.stage"]._get_walk_stages()
        moves = {}
        for key, found in by_person.items():
            current = opened.get(key)
            start = stages[current.stage_id] if current else None
            moves[key] = walk(start, found)
        Interval._append(moves, opened)

    @api.model
    def _take_back(self, lines):
        """Replay the tracks of people whom quarantined touchpoints had moved.

        :param lines: list of :class:`Line`, of people who are locked
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT i.profile_id, i.track FROM flywheel_stage_interval i"
                " JOIN flywheel_touchpoint t ON t.id = i.touchpoint_id"
                " WHERE t.id = ANY(%s) AND t.state = 'quarantined'"
                " AND i.source = 'rule'",
                [line.id for line in lines],
            )
        )
        keys = set(rows)
        if not keys:
            return
        Interval = self.env["flywheel.stage.interval"]
        history = self._find_history(keys)
        opened = Interval._rewind(keys)
        Interval._set_stages({k: i.stage_id if i else None for k, i in opened.items()})
        stages = self.env["flywheel.stage"]._get_walk_stages()
        moves = {
            key: walk(stages[opened[key].stage_id] if opened[key] else None, found)
            for key, found in history.items()
        }
        Interval._append(moves, opened)

    @api.model
    def _sort_out(self, by_person, opened, left):
        """Drop the hits that a choice by hand has overtaken: who chose knew what had
        happened before.

        :param by_person: {(profile id, track): hits}, changed in place
        :param opened: {(profile id, track): OpenInterval}
        :param left: {(profile id, track): date} of tracks people were taken out of
        :return: the keys whose evidence is older than the stage it speaks about
        """
        late = set()
        for key, found in by_person.items():
            current = opened.get(key)
            since = current.date_from if current else left.get(key)
            if not since:
                continue
            if current and current.source == "rule":
                if min(hit.date for hit in found) < since:
                    late.add(key)
            else:
                found[:] = [hit for hit in found if hit.date >= since]
        return late

    @api.model
    def _find_overtaken(self, by_person, lines, earlier):
        """Return the keys of people of whom later evidence is known already: what it
        did not move then, it may move now.

        :param by_person: {(profile id, track): hits}
        :param lines: list of :class:`Line`, which do not count
        :param earlier: {profile id: date of the last touchpoint before these}
        """
        first = {}
        for (profile_id, _track), found in by_person.items():
            dates = [hit.date for hit in found]
            if dates and profile_id in earlier and earlier[profile_id] > min(dates):
                first[profile_id] = min(*dates, first.get(profile_id, min(dates)))
        if not first:
            return set()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT t.profile_id
                  FROM unnest(%s::int[], %s::timestamp[]) f (profile_id, date)
                  JOIN flywheel_touchpoint t
                    ON t.profile_id = f.profile_id AND t.date > f.date
                 WHERE t.type_id = ANY(%s) AND t.state = 'valid' AND NOT t.pending
                   AND t.id NOT IN (SELECT unnest(%s::int[]))
                """,
                list(first),
                list(first.values()),
                list(self._get_rule_type_ids()),
                [line.id for line in lines],
            )
        )
        overtaken = {row[0] for row in rows}
        return {key for key, hits in by_person.items() if hits and key[0] in overtaken}

    @api.model
    def _find_touchpoint_hits(self, lines):
        types = set(self._get_rule_type_ids())
        ids = [line.id for line in lines if line.type_id in types]
        if not ids:
            return []
        return self._read_hits(SQL("t.id = ANY(%s)", ids))

    @api.model
    def _find_history(self, keys):
        """Return the hits since the last choice by hand, of people whose evidence
        arrived out of order: {(profile id, track): hits}."""
        rows = self._read_hits(
            SQL(
                "t.profile_id = ANY(%s) AND NOT EXISTS ("
                " SELECT FROM flywheel_stage_interval i"
                "  WHERE i.profile_id = t.profile_id AND i.track = r.track"
                "    AND i.source <> 'rule' AND i.date_from > t.date)",
                [profile_id for profile_id, _track in keys],
            ),
        )
        rows += self._read_score_moves([profile_id for profile_id, _track in keys])
        found = {key: [] for key in keys}
        for profile_id, track, hit in rows:
            if (profile_id, track) in found:
                found[profile_id, track].append(hit)
        return found

    @api.model
    def _read_hits(self, scope):
        """Return [(profile id, track, Hit)]; of one day only the first per rule."""
        self.flush_model(["active", "stage_id", "track", "trigger"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (t.profile_id, r.id, t.date::date)
                       t.profile_id, r.track, r.id, r.stage_id, t.date, t.id
                  FROM flywheel_touchpoint t
                  JOIN flywheel_stage_rule r
                    ON r.active AND r.trigger = 'touchpoint' AND %(condition)s
                 WHERE t.type_id = ANY(%(types)s) AND t.state = 'valid' AND %(scope)s
              ORDER BY t.profile_id, r.id, t.date::date, t.date, t.id
                """,
                condition=self._get_hits_sql(fields.Date.today()),
                types=list(self._get_rule_type_ids()),
                scope=scope,
            )
        )
        return list(itertools.starmap(self._get_hit_maker(), rows))

    @api.model
    def _read_score_moves(self, profile_ids):
        """Return [(profile id, track, Hit)] of the moves by score since the last
        choice by hand: no touchpoint alone could tell of them again."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.profile_id, i.track, i.rule_id, i.stage_id, i.date_from,
                       i.touchpoint_id
                  FROM flywheel_stage_interval i
                  JOIN flywheel_stage_rule r
                    ON r.id = i.rule_id AND r.active AND r.trigger = 'score'
                 WHERE i.profile_id = ANY(%s) AND i.source = 'rule'
                   AND NOT EXISTS (SELECT FROM flywheel_stage_interval m
                                    WHERE m.profile_id = i.profile_id
                                      AND m.track = i.track AND m.source <> 'rule'
                                      AND m.date_from >= i.date_from)
                """,
                profile_ids,
            )
        )
        return list(itertools.starmap(self._get_hit_maker(), rows))

    @api.model
    def _find_score_hits(self, lines, momentum):
        """Return hits of the people whose score is high enough now."""
        rules = self._get_score_rules()
        if not momentum or not rules:
            return []
        ScoreModel = self.env["flywheel.score.model"]
        worth = ScoreModel._get_decay().worth(epoch(fields.Datetime.now()))
        hot = ScoreModel._get_thresholds().hot
        make_hit = self._get_hit_maker()
        latest = {line.profile_id: line for line in sorted(lines, key=lambda x: x.date)}
        return [
            make_hit(person, track, rule_id, stage_id, line.date, line.id)
            for rule_id, track, stage_id, min_score in rules
            for person, line in latest.items()
            if momentum.get(person, 0.0) * worth >= (min_score or hot)
        ]

    @api.model
    @tools.ormcache()
    def _get_score_rules(self):
        """Return (id, track, stage id, score) of the rules that wait for a score."""
        return [
            (rule.id, rule.track, rule.stage_id.id, rule.min_score)
            for rule in self.sudo().search([("trigger", "=", "score")])
        ]

    @api.model
    @tools.ormcache()
    def _get_walk_terms(self):
        """Return {rule id: (forward, ids of the only stages it moves from)}."""
        return {
            rule.id: (rule.forward, frozenset(rule.from_stage_ids.ids))
            for rule in self.sudo().search([])
        }

    @api.model
    def _get_hit_maker(self):
        """Return a function that makes (profile id, track, Hit) of a query's row."""
        stages = self.env["flywheel.stage"]._get_walk_stages()
        terms = self._get_walk_terms()

        def make_hit(profile_id, track, rule_id, stage_id, date, touchpoint_id):
            forward, from_ids = terms[rule_id]
            stage = stages[stage_id]
            hit = Hit(date, stage, forward, from_ids, rule_id, touchpoint_id)
            return profile_id, track, hit

        return make_hit
