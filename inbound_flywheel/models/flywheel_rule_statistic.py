# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

STATISTICS = ("hit_count", "people_count", "won_share", "lost_share", "lift")


class FlywheelRuleStatistic(models.AbstractModel):
    """What a rule has done in history: how often it hit, whom, and whether those
    were won.

    The columns are written by SQL: nothing is scored anew, nobody is told.
    """

    _name = "flywheel.rule.statistic"
    _description = "Rule with Statistics"

    hit_count = fields.Integer(
        string="Hits",
        readonly=True,
        copy=False,
        help="Lines that the rule gives in the whole history.",
    )
    people_count = fields.Integer(
        string="People", readonly=True, copy=False, help="People with a hit."
    )
    won_share = fields.Float(
        string="Among Won",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Share of the won leads with a hit before they were decided.",
    )
    lost_share = fields.Float(
        string="Among Lost",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Share of the lost leads with a hit before they were decided.",
    )
    lift = fields.Float(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Win rate of leads with a hit before the decision over the win rate of "
        "all closed leads. Above 1: it speaks for the lead; 0: nothing known.",
    )

    def _gather_units(self):
        """Have ``flywheel.history`` gather what the rules hit.

        :return: {rule id: id in the tables}, rules that hit the same share one
        """
        raise NotImplementedError

    def _get_statistics_sql(self):
        """Return a query of (rule_id, hits, people, won, lost) over the tables of
        ``flywheel.history``: the last two count closed leads with a hit before their
        decision."""
        raise NotImplementedError

    def _get_people_hits_sql(self):
        """Return a query of (profile_id, hits, points): everybody with a hit of this
        rule, how many, and what they are worth now.

        :return: an :class:`SQL`, or None when the rule cannot hit
        """
        raise NotImplementedError

    def _refresh_statistics(self, units):
        """Work the statistics out anew, in one statement for all the rules.

        The closed leads must have been gathered by ``flywheel.history``.

        :param units: what :meth:`_gather_units` returned, or for more rules
        """
        if not self:
            return
        own = [SQL("(%s, %s)", rule_id, units.get(rule_id, 0)) for rule_id in self.ids]
        self.env.cr.execute(
            SQL(
                """
                WITH found AS (%(found)s),
                base AS (
                    SELECT COUNT(*) FILTER (WHERE won)::float8 AS won,
                           COUNT(*) FILTER (WHERE NOT won)::float8 AS lost
                      FROM flywheel_closed
                )
                UPDATE %(table)s r
                   SET hit_count = COALESCE(f.hits, 0),
                       people_count = COALESCE(f.people, 0),
                       won_share = COALESCE(f.won / NULLIF(b.won, 0), 0),
                       lost_share = COALESCE(f.lost / NULLIF(b.lost, 0), 0),
                       lift = COALESCE(
                           f.won::float8 / NULLIF(f.won + f.lost, 0)
                           / NULLIF(b.won / NULLIF(b.won + b.lost, 0), 0), 0)
                  FROM (VALUES %(own)s) AS own (id, unit)
            CROSS JOIN base b
             LEFT JOIN found f ON f.rule_id = own.unit
                 WHERE r.id = own.id
                """,
                found=self._get_statistics_sql(),
                table=SQL.identifier(self._table),
                own=SQL(", ").join(own),
            )
        )
        self.invalidate_recordset(STATISTICS)

    def action_preview(self):
        """Show what this rule alone does: hits, people, won and lost."""
        self.ensure_one()
        self.check_access("read")
        # sudo: statistics are the same whoever has them worked out
        self.env["flywheel.history"]._gather_closed()
        rule = self.sudo()
        rule._refresh_statistics(rule._gather_units())
        return self.action_open_people()

    def action_open_hits(self):
        """Open what the rule has given: its lines, or the people it holds for."""
        return self.action_open_people()

    def action_open_people(self):
        """Open the people with a hit of this rule."""
        self.ensure_one()
        return self.env["flywheel.preview"]._open_rule(self)
