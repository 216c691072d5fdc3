# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..engine.arrays import array
from ..engine.decay import epoch
from ..engine.journey import Hit, Walk
from .flywheel_condition_mixin import touchpoint_condition


class FlywheelStageRule(models.Model):
    """Evidence that moves a person to a stage, or speaks for it.

    A rule that proposes never moves anybody. A rule that moves asks as well where
    somebody chose the stage by hand: that is not changed silently. Only facts, such
    as an order, are firm: they also move who was put somewhere by hand, and the
    history says so. Somebody who objects to profiling is not moved by any rule.
    """

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
        [
            ("touchpoint", "A Touchpoint"),
            ("score", "The Score Reaches"),
            ("silence", "Silence"),
        ],
        required=True,
        default="touchpoint",
    )
    mode = fields.Selection(
        [("move", "Moves"), ("propose", "Proposes")],
        required=True,
        default="move",
        help="Proposes: somebody accepts or declines.",
    )
    firm = fields.Boolean(
        string="Even If Chosen by Hand",
        help="For facts, such as an order. Other rules only propose to change a stage "
        "that somebody chose by hand.",
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
    def _run(self, lines, momentum, people):
        """Move people along their stages by what just happened to them.

        :param lines: list of :class:`Line`
        :param momentum: {profile id: momentum} of those whose points changed
        :param people: {profile id: Known}, as they were before
        """
        lines = [line for line in lines if not people[line.profile_id].no_profiling]
        hits = self._find_touchpoint_hits(lines)
        hits += self._find_score_hits(lines, momentum, people)
        hits += self._find_returns(lines, people)
        broken = self._find_broken_silence(lines, people)
        if not hits and not broken:
            return
        by_person = {key: [] for key in broken}
        for profile_id, track, hit in hits:
            by_person.setdefault((profile_id, track), []).append(hit)
        Interval = self.env["flywheel.stage.interval"]
        opened, left = Interval._get_latest({person for person, _track in by_person})
        self._name_returns(by_person, opened)
        late = self._sort_out(by_person, opened, left) | broken
        late |= self._find_overtaken(by_person, lines, people) - left.keys()
        if late:
            for key, found in self._find_history(late).items():
                by_person[key] += found
            opened.update(Interval._rewind(late))
        self._walk(by_person, opened, late)

    @api.model
    def _walk(self, by_person, opened, replayed=frozenset()):
        """Move people by evidence, and ask where rules may not move them.

        :param by_person: {(profile id, track): [Hit]}
        :param opened: {(profile id, track): OpenInterval or None}
        :param replayed: the keys whose history was taken back before
        """
        Proposal = self.env["flywheel.stage.proposal"]
        stages = self.env["flywheel.stage"]._get_walk_stages()
        asked, heard = Proposal._get_pending({person for person, _track in by_person})
        before = self._get_stages_before(by_person, opened)
        moves, wanted = {}, {}
        for key, found in by_person.items():
            current = opened.get(key)
            waiting = None if key in replayed else asked.get(key)
            walk = Walk(
                stages[current.stage_id] if current else None,
                bool(current and current.locked),
                before.get(key),
                waiting and waiting.hit,
                heard.get(key),
            ).go(found)
            moves[key], wanted[key] = walk.moves, walk.asked
        self.env["flywheel.stage.interval"]._append(moves, opened, replayed)
        Proposal._settle(wanted, asked)

    @api.model
    def _get_stages_before(self, keys, opened):
        """Return {key: journey.Stage} of those who are in a way out: where they were
        before."""
        stages = self.env["flywheel.stage"]._get_walk_stages()
        ids = [
            opened[key].id
            for key in keys
            if opened.get(key) and stages[opened[key].stage_id].is_exit
        ]
        if not ids:
            return {}
        before = self.env["flywheel.stage.interval"]._get_before(ids)
        return {key: stages[stage_id] for key, stage_id in before.items()}

    @api.model
    def _take_back(self, lines):
        """Replay the tracks of people whom quarantined touchpoints had moved, or for
        whom they had proposed a stage.

        :param lines: list of :class:`Line`, of people who are locked
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.profile_id, i.track
                  FROM (SELECT profile_id, track, touchpoint_id
                          FROM flywheel_stage_interval WHERE source = 'rule'
                     UNION SELECT profile_id, track, touchpoint_id
                          FROM flywheel_stage_proposal WHERE state = 'open') i
                  JOIN flywheel_touchpoint t ON t.id = i.touchpoint_id
                  JOIN flywheel_profile p ON p.id = i.profile_id
                 WHERE t.id = ANY(%s::int[]) AND t.state = 'quarantined'
                   AND NOT COALESCE(p.no_profiling, FALSE)
                """,
                array(line.id for line in lines),
            )
        )
        if rows:
            self._replay(set(rows))

    @api.model
    def _replay(self, keys):
        """Work out the stages of people anew, since the last choice by hand.

        :param keys: set of (profile id, track)
        """
        Interval = self.env["flywheel.stage.interval"]
        history = self._find_history(keys)
        self._walk(history, Interval._rewind(keys), keys)

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
                if any(hit.date < since for hit in found):
                    late.add(key)
            else:
                found[:] = [hit for hit in found if hit.date >= since]
        return late

    @api.model
    def _find_overtaken(self, by_person, lines, people):
        """Return the keys of people of whom later evidence is known already: what it
        did not move then, it may move now.

        :param by_person: {(profile id, track): hits}
        :param lines: list of :class:`Line`, which do not count
        :param people: {profile id: Known}, as they were before
        """
        earlier = {person: known.last_date for person, known in people.items()}
        first = {}
        for (profile_id, _track), found in by_person.items():
            dates = [hit.date for hit in found]
            if dates and (earlier[profile_id] or dates[0]) > min(dates):
                first[profile_id] = min(*dates, first.get(profile_id, min(dates)))
        if not first:
            return set()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.profile_id
                  FROM unnest(%s::int[], %s::timestamp[]) f (profile_id, date)
                 CROSS JOIN LATERAL (
                       -- LIMIT: one look into each person's time line, instead of
                       -- one through everybody's.
                       SELECT FROM flywheel_touchpoint t
                        WHERE t.profile_id = f.profile_id AND t.date > f.date
                          AND t.type_id = ANY(%s) AND t.state = 'valid'
                          AND NOT t.pending
                          AND t.id NOT IN (SELECT unnest(%s::int[]))
                        LIMIT 1) later
                """,
                array(first),
                array(first.values()),
                list(self._get_rule_type_ids()),
                array(line.id for line in lines),
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
        return self._read_hits(
            SQL(
                "SELECT * FROM flywheel_touchpoint WHERE id = ANY(%s::int[])",
                array(ids),
            )
        )

    @api.model
    def _find_history(self, keys):
        """Return the hits since the last choice by hand, of people whose evidence
        arrived out of order: {(profile id, track): hits}."""
        people = {profile_id for profile_id, _track in keys}
        rows = self._read_hits(
            SQL(
                # OFFSET 0: each person's time line, whatever the planner thinks.
                "SELECT own.* FROM unnest(%s::int[]) p (id) CROSS JOIN LATERAL ("
                " SELECT * FROM flywheel_touchpoint"
                "  WHERE profile_id = p.id OFFSET 0) own",
                array(people),
            ),
            SQL(
                "NOT EXISTS (SELECT FROM flywheel_stage_interval i"
                "  WHERE i.profile_id = t.profile_id AND i.track = r.track"
                "    AND i.source <> 'rule' AND i.date_from > t.date)"
            ),
        )
        rows += self._read_timed_moves(list(people))
        found = {key: [] for key in keys}
        for profile_id, track, hit in rows:
            if (profile_id, track) in found:
                found[profile_id, track].append(hit)
        return found

    @api.model
    def _read_hits(self, lines, condition=None):
        """Return [(profile id, track, Hit)]; of one day only the first per rule.

        :param lines: the touchpoints to look at, as a sub-select
        :param condition: SQL on the touchpoint ``t`` and the rule ``r``
        """
        self.flush_model(["active", "stage_id", "track", "trigger"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (t.profile_id, r.id, t.date::date)
                       t.profile_id, r.track, r.id, r.stage_id, t.date, t.id
                  FROM (%(lines)s) t
                  JOIN flywheel_stage_rule r
                    ON r.active AND r.trigger = 'touchpoint' AND %(hits)s
                 WHERE t.type_id = ANY(%(types)s) AND t.state = 'valid'
                   AND %(condition)s
              ORDER BY t.profile_id, r.id, t.date::date, t.date, t.id
                """,
                hits=self._get_hits_sql(fields.Date.today()),
                types=list(self._get_rule_type_ids()),
                lines=lines,
                condition=condition or SQL("TRUE"),
            )
        )
        return list(itertools.starmap(self._get_hit_maker(), rows))

    @api.model
    def _find_score_hits(self, lines, momentum, people):
        """Return hits of the people whose score is high enough now."""
        rules = self._get_score_rules()
        if not momentum or not rules:
            return []
        ScoreModel = self.env["flywheel.score.model"]
        worth = ScoreModel._get_decay().worth(epoch(fields.Datetime.now()))
        hot = ScoreModel._get_thresholds().hot
        make_hit = self._get_hit_maker()
        latest = {line.profile_id: line for line in sorted(lines, key=lambda x: x.date)}
        hits = []
        for rule_id, track, stage_id, min_score in rules:
            limit = min_score or hot
            for person, line in latest.items():
                score = momentum.get(person, 0.0) * worth
                if score < limit:
                    continue
                row = (person, track, rule_id, stage_id, line.date, line.id)
                fresh = people[person].momentum * worth < limit
                hits.append(make_hit(*row, {"score": round(score, 1)}, fresh))
        return hits

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
        """Return {rule id: (forward, ids of the only stages it moves from, whether it
        proposes, whether it is firm)}."""
        return {
            rule.id: (
                rule.forward,
                frozenset(rule.from_stage_ids.ids),
                rule.mode == "propose",
                rule.firm,
            )
            for rule in self.sudo().search([])
        }

    @api.model
    def _get_hit_maker(self):
        """Return a function that makes (profile id, track, Hit) of a query's row."""
        stages = self.env["flywheel.stage"]._get_walk_stages()
        terms = self._get_walk_terms()

        def make_hit(
            profile_id,
            track,
            rule_id,
            stage_id,
            date,
            touchpoint_id,
            detail=None,
            fresh=True,
        ):
            # Of an archived rule only what it has asked is left.
            forward, from_ids, proposes, firm = terms.get(
                rule_id, (True, frozenset(), True, False)
            )
            hit = Hit(
                date,
                stages[stage_id],
                forward,
                from_ids,
                rule_id,
                touchpoint_id,
                proposes,
                firm,
                fresh=fresh,
                detail=detail,
            )
            return profile_id, track, hit

        return make_hit
