# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..engine.leads import since_sql
from .crm_lead_source import UNKNOWN
from .flywheel_direction_mixin import DIRECTIONS, KINDS


class FlywheelSourceReport(models.Model):
    """What came of the leads of each source: inbound against outbound.

    A row is a lead, archived ones included. It counts as MQL (or SQL) when its person
    was in that lifecycle stage, or got beyond it, at any time since the lead was made.
    """

    _name = "flywheel.source.report"
    _description = "Inbound and Outbound"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "type",
            "create_date",
            "date_open",
            "won_status",
            "date_closed",
            "expected_revenue",
            "source_id",
            "medium_id",
            "campaign_id",
            "user_id",
            "team_id",
            "company_id",
            "flywheel_profile_id",
        ],
        "utm.source": ["direction", "flywheel_kind"],
        "utm.medium": ["direction", "flywheel_kind"],
        "flywheel.stage.interval": [
            "profile_id",
            "track",
            "stage_id",
            "date_from",
            "date_to",
        ],
        "flywheel.stage": ["code", "sequence", "is_exit"],
    }

    lead_id = fields.Many2one("crm.lead", readonly=True)
    date = fields.Datetime(string="Created", readonly=True)
    type = fields.Selection(
        [("lead", "Lead"), ("opportunity", "Opportunity")], readonly=True
    )
    direction = fields.Selection([*DIRECTIONS, (UNKNOWN, "Unknown")], readonly=True)
    kind = fields.Selection(
        [*KINDS, (UNKNOWN, "Unknown")], string="Kind of Channel", readonly=True
    )
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lead_count = fields.Integer(string="Leads", readonly=True)
    mql_count = fields.Integer(string="MQL", readonly=True)
    sql_count = fields.Integer(string="SQL", readonly=True)
    won_count = fields.Integer(string="Won", readonly=True)
    lost_count = fields.Integer(string="Lost", readonly=True)
    won_revenue = fields.Float(readonly=True)
    days_to_mql = fields.Float(string="Days to MQL", aggregator="avg", readonly=True)
    days_to_sql = fields.Float(string="Days to SQL", aggregator="avg", readonly=True)
    days_to_won = fields.Float(string="Days to Won", aggregator="avg", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.id AS lead_id, %(since)s AS date, l.type,
                   COALESCE(s.direction, m.direction, %(unknown)s) AS direction,
                   COALESCE(s.flywheel_kind, m.flywheel_kind, %(unknown)s) AS kind,
                   l.source_id, l.medium_id, l.campaign_id,
                   l.user_id, l.team_id, l.company_id,
                   1 AS lead_count,
                   (f.mql IS NOT NULL)::int AS mql_count,
                   (f.sql IS NOT NULL)::int AS sql_count,
                   (l.won_status = 'won')::int AS won_count,
                   (l.won_status = 'lost')::int AS lost_count,
                   CASE WHEN l.won_status = 'won' THEN l.expected_revenue::float8
                        ELSE 0 END AS won_revenue,
                   %(days_to_mql)s AS days_to_mql,
                   %(days_to_sql)s AS days_to_sql,
                   CASE WHEN l.won_status = 'won' THEN %(days_to_won)s END
                        AS days_to_won
              FROM crm_lead l
              LEFT JOIN utm_source s ON s.id = l.source_id
              LEFT JOIN utm_medium m ON m.id = l.medium_id
              LEFT JOIN (%(funnel)s) f ON f.lead_id = l.id
            """,
            since=since_sql("l"),
            unknown=UNKNOWN,
            days_to_mql=self._days(SQL("f.mql")),
            days_to_sql=self._days(SQL("f.sql")),
            days_to_won=self._days(SQL("l.date_closed")),
            funnel=self._funnel(),
        )

    @staticmethod
    def _days(date):
        """Return the days from the making of a lead until a date, none if before."""
        return SQL(
            "GREATEST(EXTRACT(epoch FROM %s - %s) / 86400.0, 0)::float8",
            date,
            since_sql("l"),
        )

    @staticmethod
    def _funnel():
        """Return when the people of leads got to the stages: a query that PostgreSQL
        leaves out where nobody asks for it, since it has one row a lead."""
        return SQL(
            """
            SELECT d.id AS lead_id,
                   MIN(i.date_from) FILTER (WHERE i.rank >= i.mql_rank) AS mql,
                   MIN(i.date_from) FILTER (WHERE i.rank >= i.sql_rank) AS sql
              FROM crm_lead d
              JOIN (SELECT n.profile_id, n.date_from, n.date_to, g.code,
                           g.sequence AS rank, r.mql_rank, r.sql_rank
                      FROM flywheel_stage_interval n
                      JOIN flywheel_stage g
                        ON g.id = n.stage_id AND g.is_exit IS NOT TRUE
                     CROSS JOIN (
                           SELECT MAX(sequence) FILTER (WHERE code = 'mql') mql_rank,
                                  MAX(sequence) FILTER (WHERE code = 'sql') sql_rank
                             FROM flywheel_stage WHERE track = 'lifecycle') r
                     WHERE n.track = 'lifecycle'
                       AND g.sequence >= LEAST(r.mql_rank, r.sql_rank)) i
                ON i.profile_id = d.flywheel_profile_id
               AND (i.date_from >= date_trunc('second', %(since)s)
                    OR i.code IN ('mql', 'sql')
                       AND COALESCE(i.date_to, 'infinity') > %(since)s)
             GROUP BY d.id
            """,
            since=since_sql("d"),
        )

    def action_open_lead(self):
        """Open the lead behind a row, or the leads behind several."""
        return self.lead_id._get_records_action(name=self.env._("Leads"))
