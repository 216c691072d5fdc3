# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

# In or out, but nobody talks to anybody: mass mail and what it causes, page views,
# opinions.
SILENT = (
    "email_sent",
    "email_open",
    "email_click",
    "unsubscribe",
    "sms",
    "page",
    "rating",
    "referral",
    "order",
)


class FlywheelAskedReport(models.Model):
    """How many questions were asked twice, per hundred conversations.

    A conversation is a day (UTC) on which a person and a team were in touch by a
    channel, in or out; mass mail, opens and clicks, page views, ratings, referrals and
    orders are none. However often they wrote or called that day, it is one. A row is a
    conversation, or a question that was asked although its answer was known.
    """

    _name = "flywheel.asked.report"
    _description = "Asked Twice"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "profile_id"
    _depends = {
        "flywheel.touchpoint": ["profile_id", "type_id", "date", "state"],
        "flywheel.touchpoint.type": ["code", "direction", "team", "channel_id"],
        "flywheel.fact.repeat": [
            "profile_id",
            "question_id",
            "date",
            "team",
            "channel_id",
            "user_id",
            "outcome",
        ],
        "flywheel.profile": ["company_id"],
    }

    date = fields.Date(readonly=True)
    profile_id = fields.Many2one("flywheel.profile", string="Person", readonly=True)
    question_id = fields.Many2one("flywheel.question", readonly=True)
    team = fields.Selection(
        [("marketing", "Marketing"), ("sales", "Sales"), ("service", "Service")],
        readonly=True,
    )
    channel_id = fields.Many2one("flywheel.channel", readonly=True)
    user_id = fields.Many2one("res.users", string="Asked By", readonly=True)
    outcome = fields.Selection(
        [
            ("kept", "Said the Same"),
            ("changed", "Has Changed"),
            ("mistake", "Asked by Mistake"),
        ],
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    conversation_count = fields.Integer(string="Conversations", readonly=True)
    repeat_count = fields.Integer(string="Asked Twice", readonly=True)
    repeat_rate = fields.Float(
        string="Per 100 Conversations",
        aggregator="avg",
        readonly=True,
        help="Questions asked although their answer was known, per 100 conversations.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT 2 * MIN(t.id)::bigint AS id, t.date::date AS date, t.profile_id,
                   NULL::int AS question_id, k.team, k.channel_id,
                   NULL::int AS user_id, NULL AS outcome, p.company_id,
                   1 AS conversation_count, 0 AS repeat_count, 0.0 AS repeat_rate
              FROM flywheel_touchpoint t
              JOIN flywheel_touchpoint_type k ON k.id = t.type_id
               AND k.direction IN ('in', 'out') AND k.code <> ALL(%(silent)s)
              JOIN flywheel_profile p ON p.id = t.profile_id
             WHERE t.state = 'valid'
             GROUP BY t.date::date, t.profile_id, k.team, k.channel_id, p.company_id
             UNION ALL
            SELECT 2 * r.id::bigint + 1, r.date::date, r.profile_id, r.question_id,
                   r.team, r.channel_id, r.user_id, r.outcome, p.company_id, 0, 1, 0.0
              FROM flywheel_fact_repeat r
              JOIN flywheel_profile p ON p.id = r.profile_id
            """,
            silent=list(SILENT),
        )

    def _read_group_select(self, aggregate_spec, query):
        # A rate of sums is no average of rates.
        if aggregate_spec.startswith("repeat_rate:"):
            self._check_field_access(self._fields["repeat_rate"], "read")
            return SQL(
                "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, "repeat_count", query),
                self._field_to_sql(self._table, "conversation_count", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_open_person(self):
        """Open the person of a row, with what we know."""
        return self.profile_id._get_records_action()
