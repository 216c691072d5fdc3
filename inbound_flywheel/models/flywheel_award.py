# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Collection

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..fields import DecayedFloat

NO_LINES = SQL(
    "SELECT 0 AS rule_id, 0 AS touchpoint_id, 0 AS profile_id, NULL::timestamp AS date,"
    " NULL::timestamp AS until, 0::float8 AS points, 0::float8 AS momentum WHERE FALSE"
)
# Context key: the people whose lines are asked for. Ranking needs all lines of a
# person, so the database cannot find that limit by itself.
PEOPLE = "flywheel_people"


class FlywheelAward(models.Model):
    """A line of a score: the points that a rule gives for a touchpoint.

    Not stored: the lines follow from the ledger and the rules of the active score
    model. A score is the sum of its lines.
    """

    _name = "flywheel.award"
    _description = "Score Line"
    _order = "date desc, id desc"
    _auto = False
    _log_access = False
    _rec_name = "rule_id"

    profile_id = fields.Many2one("flywheel.profile", string="Person", readonly=True)
    rule_id = fields.Many2one("flywheel.score.rule", readonly=True)
    score_model_id = fields.Many2one(
        related="rule_id.score_model_id",
        string="Score Model",
        help="The version of the score model that the rule is of.",
    )
    touchpoint_id = fields.Many2one("flywheel.touchpoint", readonly=True)
    type_id = fields.Many2one(related="touchpoint_id.type_id")
    summary = fields.Char(related="touchpoint_id.summary", related_sudo=False)
    has_source = fields.Boolean(compute="_compute_has_source")
    company_id = fields.Many2one(related="profile_id.company_id")
    date = fields.Datetime(readonly=True)
    until = fields.Datetime(
        string="Counts Until", readonly=True, help="Empty: it counts for good."
    )
    points = fields.Float(
        string="Points Then", readonly=True, help="Points on the day of the event."
    )
    momentum = fields.Float(readonly=True, aggregator=None)
    points_now = DecayedFloat(
        string="Points Now",
        momentum="momentum",
        digits=(16, 2),
        help="What the points are worth today. They add up to the score.",
    )

    @property
    def _table_query(self):
        model = self.env["flywheel.score.model"]._get_active()
        lines = model._get_lines_sql(self.env.context.get(PEOPLE)) or NO_LINES
        rule_ids = self._get_rule_ids()
        # A line is known by its touchpoint and its rule. XML-RPC has 32 bits for an
        # id: the place of the rule takes no more of them than it must.
        return SQL(
            """
            SELECT touchpoint_id::int8 * %(rules)s
                   + array_position(%(rule_ids)s::int[], rule_id) - 1 AS id,
                   profile_id, rule_id, touchpoint_id, date,
                   NULLIF(until, 'infinity') AS until, points,
                   CASE WHEN until > %(expired)s THEN momentum ELSE 0 END AS momentum
              FROM (%(lines)s) line
            """,
            rules=len(rule_ids),
            rule_ids=rule_ids,
            lines=lines,
            expired=model._get_expired_sql(),
        )

    @api.model
    def _get_rule_ids(self):
        """Return the ids of the rules that give points, in a fixed order."""
        specs = self.env["flywheel.score.model"]._get_specs()
        return sorted(spec.id for spec in specs)

    @api.model
    def _search(self, domain, *args, **kwargs):
        self.env["flywheel.touchpoint"]._flush_queue()
        people = self._find_people(Domain(domain))
        lines = self if people is None else self.with_context(**{PEOPLE: people})
        return super(FlywheelAward, lines)._search(domain, *args, **kwargs)

    @api.model
    def _find_people(self, domain):
        """Return the ids of the people that a domain is limited to, None if it is
        not."""
        items = list(domain)
        if "|" in items or "!" in items:
            return None
        for name, operator, value in (item for item in items if item != "&"):
            if name not in ("id", "profile_id", "touchpoint_id"):
                continue
            values = value if operator == "in" else [value]
            if operator not in ("=", "in") or not isinstance(values, Collection):
                continue
            ids = [number for number in values if isinstance(number, int)]
            if len(ids) == len(values):
                return self._get_people(name, ids)
        return None

    @api.model
    def _get_people(self, name, ids):
        """Return the ids of the people behind ids of lines, touchpoints or people."""
        if name == "profile_id":
            return tuple(ids)
        if name == "id":
            rules = len(self._get_rule_ids()) or 1
            ids = [line_id // rules for line_id in ids]
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT profile_id FROM flywheel_touchpoint"
                " WHERE id = ANY(%s)",
                ids,
            )
        )
        return tuple(row[0] for row in rows)

    @api.depends("touchpoint_id.res_id")
    def _compute_has_source(self):
        for award in self:
            award.has_source = bool(award.touchpoint_id.res_id)

    def action_open_source(self):
        """Open what the points were given for."""
        self.ensure_one()
        return self.touchpoint_id.action_open_source()
