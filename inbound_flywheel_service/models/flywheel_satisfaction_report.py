# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL


class FlywheelSatisfactionReport(models.Model):
    """What customers say of us: one row for each time that somebody was asked."""

    _name = "flywheel.satisfaction.report"
    _description = "Satisfaction"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "profile_id"
    _depends = {
        "rating.rating": ["res_model", "res_id", "rating", "consumed", "feedback"],
        "helpdesk.ticket": [
            "team_id",
            "user_id",
            "category_id",
            "company_id",
            "flywheel_profile_id",
        ],
        "flywheel.profile": ["persona_id", "lifecycle_stage_id", "tier_id"],
        "flywheel.nps": [
            "profile_id",
            "ticket_id",
            "team_id",
            "user_id",
            "company_id",
            "sent_date",
            "answer_date",
            "score",
            "comment",
        ],
    }

    date = fields.Datetime(string="Asked On", readonly=True)
    kind = fields.Selection(
        [("csat", "Rating of a Case"), ("nps", "Recommendation")], readonly=True
    )
    ticket_id = fields.Many2one("helpdesk.ticket", string="Case", readonly=True)
    profile_id = fields.Many2one("flywheel.profile", string="Person", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Agent", readonly=True)
    category_id = fields.Many2one("helpdesk.ticket.category", readonly=True)
    persona_id = fields.Many2one("flywheel.persona", readonly=True)
    tier_id = fields.Many2one("flywheel.tier", string="Service Tier", readonly=True)
    lifecycle_stage_id = fields.Many2one("flywheel.stage", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    asked = fields.Integer(readonly=True)
    answered = fields.Integer(string="Answers", readonly=True)
    rated = fields.Integer(string="Ratings (n)", readonly=True)
    rating_response = fields.Float(
        string="Rated When Asked (%)", aggregator="avg", readonly=True
    )
    rating = fields.Float(
        string="Rating (1 to 5)",
        aggregator="avg",
        readonly=True,
        help="Of those who answered.",
    )
    satisfied = fields.Float(
        string="Satisfied (%)",
        aggregator="avg",
        readonly=True,
        help="Part of the ratings of cases that are 4 or 5.",
    )
    recommended = fields.Integer(string="Recommendations (n)", readonly=True)
    nps_response = fields.Float(
        string="Answered When Asked (%)", aggregator="avg", readonly=True
    )
    nps = fields.Float(
        string="NPS",
        aggregator="avg",
        readonly=True,
        help="Part of promoters (9 or 10) less part of detractors (0 to 6), from -100 "
        "to 100.",
    )
    score = fields.Float(
        string="Recommendation (0 to 10)", aggregator="avg", readonly=True
    )
    comment = fields.Text(readonly=True)

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._ratings_sql(), self._nps_sql())

    @staticmethod
    def _ratings_sql():
        return SQL(
            """
            SELECT r.id * 2 AS id, r.create_date AS date, 'csat' AS kind,
                   t.id AS ticket_id, t.flywheel_profile_id AS profile_id,
                   t.team_id, t.user_id, t.category_id,
                   p.persona_id, p.tier_id, p.lifecycle_stage_id, t.company_id,
                   1 AS asked, COALESCE(r.consumed, FALSE)::int AS answered,
                   COALESCE(r.consumed, FALSE)::int AS rated,
                   CASE WHEN r.consumed THEN 100.0 ELSE 0 END AS rating_response,
                   CASE WHEN r.consumed THEN r.rating END AS rating,
                   CASE WHEN r.consumed AND r.rating >= 4 THEN 100.0
                        WHEN r.consumed THEN 0 END AS satisfied,
                   0 AS recommended, NULL::float8 AS nps_response,
                   NULL::float8 AS nps, NULL::float8 AS score, r.feedback AS comment
              FROM rating_rating r
              JOIN helpdesk_ticket t ON t.id = r.res_id
              LEFT JOIN flywheel_profile p ON p.id = t.flywheel_profile_id
             WHERE r.res_model = 'helpdesk.ticket'
            """
        )

    @staticmethod
    def _nps_sql():
        return SQL(
            """
            SELECT n.id * 2 + 1, n.sent_date, 'nps', n.ticket_id, n.profile_id,
                   n.team_id, n.user_id, t.category_id,
                   p.persona_id, p.tier_id, p.lifecycle_stage_id, n.company_id,
                   1, (n.answer_date IS NOT NULL)::int,
                   0, NULL::float8, NULL::float8, NULL::float8,
                   (n.answer_date IS NOT NULL)::int,
                   CASE WHEN n.answer_date IS NOT NULL THEN 100.0 ELSE 0 END,
                   CASE n.category WHEN 'promoter' THEN 100.0
                        WHEN 'passive' THEN 0 WHEN 'detractor' THEN -100.0 END,
                   CASE WHEN n.answer_date IS NOT NULL THEN n.score::float8 END,
                   n.comment
              FROM flywheel_nps n
              JOIN flywheel_profile p ON p.id = n.profile_id
              LEFT JOIN helpdesk_ticket t ON t.id = n.ticket_id
            """
        )

    def action_open_case(self):
        """Open the case behind a row."""
        return self.ticket_id._get_records_action(name=self.env._("Case"))
