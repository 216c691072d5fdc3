# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.busy import BUSY, gives_way, giving_way
from odoo.addons.inbound_flywheel.engine.silence import MIN_INTERVALS, RHYTHM_FACTOR

from ..fields import OrderFigure

# People whose figures are checked per commit.
BATCH = 5_000

# Figures that are stored: all others follow from them.
FIGURES = (
    "order_count",
    "order_value",
    "order_first_date",
    "order_last_date",
    "order_interval",
    "order_due_date",
)
# A contact ``c`` that is neither one of ours, nor nobody in particular (a visitor of
# the website).
CUSTOMER = SQL(
    """c.partner_share
       AND NOT EXISTS (SELECT FROM res_company m WHERE m.partner_id = c.id)
       AND NOT EXISTS (
           SELECT FROM res_users u
             JOIN res_groups_users_rel g ON g.uid = u.id
             JOIN ir_model_data d ON d.res_id = g.gid AND d.model = 'res.groups'
              AND d.module = 'base' AND d.name = 'group_public'
            WHERE u.partner_id = c.id)"""
)
# An order ``o`` that counts.
COUNTED = SQL("o.state = 'sale' AND %s", CUSTOMER)


class FlywheelProfile(models.Model):
    """How recently, how often and for how much a person buys, and in which rhythm.

    A contact has its own orders; a company those of all its people.
    """

    _inherit = "flywheel.profile"

    order_count = fields.Integer(string="Confirmed Orders", readonly=True, copy=False)
    order_value = fields.Float(
        string="Ordered Value",
        readonly=True,
        copy=False,
        aggregator="sum",
        help="Confirmed orders together, without taxes, in the currency of the "
        "person's company (of the first company if several share the person), at the "
        "rates of the days of the orders.",
    )
    order_currency_id = fields.Many2one(
        "res.currency", compute="_compute_order_currency_id"
    )
    order_first_date = fields.Datetime(string="First Order", readonly=True, copy=False)
    order_last_date = fields.Datetime(string="Last Order", readonly=True, copy=False)
    order_interval = fields.Float(
        string="Usual Days between Orders",
        readonly=True,
        copy=False,
        digits=(16, 1),
        aggregator="avg",
        help="Median of the days between one day with an order and the next. Empty "
        "until there are four such days.",
    )
    order_due_date = fields.Datetime(
        string="Order Overdue From",
        readonly=True,
        copy=False,
        help="The last order and one and a half times the usual days between orders.",
    )
    order_average = OrderFigure(
        formula="average",
        string="Average Order",
        help="Ordered value ÷ orders.",
    )
    orders_per_year = OrderFigure(
        formula="per_year",
        digits=(16, 1),
        help="Orders after the first, by the years between the first and the last.",
    )
    order_stretch = OrderFigure(
        formula="stretch",
        string="Order Interval Stretched",
        digits=(16, 2),
        help="Days since the last order ÷ usual days between orders. 1.0: the next "
        "order is due. 1.5: half as long again as usual. Right at every moment. "
        "0 until there are four days with orders.",
    )

    _order_due_idx = models.Index("(order_due_date) WHERE order_due_date IS NOT NULL")

    def _compute_order_currency_id(self):
        first = self._get_first_company().currency_id
        for profile in self:
            # sudo: the currency of a company is no secret
            profile.order_currency_id = profile.sudo().company_id.currency_id or first

    @api.model
    def _get_first_company(self):
        """Return the company in whose currency the orders of shared people add up."""
        # sudo: as above
        return self.env["res.company"].sudo().search([], order="id", limit=1)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # Whoever has no such figure comes last, either way.
        if field_name.startswith("order") and not nulls.code:
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    # ------------------------------------------------------------------
    # Measuring
    # ------------------------------------------------------------------
    def _measure_orders(self):
        """Work out the figures of these people from their orders, in one statement.

        The people are to be locked: whoever measures later sees all orders.
        """
        self._write_figures(SQL("p.id = ANY(%s)", self.ids))

    @api.model
    @gives_way
    def _cron_measure_orders(self):
        """Catch what no order announces: imports by SQL, contacts that have moved to
        another company while somebody was at work on the people."""
        Cron = self.env["ir.cron"]
        bought = [("partner_id", "!=", False)]
        Cron._commit_progress(remaining=self.search_count(bought))
        last = 0
        while people := self.search(
            [*bought, ("id", ">", last)], limit=BATCH, order="id"
        ):
            last = people[-1].id
            people._try_measure()
            if not Cron._commit_progress(len(people)):
                break

    def _try_measure(self):
        """Measure these people, as far as nobody else is at work on them.

        :return: the people who were not measured
        """
        if not self:
            return self
        try:
            with giving_way(self.env.cr):
                self.env["flywheel.touchpoint"]._lock_people(self.ids)
                self._measure_orders()
        except BUSY:
            if len(self) == 1:
                return self
            middle = len(self) // 2
            return self[:middle]._try_measure() | self[middle:]._try_measure()
        return self.browse()

    @api.model
    def _write_figures(self, people):
        """Write the figures of people where they differ.

        :param people: condition on the alias ``p``
        :return: the people whose figures have changed
        """
        for name in ("sale.order", "res.partner", "flywheel.profile"):
            self.env[name].flush_model()
        columns = [SQL.identifier(name) for name in FIGURES]
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE flywheel_profile p SET %(sets)s
                  FROM (SELECT p.id AS profile_id, f.*
                          FROM flywheel_profile p
                     LEFT JOIN (%(figures)s) f ON f.buyer_id = p.id
                         WHERE %(people)s) f
                 WHERE p.id = f.profile_id AND (%(old)s) IS DISTINCT FROM (%(new)s)
             RETURNING p.id
                """,
                sets=SQL(", ").join(SQL("%s = f.%s", c, c) for c in columns),
                old=SQL(", ").join(SQL("p.%s", c) for c in columns),
                new=SQL(", ").join(SQL("f.%s", c) for c in columns),
                figures=self._get_figures_sql(people),
                people=people,
            )
        )
        changed = self.browse([row[0] for row in rows])
        changed.invalidate_recordset(FIGURES, flush=False)
        self.env["flywheel.profile.mixin"]._invalidate_picture()
        mixin = self.env["flywheel.profile.mixin"]
        changed._watch({*FIGURES, *mixin._get_order_fields()})
        return changed

    @api.model
    def _get_figures_sql(self, people):
        """Return the query of the figures: one row for each of the people who have
        an order that counts.

        :param people: condition on the alias ``p``
        """
        return SQL(
            """
            WITH bought AS MATERIALIZED (%(bought)s),
            gaps AS (
                SELECT buyer_id, day - lag(day) OVER (
                       PARTITION BY buyer_id ORDER BY day) AS gap
                  FROM (SELECT DISTINCT buyer_id, date_order::date AS day
                          FROM bought) days),
            rhythm AS (
                SELECT buyer_id,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS pause
                  FROM gaps WHERE gap IS NOT NULL
              GROUP BY buyer_id HAVING COUNT(*) >= %(few)s)
            SELECT b.buyer_id, COUNT(*)::int AS order_count,
                   SUM(b.value)::float8 AS order_value,
                   MIN(b.date_order) AS order_first_date,
                   MAX(b.date_order) AS order_last_date, r.pause AS order_interval,
                   MAX(b.date_order) + %(factor)s * r.pause * interval '1 day'
                   AS order_due_date
              FROM bought b LEFT JOIN rhythm r USING (buyer_id)
          GROUP BY b.buyer_id, r.pause
            """,
            bought=self._get_bought_sql(people),
            few=MIN_INTERVALS,
            factor=RHYTHM_FACTOR,
        )

    @api.model
    def _get_bought_sql(self, people):
        """Return the query of the orders of people: buyer_id, order_id, date_order,
        value (in the currency of the person's figures)."""
        first = self._get_first_company()
        columns = SQL(
            """p.id AS buyer_id, o.id AS order_id, o.date_order,
               %s AS value""",
            self._get_worth_sql(),
        )
        joins = SQL(
            """
              JOIN res_company k ON k.id = o.company_id
              JOIN res_company h ON h.id = COALESCE(p.company_id, %s)
              JOIN res_currency y ON y.id = h.currency_id
            """,
            first.id,
        )
        return SQL(
            """
            SELECT %(columns)s
              FROM flywheel_profile p
              JOIN res_partner c
                ON c.id = p.partner_id AND c.commercial_partner_id <> c.id
              JOIN sale_order o ON o.partner_id = c.id
                   %(joins)s
             WHERE %(people)s AND %(counted)s
         UNION ALL
            SELECT %(columns)s
              FROM flywheel_profile p
              JOIN res_partner w
                ON w.id = p.partner_id AND w.commercial_partner_id = w.id
              JOIN res_partner c ON c.commercial_partner_id = w.id
              JOIN sale_order o ON o.partner_id = c.id
                   %(joins)s
             WHERE %(people)s AND %(counted)s
            """,
            columns=columns,
            joins=joins,
            people=people,
            counted=COUNTED,
        )

    @api.model
    def _get_worth_sql(self):
        """Return the untaxed value of the order ``o`` of the company ``k`` in the
        currency ``y`` of the company ``h``, at the rate of the order's day."""
        return SQL(
            """
            round(CASE WHEN k.currency_id = h.currency_id
                       THEN o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1)
                       WHEN o.currency_id = h.currency_id THEN o.amount_untaxed
                       ELSE o.amount_untaxed / COALESCE((
                            SELECT e.rate FROM res_currency_rate e
                             WHERE e.currency_id = o.currency_id
                               AND COALESCE(e.company_id, h.id) = h.id
                          ORDER BY e.name > o.date_order::date,
                                   abs(e.name - o.date_order::date)
                             LIMIT 1), 1) END::numeric, y.decimal_places)"""
        )
