# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..engine.leads import since_sql
from .crm_lead_source import UNKNOWN
from .flywheel_direction_mixin import DIRECTIONS


class FlywheelWinReport(models.Model):
    """Win rates of opportunities, by both definitions, with junk and without.

    A row is an opportunity, archived ones included. Each rate is a column that is 1 for
    a win, 0 for what counts in the denominator, and empty for what does not count: its
    average is the rate, at every level of grouping.
    """

    _name = "flywheel.win.report"
    _description = "Win Rate"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "type",
            "create_date",
            "date_open",
            "date_closed",
            "won_status",
            "is_junk",
            "junk_state",
            "expected_revenue",
            "stage_id",
            "source_id",
            "medium_id",
            "campaign_id",
            "user_id",
            "team_id",
            "company_id",
            "lost_reason_id",
            "flywheel_profile_id",
        ],
        "flywheel.profile": ["persona_id", "journey_stage_id", "lifecycle_stage_id"],
        "utm.source": ["direction"],
        "utm.medium": ["direction"],
    }

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    date = fields.Datetime(string="Created", readonly=True)
    date_closed = fields.Datetime(string="Closed", readonly=True)
    won_status = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("pending", "Still Open")],
        string="Outcome",
        readonly=True,
    )
    junk_state = fields.Selection(
        [
            ("suspected", "Possible Junk"),
            ("confirmed", "Junk"),
            ("cleared", "Not Junk"),
        ],
        string="Junk",
        readonly=True,
    )
    persona_id = fields.Many2one("flywheel.persona", readonly=True)
    journey_stage_id = fields.Many2one("flywheel.stage", readonly=True)
    lifecycle_stage_id = fields.Many2one("flywheel.stage", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    direction = fields.Selection([*DIRECTIONS, (UNKNOWN, "Unknown")], readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    expected_revenue = fields.Float(readonly=True)
    total = fields.Integer(string="Opportunities", readonly=True)
    won = fields.Integer(readonly=True)
    lost = fields.Integer(readonly=True)
    junk = fields.Integer(string="Confirmed Junk", readonly=True)
    win_rate = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Won ÷ all opportunities, open ones included.",
    )
    win_rate_clean = fields.Float(
        string="Win Rate without Junk",
        aggregator="avg",
        readonly=True,
        help="Won ÷ all opportunities, open ones included, confirmed junk left out.",
    )
    close_rate = fields.Float(
        string="Win Rate of Closed",
        aggregator="avg",
        readonly=True,
        help="Won ÷ (won + lost).",
    )
    close_rate_clean = fields.Float(
        string="Win Rate of Closed without Junk",
        aggregator="avg",
        readonly=True,
        help="Won ÷ (won + lost), confirmed junk left out.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.id AS lead_id, %s AS date, l.date_closed,
                   l.won_status, l.junk_state, p.persona_id, p.journey_stage_id,
                   p.lifecycle_stage_id, l.stage_id, l.lost_reason_id,
                   COALESCE(s.direction, m.direction, %s) AS direction,
                   l.source_id, l.medium_id, l.campaign_id, l.user_id, l.team_id,
                   l.company_id, l.expected_revenue::float8, 1 AS total,
                   (l.won_status = 'won')::int AS won,
                   (l.won_status = 'lost')::int AS lost,
                   (l.is_junk IS TRUE)::int AS junk,
                   w.rate AS win_rate,
                   CASE WHEN l.is_junk IS NOT TRUE THEN w.rate END AS win_rate_clean,
                   CASE WHEN l.won_status <> 'pending' THEN w.rate END AS close_rate,
                   CASE WHEN l.won_status <> 'pending' AND l.is_junk IS NOT TRUE
                        THEN w.rate END AS close_rate_clean
              FROM crm_lead l
              LEFT JOIN flywheel_profile p ON p.id = l.flywheel_profile_id
              LEFT JOIN utm_source s ON s.id = l.source_id
              LEFT JOIN utm_medium m ON m.id = l.medium_id
             CROSS JOIN LATERAL
                   (SELECT (l.won_status = 'won')::int::float8 AS rate) w
             WHERE l.type = 'opportunity'
            """,
            since_sql("l"),
            UNKNOWN,
        )

    def action_open_lead(self):
        """Open the opportunity behind a row, or those behind several."""
        return self.lead_id._get_records_action(name=self.env._("Opportunities"))
