# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.tests.common import FlywheelCase

from ..models.flywheel_profile_orders import FIGURES


class OrderCase(FlywheelCase):
    """Customers, products, and orders in one line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sale.async_emails", False)
        cls.currency = cls.company.currency_id
        cls.acme = cls.env["res.partner"].create({"name": "Acme", "is_company": True})
        cls.wang, cls.lin = cls.env["res.partner"].create(
            [
                {"name": "Wang", "email": "wang@example.com", "parent_id": cls.acme.id},
                {"name": "Lin", "email": "lin@example.com"},
            ]
        )
        cls.products = cls.env["product.product"].create(
            [
                {"name": name, "list_price": 100.0, "type": "service", "taxes_id": []}
                for name in ("Lamp", "Chair", "Desk", "Shelf", "Sofa")
            ]
        )
        cls.lamp, cls.chair, cls.desk, cls.shelf, cls.sofa = cls.products

    @classmethod
    def forget_past(cls):
        """Let nothing that others have sold count here."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE sale_order SET state = 'draft', flywheel_pending = FALSE"
        )
        cls.env.cr.execute("UPDATE sale_order_line SET state = 'draft'")
        cls.env.cr.execute("UPDATE flywheel_profile SET order_interval = NULL")
        cls.env.invalidate_all()

    def order(self, partner, *products, amount=100.0, days=0, confirm=True, **values):
        """Make an order of these products, one of each at this price, confirmed so
        many days ago."""
        products = products or (self.lamp,)
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount / len(products),
                            "tax_ids": [],
                        },
                    )
                    for product in products
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        if days:
            order.date_order = fields.Datetime.now() - timedelta(days=days)
        return order

    def book(self, *orders):
        """Have what is to be told told, as the scheduled action would."""
        for order in orders or self.env["sale.order"].search([]):
            order.flush_recordset()
        pending = self.env["sale.order"].search([("flywheel_pending", "=", True)])
        pending._book()

    def told(self, partner):
        """Return [(type, value)] of what the ledger says of a contact's orders."""
        profile = partner.flywheel_profile_id
        lines = self.env["flywheel.touchpoint"].search(
            [
                ("profile_id", "=", profile.id),
                (
                    "type_id.code",
                    "in",
                    ("quote", "order", "order_cancelled", "order_changed"),
                ),
            ],
            order="id",
        )
        return [(line.type_id.code, line.value) for line in lines]

    def foreign_prices(self, rates):
        """Return a price list in a currency that is not the company's.

        :param rates: {day: units of it for one of the company's}
        """
        foreign = self.env.ref("base.EUR")
        if foreign == self.currency:
            foreign = self.env.ref("base.USD")
        foreign.active = True
        Rate = self.env["res.currency.rate"]
        Rate.search([("currency_id", "=", foreign.id)]).unlink()
        Rate.create(
            [
                {
                    "currency_id": foreign.id,
                    "name": day,
                    "rate": rate,
                    "company_id": self.company.id,
                }
                for day, rate in rates.items()
            ]
        )
        return self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": foreign.id}
        )

    def assert_exact(self):
        """The figures kept in step are what they are when worked out from scratch."""
        people = self.env["flywheel.profile"].search([("partner_id", "!=", False)])
        people.flush_recordset()
        figures = SQL(", ").join(map(SQL.identifier, FIGURES))
        figures = SQL("SELECT id, %s FROM flywheel_profile ORDER BY id", figures)
        kept = self.env.execute_query(figures)
        people._measure_orders()
        self.assertEqual(kept, self.env.execute_query(figures))
