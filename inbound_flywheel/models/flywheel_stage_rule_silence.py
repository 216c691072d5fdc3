# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine.arrays import array
from ..engine.journey import Hit


class SilenceRule(NamedTuple):
    """What silence does: whom it moves, and where to."""

    id: int
    track: str
    stage_id: int
    days: int
    from_ids: frozenset
    comes_back: bool


class FlywheelStageRule(models.Model):
    _inherit = "flywheel.stage.rule"

    silence_days = fields.Integer(
        string="Days of Silence",
        help="Days without an incoming touchpoint. 0: the standard of the persona, "
        "else of the company. Who has a slower rhythm of their own is given more: "
        "1.5 times the usual pause.",
    )
    comes_back = fields.Boolean(
        string="A Sign of Life Brings Back",
        default=True,
        help="Any incoming touchpoint brings the person back to the stage before.",
    )

    @api.constrains("trigger", "silence_days", "from_stage_ids", "stage_id")
    def _check_silence(self):
        for rule in self.filtered(lambda r: r.trigger == "silence"):
            if rule.silence_days < 0:
                raise ValidationError(
                    self.env._("Days of silence cannot be less than none.")
                )
            if not rule.from_stage_ids or rule.stage_id in rule.from_stage_ids:
                raise ValidationError(
                    self.env._(
                        'Say from which stages silence leads to "%(stage)s".',
                        stage=rule.stage_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        if any(rule.trigger == "silence" for rule in rules):
            self.env["flywheel.profile"]._look_for_silence()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"trigger", "silence_days", "from_stage_ids", "active"}:
            self.env["flywheel.profile"]._look_for_silence()
        return result

    # ------------------------------------------------------------------
    # Kept in the registry's cache
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _get_silence_rules(self):
        """Return the rules that wait for silence, as :class:`SilenceRule`."""
        return [
            SilenceRule(
                rule.id,
                rule.track,
                rule.stage_id.id,
                rule.silence_days,
                frozenset(rule.from_stage_ids.ids),
                rule.comes_back,
            )
            for rule in self.sudo().search([("trigger", "=", "silence")])
        ]

    @api.model
    @tools.ormcache()
    def _get_watched_stage_ids(self):
        """Return the ids of the stages that silence leads away from."""
        return frozenset().union(*(r.from_ids for r in self._get_silence_rules()))

    @api.model
    @tools.ormcache()
    def _get_silence_standards(self):
        """Return ({company id: days}, {persona id: days}), personas with a standard
        of their own only."""
        self.env["res.company"].flush_model(["flywheel_lapse_days"])
        self.env["flywheel.persona"].flush_model(["lapse_days"])
        companies, personas = {}, {}
        for is_persona, record_id, days in self.env.execute_query(
            SQL(
                "SELECT FALSE, id, flywheel_lapse_days FROM res_company UNION ALL"
                " SELECT TRUE, id, lapse_days FROM flywheel_persona"
                " WHERE lapse_days > 0"
            )
        ):
            (personas if is_persona else companies)[record_id] = days or 0
        return companies, personas

    @api.model
    @tools.ormcache()
    def _get_shortest_silence(self):
        """Return the fewest days after which anybody may count as silent."""
        companies, personas = self._get_silence_standards()
        rules = [rule.days for rule in self._get_silence_rules() if rule.days]
        return min(*companies.values(), *personas.values(), *rules, 10_000)

    @api.model
    @tools.ormcache()
    def _get_incoming_type_ids(self):
        """Return the ids of the touchpoint types by which a person acts."""
        directions = self.env["flywheel.touchpoint.type"]._get_directions()
        return tuple(id_ for id_, direction in directions.items() if direction == "in")

    # ------------------------------------------------------------------
    # In the flow
    # ------------------------------------------------------------------
    @api.model
    def _make_return(self, rule, date, touchpoint_id):
        """Return the :class:`Hit` of a sign of life after silence."""
        stage = self.env["flywheel.stage"]._get_walk_stages()[rule.stage_id]
        only = frozenset((rule.stage_id,))
        return Hit(date, stage, False, only, rule.id, touchpoint_id, returns=True)

    @api.model
    def _find_returns(self, lines, people):
        """Return [(profile id, track, Hit)] of signs of life of those who are out for
        their silence."""
        rules = {rule.stage_id: rule for rule in self._get_silence_rules()}
        if not rules:
            return []
        incoming = set(self._get_incoming_type_ids())
        returns = []
        for line in lines:
            known = people[line.profile_id]
            for stage_id in (known.journey_stage_id, known.lifecycle_stage_id):
                rule = rules.get(stage_id)
                if rule and line.type_id in incoming:
                    hit = self._make_return(rule, line.date, line.id)
                    returns.append((line.profile_id, rule.track, hit))
        return returns

    @api.model
    def _name_returns(self, by_person, opened):
        """Let signs of life be of the rule that the silence was of; drop those of
        people whom nothing but a rule of its own is to bring back.

        :param by_person: {(profile id, track): hits}, changed in place
        :param opened: {(profile id, track): OpenInterval}
        """
        rules = {rule.id: rule for rule in self._get_silence_rules()}
        for key, found in by_person.items():
            rule = rules.get(opened[key].rule_id) if key in opened else None
            if rule:
                found[:] = [
                    hit._replace(rule_id=rule.id) if hit.returns else hit
                    for hit in found
                    if rule.comes_back or not hit.returns
                ]

    @api.model
    def _find_broken_silence(self, lines, people):
        """Return the keys of those who were not as silent as it seemed: what they did
        became known late, or they do something before anybody said that they are
        lost."""
        rules = [rule.id for rule in self._get_silence_rules()]
        incoming = set(self._get_incoming_type_ids())
        lines = [line for line in lines if line.type_id in incoming]
        if not rules or not lines:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT profile_id, track FROM flywheel_stage_proposal"
                " WHERE profile_id = ANY(%s::int[])"
                " AND state = 'open' AND rule_id = ANY(%s)",
                array({line.profile_id for line in lines}),
                rules,
            )
        )
        late = [
            line
            for line in lines
            if (people[line.profile_id].last_date or line.date) > line.date
        ]
        if late:
            rows += self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT i.profile_id, i.track
                      FROM unnest(%s::int[], %s::timestamp[]) l (profile_id, date)
                      JOIN flywheel_stage_interval i
                        ON i.profile_id = l.profile_id AND i.date_from >= l.date
                     WHERE i.rule_id = ANY(%s) AND i.source = 'rule'
                       AND NOT COALESCE(i.returned, FALSE)
                       AND l.date > i.date_from
                                    - (i.detail->>'limit')::int * interval '1 day'
                    """,
                    array(line.profile_id for line in late),
                    array(line.date for line in late),
                    rules,
                )
            )
        return set(rows)

    @api.model
    def _read_timed_moves(self, profile_ids):
        """Return [(profile id, track, Hit)] of what the score and silence did since
        the last choice by hand: no touchpoint alone could tell of it again. A silence
        that something has turned up in is left out."""
        incoming = list(self._get_incoming_type_ids())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.profile_id, i.track, i.rule_id, i.stage_id, i.date,
                       i.touchpoint_id, i.detail, i.entered
                  FROM (SELECT profile_id, track, rule_id, stage_id,
                               date_from AS date, touchpoint_id, detail,
                               TRUE AS entered
                          FROM flywheel_stage_interval
                         WHERE profile_id = ANY(%(people)s) AND source = 'rule'
                           AND NOT COALESCE(returned, FALSE)
                     UNION ALL
                        SELECT profile_id, track, rule_id, stage_id, date,
                               touchpoint_id, detail, FALSE
                          FROM flywheel_stage_proposal
                         WHERE profile_id = ANY(%(people)s) AND state = 'open') i
                  JOIN flywheel_stage_rule r
                    ON r.id = i.rule_id AND r.active AND r.trigger <> 'touchpoint'
                 WHERE NOT EXISTS (SELECT FROM flywheel_stage_interval m
                                    WHERE m.profile_id = i.profile_id
                                      AND m.track = i.track AND m.source <> 'rule'
                                      AND m.date_from > i.date)
                   AND NOT (r.trigger = 'silence' AND EXISTS (
                       SELECT FROM flywheel_touchpoint t
                        WHERE t.profile_id = i.profile_id AND t.state = 'valid'
                          AND t.type_id = ANY(%(incoming)s)
                          AND t.date > i.date
                              - (i.detail->>'limit')::int * interval '1 day'
                          AND (NOT i.entered OR t.date <= i.date)))
                """,
                people=profile_ids,
                incoming=incoming,
            )
        )
        moves = list(
            itertools.starmap(self._get_hit_maker(), (row[:-1] for row in rows))
        )
        return moves + self._read_returns(
            [
                (person, hit)
                for (person, _t, hit), row in zip(moves, rows, strict=True)
                if row[-1]
            ]
        )

    @api.model
    def _read_returns(self, entered):
        """Return [(profile id, track, Hit)] of the first signs of life after silences.

        :param entered: list of (profile id, Hit that moved the person out)
        """
        rules = {r.id: r for r in self._get_silence_rules() if r.comes_back}
        entered = [(p, hit) for p, hit in entered if hit.rule_id in rules]
        if not entered:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.profile_id, s.rule_id, t.date, t.id
                  FROM unnest(%s::int[], %s::int[], %s::timestamp[])
                       s (profile_id, rule_id, date)
                  JOIN LATERAL (
                       SELECT * FROM flywheel_touchpoint
                        WHERE profile_id = s.profile_id AND state = 'valid'
                          AND type_id = ANY(%s) AND date > s.date
                     ORDER BY date, id LIMIT 1) t ON TRUE
                """,
                [person for person, _hit in entered],
                [hit.rule_id for _person, hit in entered],
                [hit.date for _person, hit in entered],
                list(self._get_incoming_type_ids()),
            )
        )
        return [
            (person, rules[rule_id].track, self._make_return(rules[rule_id], *event))
            for person, rule_id, *event in rows
        ]
