# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import OrderCase

BOOKING = "odoo.addons.inbound_flywheel_sale.models.sale_order_booking"
NOW = "2026-06-15 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOrderFigures(OrderCase):
    def test_rhythm(self):
        for days in (400, 300, 200, 100):
            self.order(self.lin, days=days, amount=50.0)
        self.book()
        person = self.lin.flywheel_profile_id
        self.assertEqual(person.order_interval, 100.0)
        self.assertEqual(person.order_count, 4)
        self.assertEqual(person.order_value, 200.0)
        self.assertEqual(person.order_average, 50.0)
        self.assertEqual(person.orders_per_year, 3.7)
        self.assertAlmostEqual(person.order_stretch, 1.0)
        due = fields.Datetime.now() + timedelta(days=50)
        self.assertEqual(person.order_due_date, due)
        self.assertAlmostEqual(self.lin.flywheel_order_stretch, 1.0)

    def test_stretch_goes_with_time(self):
        for days in (400, 300, 200, 100):
            self.order(self.lin, days=days)
        self.order(self.wang)
        self.book()
        person = self.lin.flywheel_profile_id
        Profile, Partner = self.env["flywheel.profile"], self.env["res.partner"]
        stretched = [("order_stretch", ">=", 1.5), ("id", "=", person.id)]
        shown = [("flywheel_order_stretch", ">=", 1.5), ("id", "=", self.lin.id)]
        self.assertFalse(Profile.search(stretched))
        with freeze_time("2026-08-04 13:00:00"):
            self.env.invalidate_all()
            self.assertEqual(Profile.search(stretched), person)
            self.assertEqual(Partner.search(shown), self.lin)
            self.assertEqual(person.filtered_domain(stretched), person)
            self.assertEqual(person.order_stretch, 1.5)
            due = [("order_due_date", "<", "now"), ("id", "=", person.id)]
            self.assertEqual(Profile.search(due), person)

    def test_sort_and_group(self):
        for days in (400, 300, 200, 100):
            self.order(self.lin, days=days)
        self.order(self.wang)
        self.book()
        people = (self.lin | self.wang | self.acme).flywheel_profile_id
        found = self.env["flywheel.profile"].search(
            [("id", "in", people.ids)], order="order_stretch desc", limit=1
        )
        self.assertEqual(found.partner_id, self.lin)
        partners = self.env["res.partner"].search(
            [("id", "in", (self.lin | self.wang).ids)],
            order="flywheel_order_stretch desc",
        )
        self.assertEqual(partners[0], self.lin)
        rows = self.env["flywheel.profile"]._read_group(
            [("id", "in", people.ids)], [], ["order_average:avg", "order_value:sum"]
        )
        self.assertEqual(rows, [(100.0, 600.0)])

    def test_company(self):
        self.order(self.wang, amount=10.0)
        self.order(self.acme, amount=5.0)
        self.book()
        self.assertEqual(self.wang.flywheel_profile_id.order_value, 10.0)
        self.assertEqual(self.acme.flywheel_profile_id.order_value, 15.0)
        self.assertEqual(self.told(self.acme), [("order", 5.0)])
        self.wang.parent_id = False
        self.assertEqual(self.acme.flywheel_profile_id.order_value, 5.0)
        self.lin.parent_id = self.acme
        self.order(self.lin, amount=1.0)
        self.book()
        self.assertEqual(self.acme.flywheel_profile_id.order_value, 6.0)
        self.assert_exact()

    def test_currency(self):
        prices = self.foreign_prices({"2026-01-01": 0.5, "2026-06-01": 0.25})
        order = self.order(self.lin, amount=100.0, pricelist_id=prices.id)
        self.book()
        self.assertEqual(self.told(self.lin), [("order", 400.0)])
        order.date_order = "2026-03-01 12:00:00"
        self.book()
        self.assertEqual(self.told(self.lin)[1:], [("order_changed", -200.0)])
        self.assertEqual(self.lin.flywheel_profile_id.order_value, 200.0)

    def test_companies(self):
        other = self.env["res.currency"].search(
            [("id", "!=", self.currency.id), ("active", "in", (True, False))], limit=1
        )
        other.active = True
        first = self.env["flywheel.profile"]._get_first_company()
        self.branch.currency_id = other
        self.env["res.currency.rate"].search([("currency_id", "=", other.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": other.id,
                "name": "2026-01-01",
                "rate": 4.0,
                "company_id": first.id,
            }
        )
        order = self.order(
            self.lin,
            confirm=False,
            company_id=self.branch.id,
            pricelist_id=False,
        )
        self.assertEqual(order.currency_id, other)
        order.action_confirm()
        self.book()
        self.assertEqual(self.told(self.lin), [("order", 100.0)])
        person = self.lin.flywheel_profile_id
        self.assertEqual(person.order_value, 25.0)
        self.assertEqual(person.order_currency_id, first.currency_id)
        own = self.env["res.partner"].create(
            {"name": "Own", "company_id": self.branch.id}
        )
        self.order(own, company_id=self.branch.id, pricelist_id=False)
        self.book()
        self.assertEqual(own.flywheel_profile_id.order_value, 100.0)
        self.assertEqual(own.flywheel_profile_id.order_currency_id, other)

    def test_in_rules(self):
        """Rules, and recipients of mailings, may ask for a stretched rhythm."""
        rules = self.env["flywheel.fit.rule"].create(
            [
                {
                    "name": model,
                    "score_model_id": self.score_model.id,
                    "model": model,
                    "domain": domain,
                    "points": points,
                }
                for model, domain, points in (
                    (
                        "flywheel.profile",
                        "[('order_count', '>=', 4), ('order_average', '>', 10)]",
                        7.0,
                    ),
                    ("res.partner", "[('flywheel_order_stretch', '>=', 1.5)]", 3.0),
                )
            ]
        )
        for days in (500, 400, 300, 200):
            self.order(self.lin, days=days)
        self.book()
        person = self.lin.flywheel_profile_id
        self.assertEqual(person.fit_score, 10.0)
        self.order(self.lin)
        self.book()
        self.assertEqual(person.fit_score, 7.0)
        with freeze_time("2027-06-15 12:00:00"):
            self.env["flywheel.profile"]._cron_evaluate()
            self.assertEqual(person.fit_score, 10.0)
        rules.unlink()
        self.assertEqual(person.fit_score, 0.0)

    def test_figures_of_others(self):
        """Who may not see people does not see what they buy."""
        self.order(self.lin)
        self.book()
        lin = self.lin.with_user(self.ian)
        with self.assertRaises(AccessError):
            lin.read(["flywheel_order_value"])
        with self.assertRaises(AccessError):
            lin.search([("flywheel_order_stretch", ">", 1)])
        with self.assertRaises(AccessError):
            lin.search([], order="flywheel_order_value")
        person = self.lin.flywheel_profile_id.with_user(self.mara)
        with self.assertRaises(AccessError):
            person.order_value = 1e6

    # ------------------------------------------------------------------
    # Exactness
    # ------------------------------------------------------------------
    def test_random_histories(self):
        dice = random.Random(19)
        partners = self.wang | self.lin | self.acme
        orders = []
        for _step in range(60):
            deed = dice.choice(
                (
                    "new",
                    "new",
                    "new",
                    "cancel",
                    "redo",
                    "price",
                    "date",
                    "move",
                    "delete",
                    "book",
                    "company",
                )
            )
            order = dice.choice(orders) if orders else None
            if deed == "new" or not order:
                orders.append(
                    self.order(
                        dice.choice(partners),
                        amount=dice.randrange(1, 500),
                        days=dice.randrange(1, 900),
                        confirm=dice.random() < 0.8,
                    )
                )
            elif deed == "cancel" and order.state != "cancel":
                order.action_cancel()
            elif deed == "redo" and order.state == "cancel":
                order.action_draft()
                order.action_confirm()
            elif deed == "price":
                order.order_line.price_unit = dice.randrange(1, 500)
            elif deed == "date":
                order.date_order -= timedelta(days=dice.randrange(1, 90))
            elif deed == "move":
                order.partner_id = dice.choice(partners)
            elif deed == "delete" and order.state == "cancel":
                orders.remove(order)
                order.unlink()
            elif deed == "company":
                self.lin.parent_id = dice.choice((self.acme, self.acme.browse()))
            elif deed == "book":
                self.book()
        self.book()
        self.assert_exact()
        counted = [order for order in orders if order.state == "sale"]
        net = sum(
            value for p in partners for code, value in self.told(p) if code != "quote"
        )
        self.assertAlmostEqual(net, sum(o.amount_untaxed for o in counted))
        self.assertEqual(
            sum(
                {"order": 1, "order_cancelled": -1}.get(code, 0)
                for p in partners
                for code, _value in self.told(p)
            ),
            len(counted),
        )
        for person in partners.flywheel_profile_id:
            self.assert_scored(person)
