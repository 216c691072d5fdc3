# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from .flywheel_profile_orders import CUSTOMER

# Below so many similar customers a share says nothing.
MIN_SIMILAR = 10
# A product that fewer of them bought is left out.
MIN_SUPPORT = 3
# It must be so many times as usual among similar customers as among all.
MIN_LIFT = 1.2
# Whoever bought that many products shares two of them with similar customers.
MANY = 3
# Products that are proposed at most.
PROPOSED = 5


class FlywheelSimilar(models.AbstractModel):
    """What customers buy who buy what this one buys.

    A customer is a company with all its people, or somebody who stands alone. Similar
    are those who bought at least one of the same products; two, for whoever bought
    three or more. If enough of them have the persona of this customer, only these are
    looked at. Of a customer who has bought nothing, the persona alone tells.
    """

    _name = "flywheel.similar"
    _description = "What Similar Customers Buy"

    @api.model
    def _find(self, partner, persona):
        """Return what similar customers buy and this one does not.

        Orders of the companies that the reader has chosen are looked at; nobody is
        named. Products that the reader may not see, that are archived or not for sale
        are left out.

        :param partner: the customer, or any of its contacts; may be empty
        :param persona: the persona of the person; may be empty
        :return: dict: ``basis`` (products, both, persona), ``own`` (products bought),
            ``similar`` (customers), ``customers`` (all others who bought), ``items``:
            list of dicts, what tells similar customers from others most first, with
            ``product_id`` (template), ``n`` of the similar customers, ``share``,
            ``bought`` (by how many of all others) and ``lift``
        """
        for name in ("sale.order.line", "res.partner", "product.product"):
            self.env[name].flush_model()
        self.env["flywheel.profile"].flush_model(["persona_id", "partner_id"])
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH basket AS MATERIALIZED (%(baskets)s),
                own AS MATERIALIZED (
                     SELECT product_id FROM basket WHERE buyer_id = %(me)s),
                other AS MATERIALIZED (%(others)s),
                pick AS MATERIALIZED (%(pick)s),
                alike AS MATERIALIZED (
                     SELECT o.buyer_id FROM other o, pick
                      WHERE CASE pick.basis WHEN 'both' THEN o.shares AND o.holds
                            WHEN 'persona' THEN o.holds ELSE o.shares END),
                counted AS (
                     SELECT b.product_id, COUNT(s.buyer_id) AS n, COUNT(*) AS bought
                       FROM basket b LEFT JOIN alike s USING (buyer_id)
                      WHERE b.buyer_id <> %(me)s
                        AND b.product_id NOT IN (SELECT product_id FROM own)
                   GROUP BY b.product_id)
                SELECT pick.*, i.*
                  FROM (SELECT pick.*, (SELECT COUNT(*) FROM alike) AS found
                          FROM pick) pick
             LEFT JOIN LATERAL (%(items)s) i ON TRUE
                """,
                baskets=self._get_baskets_sql(),
                me=partner.commercial_partner_id.id or 0,
                others=self._get_others_sql(partner, persona),
                pick=self._get_pick_sql(),
                items=self._get_items_sql(),
            )
        )
        head = rows[0]
        return {
            "basis": head["basis"],
            "own": head["own"],
            "similar": head["found"],
            "customers": head["customers"],
            "items": [row for row in rows if row["product_id"]],
        }

    @api.model
    def _get_baskets_sql(self):
        """Return the query of who bought which product: buyer_id, product_id.

        All that was ever ordered counts, so all of it is read: by one scan of the index
        ``_flywheel_basket_idx``, which holds nothing else and brings the repetitions of
        a customer one after the other. The products' and customers' own tables are
        joined to what is left then.
        """
        return SQL(
            """
            SELECT DISTINCT c.commercial_partner_id AS buyer_id, b.product_id
              FROM (SELECT DISTINCT l.order_partner_id, v.product_tmpl_id AS product_id
                      FROM (SELECT DISTINCT l.order_partner_id, l.product_id
                              FROM sale_order_line l
                             WHERE l.state = 'sale' AND l.display_type IS NULL
                               AND l.product_uom_qty > 0
                               AND NOT COALESCE(l.is_downpayment, FALSE)
                               AND l.company_id = ANY(%s)) l
                      JOIN product_product v ON v.id = l.product_id) b
              JOIN res_partner c ON c.id = b.order_partner_id
             WHERE %s
            """,
            self.env.companies.ids,
            CUSTOMER,
        )

    @api.model
    def _get_others_sql(self, partner, persona):
        """Return the query of all other customers: buyer_id, whether the customer
        shares products with them, whether they hold the persona."""
        return SQL(
            """
            SELECT b.buyer_id,
                   COUNT(w.product_id) >= GREATEST(1, LEAST(2, (
                       SELECT COUNT(*) - %(many)s + 2 FROM own))) AS shares,
                   b.buyer_id IN (
                       SELECT c.commercial_partner_id
                         FROM flywheel_profile p
                         JOIN res_partner c ON c.id = p.partner_id
                        WHERE p.persona_id = %(persona)s) AS holds
              FROM basket b LEFT JOIN own w USING (product_id)
             WHERE b.buyer_id <> %(me)s
          GROUP BY b.buyer_id
            """,
            many=MANY,
            persona=persona.id or 0,
            me=partner.commercial_partner_id.id or 0,
        )

    @api.model
    def _get_pick_sql(self):
        """Return the query of one row: by what others are similar, the products of the
        customer, all other customers."""
        return SQL(
            """
            SELECT CASE WHEN own = 0 THEN 'persona' WHEN both_ >= %s THEN 'both'
                        ELSE 'products' END AS basis, own, customers
              FROM (SELECT COUNT(*) AS customers,
                           COUNT(*) FILTER (WHERE shares AND holds) AS both_,
                           (SELECT COUNT(*) FROM own) AS own
                      FROM other) counts
            """,
            MIN_SIMILAR,
        )

    @api.model
    def _get_items_sql(self):
        """Return the query of what similar customers (of ``pick``) buy more than all
        others do: product_id, n, bought, share, lift."""
        offered = self.env["product.template"]._search(
            [
                ("sale_ok", "=", True),
                ("company_id", "in", [*self.env.companies.ids, False]),
            ]
        )
        return SQL(
            """
            SELECT * FROM (
                SELECT product_id, n, bought, n::float8 / pick.found AS share,
                       (n::float8 / pick.found)
                       / (bought::float8 / pick.customers) AS lift
                  FROM counted
                 WHERE pick.found >= %(similar)s AND n >= %(support)s
                   AND product_id IN %(offered)s) i
             WHERE i.lift >= %(lift)s
          ORDER BY i.share - i.bought::float8 / pick.customers DESC, i.product_id
             LIMIT %(limit)s
            """,
            similar=MIN_SIMILAR,
            support=MIN_SUPPORT,
            lift=MIN_LIFT,
            offered=offered.subselect(),
            limit=PROPOSED,
        )

    @api.model
    def _get_prices(self, products):
        """Return {product id: median price of a line}, in the currency of the current
        company, without taxes; the list price of what this company never sold.

        :param products: product templates
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT v.product_tmpl_id, percentile_cont(0.5) WITHIN GROUP (
                       ORDER BY l.price_subtotal
                                / COALESCE(NULLIF(o.currency_rate, 0), 1))
                  FROM product_product v
                  JOIN sale_order_line l ON l.product_id = v.id
                  JOIN sale_order o ON o.id = l.order_id
                 WHERE v.product_tmpl_id = ANY(%s) AND l.state = 'sale'
                   AND l.company_id = %s AND l.product_uom_qty > 0
              GROUP BY v.product_tmpl_id
                """,
                products.ids,
                self.env.company.id,
            )
        )
        prices = {product.id: product.list_price for product in products}
        return prices | dict(rows)
