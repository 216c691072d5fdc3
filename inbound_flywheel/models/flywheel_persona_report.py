# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..engine.leads import since_sql
from ..fields import current_worth

# The kinds of rows, and what their ids leave when divided by their number. Orders are
# added by the addon beside sales.
KINDS = ("person", "lead", "rating", "invoice", "order")
LEAD_LINKS = ("source_id", "medium_id", "campaign_id", "lost_reason_id")
# The columns of all kinds of rows, with their types.
COLUMNS = {
    "id": "int4",
    "kind": "varchar",
    "profile_id": "int4",
    "lead_id": "int4",
    "company_id": "int4",
    "team_id": "int4",
    **dict.fromkeys(LEAD_LINKS, "int4"),
    "date": "timestamp",
    "date_closed": "timestamp",
    "won_status": "varchar",
    **dict.fromkeys(("people", "leads", "closed", "won"), "int4"),
    **dict.fromkeys(
        (
            "win_rate",
            "win_rate_all",
            "value",
            "days_to_close",
            "median_days",
            "repeat_rate",
            "engagement",
            "rating",
            "days_to_pay",
            "overdue_rate",
        ),
        "float8",
    ),
}


class FlywheelPersonaReport(models.Model):
    """Personas side by side, in figures.

    A row is a person, a lead (archived ones included), a rating, or an invoice when
    invoicing is installed. Each figure is filled in on the rows that it is about and
    empty on all others: its sum or average is right at every level of grouping.
    """

    _name = "flywheel.persona.report"
    _description = "Personas in Figures"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "profile_id"
    _depends = {
        "flywheel.profile": [
            "persona_id",
            "momentum",
            "company_id",
            "journey_stage_id",
            "lifecycle_stage_id",
        ],
        "flywheel.touchpoint": ["profile_id", "type_id", "value", "state", "date"],
        "crm.lead": [
            "flywheel_profile_id",
            "create_date",
            "date_open",
            "date_closed",
            "won_status",
            "expected_revenue",
            "team_id",
            "company_id",
            "source_id",
            "medium_id",
            "campaign_id",
            "lost_reason_id",
        ],
    }

    kind = fields.Selection(
        [
            ("person", "Person"),
            ("lead", "Lead"),
            ("rating", "Rating"),
            ("invoice", "Invoice"),
        ],
        string="Row",
        readonly=True,
    )
    persona_id = fields.Many2one("flywheel.persona", readonly=True)
    profile_id = fields.Many2one("flywheel.profile", string="Person", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    journey_stage_id = fields.Many2one("flywheel.stage", readonly=True)
    lifecycle_stage_id = fields.Many2one("flywheel.stage", readonly=True)
    date = fields.Datetime(
        readonly=True, help="When the person, lead, rating or invoice came."
    )
    date_closed = fields.Datetime(string="Closed", readonly=True)
    won_status = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("pending", "Still Open")],
        string="Outcome",
        readonly=True,
    )
    people = fields.Integer(readonly=True)
    leads = fields.Integer(readonly=True)
    closed = fields.Integer(string="Closed Leads", readonly=True)
    won = fields.Integer(readonly=True)
    win_rate = fields.Float(readonly=True, aggregator="avg", help="Won ÷ (won + lost).")
    win_rate_all = fields.Float(
        string="Win Rate of All",
        readonly=True,
        aggregator="avg",
        help="Won ÷ all leads, open ones included.",
    )
    value = fields.Float(string="Won Revenue", readonly=True)
    days_to_close = fields.Float(
        string="Days to Win, Average",
        readonly=True,
        aggregator="avg",
        help="Days from the making of a lead until it was won.",
    )
    median_days = fields.Float(
        string="Days to Win, Median",
        readonly=True,
        aggregator="avg",
        help="Half of the won leads took at most so many days.",
    )
    repeat_rate = fields.Float(
        string="Repeat Customers",
        readonly=True,
        aggregator="avg",
        help="Share of the people with a won lead who have more than one.",
    )
    engagement = fields.Float(
        readonly=True, aggregator="avg", help="Average engagement score now."
    )
    rating = fields.Float(
        readonly=True, aggregator="avg", help="Average of the ratings they gave."
    )
    days_to_pay = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Days from the invoice until it was paid; when invoicing is installed.",
    )
    overdue_rate = fields.Float(
        string="Paid Late",
        readonly=True,
        aggregator="avg",
        help="Share of the invoices that were paid after they were due, or are "
        "overdue now; when invoicing is installed.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.*, p.persona_id, p.journey_stage_id, p.lifecycle_stage_id
              FROM (%s) r JOIN flywheel_profile p ON p.id = r.profile_id
            """,
            SQL(" UNION ALL ").join(self._get_parts()),
        )

    def _get_parts(self):
        """Return the queries of the kinds of rows. Other parts add theirs."""
        parts = [self._get_people(), self._get_leads(), self._get_ratings()]
        if "account.move" in self.env:
            parts.append(self._get_invoices())
        return parts

    def _get_columns(self):
        """Return {column: type} of all kinds of rows. Other parts add theirs."""
        return COLUMNS

    def _select(self, kind, column, **columns):
        """Return the select list of a kind of rows: empty where nothing is given.

        :param kind: one of ``KINDS``
        :param column: the column with the ids of its records; the kinds share no ids
        :param columns: {column: :class:`SQL`}
        """
        columns.update(
            id=SQL("%s * %s + %s", SQL(column), len(KINDS), KINDS.index(kind)),
            kind=SQL("%s", kind),
        )
        return SQL(", ").join(
            SQL(
                "%s::%s AS %s",
                columns.get(name, SQL("NULL")),
                SQL(column_type),
                SQL.identifier(name),
            )
            for name, column_type in self._get_columns().items()
        )

    def _get_people(self):
        return SQL(
            """
            SELECT %(columns)s
              FROM flywheel_profile p
              LEFT JOIN (SELECT flywheel_profile_id, COUNT(*) AS won FROM crm_lead
                          WHERE won_status = 'won' AND (company_id IS NULL
                                OR company_id = ANY(%(companies)s)) GROUP BY 1) w
                ON w.flywheel_profile_id = p.id
            """,
            columns=self._select(
                "person",
                "p.id",
                profile_id=SQL("p.id"),
                company_id=SQL("p.company_id"),
                date=SQL("p.create_date"),
                people=SQL("1"),
                repeat_rate=SQL("CASE WHEN w.won > 0 THEN (w.won > 1)::int END"),
                engagement=SQL("p.momentum * %s::float8", current_worth(self)),
            ),
            companies=self.env.companies.ids,
        )

    def _get_leads(self):
        days = SQL(
            """CASE WHEN l.won_status = 'won' THEN GREATEST(EXTRACT(
                    epoch FROM l.date_closed - %s) / 86400.0, 0)::float8 END""",
            since_sql("l"),
        )
        names = ("company_id", "team_id", "date_closed", "won_status", *LEAD_LINKS)
        return SQL(
            "SELECT %s FROM crm_lead l WHERE l.flywheel_profile_id IS NOT NULL",
            self._select(
                "lead",
                "l.id",
                profile_id=SQL("l.flywheel_profile_id"),
                lead_id=SQL("l.id"),
                date=since_sql("l"),
                leads=SQL("1"),
                closed=SQL("(l.won_status <> 'pending')::int"),
                won=SQL("(l.won_status = 'won')::int"),
                win_rate=SQL(
                    "CASE WHEN l.won_status <> 'pending'"
                    " THEN (l.won_status = 'won')::int::float8 END"
                ),
                win_rate_all=SQL("(l.won_status = 'won')::int"),
                value=SQL(
                    "CASE WHEN l.won_status = 'won' THEN l.expected_revenue::float8 END"
                ),
                days_to_close=days,
                median_days=days,
                **{name: SQL.identifier("l", name) for name in names},
            ),
        )

    def _get_ratings(self):
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        return SQL(
            """
            SELECT %s FROM flywheel_touchpoint t
             WHERE t.type_id = %s AND t.state = 'valid'
            """,
            self._select(
                "rating",
                "t.id",
                profile_id=SQL("t.profile_id"),
                company_id=SQL("t.company_id"),
                date=SQL("t.date"),
                rating=SQL("t.value"),
            ),
            types.get("rating", 0),
        )

    def _get_invoices(self):
        return SQL(
            "SELECT %s FROM (%s) i",
            self._select(
                "invoice",
                "i.id",
                profile_id=SQL("i.profile_id"),
                company_id=SQL("i.company_id"),
                date=SQL("i.invoice_date::timestamp"),
                days_to_pay=SQL("i.days_to_pay"),
                overdue_rate=SQL("i.late::int"),
            ),
            self.env["flywheel.persona"]._get_invoices_sql(),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Take the middle of the days, where the client asks for an average."""
        if aggregate_spec == "median_days:avg":
            column = self._field_to_sql(self._table, "median_days", query)
            return SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", column)
        return super()._read_group_select(aggregate_spec, query)

    def action_open(self):
        """Open the leads behind rows, or else the people."""
        records = self.lead_id or self.profile_id
        return records._get_records_action(name=self.env._("Personas in Figures"))
