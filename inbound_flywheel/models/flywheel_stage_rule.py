# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine.decay import epoch
from ..engine.journey import Hit, walk
from .flywheel_profile_rule import check_domain
from .flywheel_score_rule import touchpoint_condition


class FlywheelStageRule(models.Model):
    """Evidence that moves a person to a stage."""

    _name = "flywheel.stage.rule"
    _description = "Stage Rule"
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

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                check_domain(self.env["flywheel.touchpoint"], rule.domain)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of \"%(rule)s\" cannot be used: %(domain)s\n"
                        "%(error)s",
                        rule=rule.name,
                        domain=rule.domain,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # ------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _get_hits_sql(self):
        """Return the condition under which a touchpoint ``t`` is evidence for a
        rule ``r``, or None when no rule waits for touchpoints."""
        rules = self.sudo().search([("trigger", "=", "touchpoint")])
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
            return None
        return SQL("CASE r.id %s ELSE FALSE END", SQL(" ").join(branches))

    @api.model
    @tools.ormcache()
    def _get_rule_type_ids(self):
        """Return the ids of the touchpoint types that some rule waits for."""
        rules = self.sudo().search([("trigger", "=", "touchpoint")])
        return tuple(rules.type_ids.ids)

    @api.model
    def _run(self, touchpoint_ids):
        """Move people along their stages by what just happened to them."""
        hits = self._find_touchpoint_hits(touchpoint_ids)
        hits += self._find_score_hits(touchpoint_ids)
        if not hits:
            return
        by_person = {}
        for profile_id, track, hit in hits:
            by_person.setdefault((profile_id, track), []).append(hit)
        Interval = self.env["flywheel.stage.interval"]
        opened = Interval._get_open({profile for profile, _track in by_person})
        late = set()
        for key, found in by_person.items():
            current = opened.get(key)
            if not current or min(hit.date for hit in found) >= current.date_from:
                continue
            if current.source == "rule":
                late.add(key)
            else:
                # Who chose by hand knew what had happened before.
                found[:] = [hit for hit in found if hit.date >= current.date_from]
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
    def _find_touchpoint_hits(self, touchpoint_ids):
        condition = self._get_hits_sql()
        if condition is None:
            return []
        return self._read_hits(condition, SQL("t.id = ANY(%s)", touchpoint_ids))

    @api.model
    def _find_history(self, keys):
        """Return the hits since the last choice by hand, of people whose evidence
        arrived out of order: {(profile id, track): hits}."""
        rows = self._read_hits(
            self._get_hits_sql(),
            SQL(
                "t.profile_id = ANY(%s) AND NOT EXISTS ("
                " SELECT FROM flywheel_stage_interval i"
                "  WHERE i.profile_id = t.profile_id AND i.track = r.track"
                "    AND i.source <> 'rule' AND i.date_from > t.date)",
                [profile_id for profile_id, _track in keys],
            ),
        )
        found = {key: [] for key in keys}
        for profile_id, track, hit in rows:
            if (profile_id, track) in found:
                found[profile_id, track].append(hit)
        return found

    @api.model
    def _read_hits(self, condition, scope):
        """Return [(profile id, track, Hit)]; of one day only the first per rule."""
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
                condition=condition,
                types=list(self._get_rule_type_ids()),
                scope=scope,
            )
        )
        return [self._make_hit(*row) for row in rows]

    @api.model
    def _find_score_hits(self, touchpoint_ids):
        """Return hits of the people of these touchpoints whose score is high enough."""
        rules = self.sudo().browse(self._get_score_rule_ids())
        if not rules:
            return []
        ScoreModel = self.env["flywheel.score.model"]
        worth = ScoreModel._get_decay().worth(epoch(fields.Datetime.now()))
        hot = ScoreModel._get_thresholds().hot
        hits = []
        for rule in rules:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT t.profile_id, MAX(t.date), MAX(t.id)
                      FROM flywheel_touchpoint t
                      JOIN flywheel_profile p ON p.id = t.profile_id
                     WHERE t.id = ANY(%(ids)s) AND p.momentum >= %(bound)s::float8
                  GROUP BY t.profile_id
                    """,
                    ids=touchpoint_ids,
                    bound=(rule.min_score or hot) / worth,
                )
            )
            hits += [
                self._make_hit(profile_id, rule.track, rule.id, rule.stage_id.id, *row)
                for profile_id, *row in rows
            ]
        return hits

    @api.model
    @tools.ormcache()
    def _get_score_rule_ids(self):
        return tuple(self.sudo().search([("trigger", "=", "score")]).ids)

    @api.model
    @tools.ormcache("rule_id")
    def _get_walk_terms(self, rule_id):
        """Return (forward, ids of the only stages it moves from) of a rule."""
        rule = self.sudo().browse(rule_id)
        return rule.forward, frozenset(rule.from_stage_ids.ids)

    @api.model
    def _make_hit(self, profile_id, track, rule_id, stage_id, date, touchpoint_id):
        stage = self.env["flywheel.stage"]._get_walk_stages()[stage_id]
        forward, from_ids = self._get_walk_terms(rule_id)
        hit = Hit(date, stage, forward, from_ids, rule_id, touchpoint_id)
        return profile_id, track, hit
