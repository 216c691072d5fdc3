# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.models.flywheel_persona_data import Probe

from .flywheel_profile_orders import COUNTED

# The value of the order ``o`` in the currency of its company.
VALUE = SQL("(o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8")


class FlywheelPersona(models.Model):
    """Looks at what the people of a persona buy."""

    _inherit = "flywheel.persona"

    def _get_probes(self):
        return super()._get_probes() + [
            Probe(
                "order_value",
                "finance",
                ("price", "process_days", "favourite"),
                self.env._("Value and Rhythm of Orders"),
            ),
            Probe(
                "order_product",
                "finance",
                ("favourite", "recommend"),
                self.env._("What They Buy"),
            ),
        ]

    def _get_orders_sql(self):
        """Return a query of the orders that count, of the reader's companies: id,
        profile_id, company_id, date, value, place (1: the person's first).

        An order for a company is that of its person with a persona, if there is one.
        """
        for name in ("sale.order", "res.partner"):
            self.env[name].flush_model()
        return SQL(
            """
            SELECT b.*, row_number() OVER (
                   PARTITION BY b.profile_id ORDER BY b.date, b.id) AS place
              FROM (SELECT DISTINCT ON (o.id) o.id, q.id AS profile_id, o.company_id,
                           o.team_id, o.source_id, o.medium_id, o.campaign_id,
                           o.date_order AS date, %(value)s AS value
                      FROM sale_order o
                      JOIN res_partner c ON c.id = o.partner_id
                      JOIN res_partner r
                        ON r.commercial_partner_id = c.commercial_partner_id
                      JOIN %(people)s q ON q.partner_id = r.id
                     WHERE %(counted)s AND o.company_id = ANY(%(companies)s)
                  ORDER BY o.id, q.persona_id IS NULL, r.id <> o.partner_id, q.id) b
            """,
            value=VALUE,
            people=self._get_people_sql(),
            counted=COUNTED,
            companies=self.env.companies.ids,
        )

    # ------------------------------------------------------------------
    # Value and rhythm
    # ------------------------------------------------------------------
    def _probe_order_value(self):
        tables = SQL(
            "(%s) b JOIN flywheel_profile p ON p.id = b.profile_id",
            self._get_orders_sql(),
        )
        sides = self._read_sides(
            SQL(
                """COUNT(*), AVG(b.value)::float8,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY b.value),
                   COUNT(DISTINCT p.id) FILTER (WHERE p.order_interval IS NOT NULL)"""
            ),
            tables,
        )
        empty = (0, None, None, 0)
        mine, others = sides.get(True, empty), sides.get(False, empty)
        if not mine[0]:
            return []
        action = self._get_list_action(
            "sale.order",
            self.env._("%(persona)s: orders", persona=self.name),
            [("state", "=", "sale"), self._is_theirs()],
        )
        lines = [
            self._figure_line(
                label,
                (mine[place], mine[0]),
                (others[place], others[0]),
                self._money,
                self.env._("Orders: %s", mine[0]),
                action,
            )
            for place, label in (
                (1, self.env._("Average value of an order")),
                (2, self.env._("Median value of an order")),
            )
        ]
        return lines + self._get_rhythm_lines()

    def _get_rhythm_lines(self):
        """Return the line of how often they buy."""
        sides = self._read_sides(
            SQL(
                "percentile_cont(0.5) WITHIN GROUP (ORDER BY p.order_interval),"
                " COUNT(*)"
            ),
            SQL("%s p", self._get_people_sql()),
            SQL("p.order_interval IS NOT NULL"),
        )
        mine, others = sides.get(True, (None, 0)), sides.get(False, (None, 0))
        if not mine[1]:
            return []
        return [
            self._figure_line(
                self.env._("Usual time between two orders"),
                mine,
                others,
                self._days,
                self.env._("People with a rhythm: %s", mine[1]),
                self._get_list_action(
                    "flywheel.profile",
                    self.env._("%(persona)s: buyers with a rhythm", persona=self.name),
                    [("persona_id", "=", self.id), ("order_interval", ">", 0)],
                ),
            )
        ]

    # ------------------------------------------------------------------
    # Products
    # ------------------------------------------------------------------
    def _probe_order_product(self):
        """Which products how many of the buyers have bought."""
        self.env["sale.order.line"].flush_model()
        lines = SQL(
            """(%s) b JOIN flywheel_profile p ON p.id = b.profile_id
               JOIN sale_order_line l ON l.order_id = b.id AND l.display_type IS NULL
                AND l.product_uom_qty > 0 AND NOT COALESCE(l.is_downpayment, FALSE)
               JOIN product_product v ON v.id = l.product_id""",
            self._get_orders_sql(),
        )
        counts, totals = self._read_values(
            SQL("v.product_tmpl_id"), lines, SQL("TRUE"), "COUNT(DISTINCT p.id)"
        )
        offered = self.env["product.template"].with_context(active_test=False)
        names = {
            product.id: product.display_name
            for product in offered.browse(
                [value for value, *_both in counts]
            )._filtered_access("read")
        }
        return self._distribution_lines(
            [
                (value, names[value], mine, others)
                for value, mine, others in counts
                if value in names
            ],
            totals,
            self.env._("Buyers: %s", totals[0]),
            self._get_product_action,
        )

    def _get_product_action(self, product_id):
        return self._get_list_action(
            "sale.order",
            self.env._("%(persona)s: orders", persona=self.name),
            [
                ("state", "=", "sale"),
                ("order_line.product_id.product_tmpl_id", "=", product_id),
                self._is_theirs(),
            ],
        )
