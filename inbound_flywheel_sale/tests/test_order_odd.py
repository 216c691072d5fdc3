# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import OrderCase

NOW = "2026-06-15 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOddOrder(OrderCase):
    """Orders that are not simply confirmed and done."""

    def value_told(self, partner):
        return sum(value for code, value in self.told(partner) if code != "quote")

    def test_points_go_with_the_order(self):
        """An order that is cancelled within days leaves no points, and it shows why."""
        rule = self.env.ref("inbound_flywheel.score_rule_order_cancelled", False)
        if not rule:
            self.skipTest("The rules of this database are older than this one.")
        rule.score_model_id.action_activate()
        order = self.order(self.lin, amount=300.0)
        self.book()
        person = self.lin.flywheel_profile_id
        before = person.engagement_score
        self.assertGreater(before, 0.0)
        with freeze_time("2026-06-17 12:00:00"):
            order.action_cancel()
            self.book()
            self.assertLess(person.engagement_score, before / 10)
            self.assert_scored(person)
            lines = self.lines(person)
            self.assertEqual(sum(lines.mapped("points")), 0.0)
            self.assertIn(rule, lines.award_ids.rule_id)

    def test_company_of_a_cancelled_order(self):
        order = self.order(self.wang, amount=70.0)
        self.book()
        self.assertEqual(self.acme.flywheel_profile_id.order_count, 1)
        order.action_cancel()
        self.book()
        self.assertEqual(self.acme.flywheel_profile_id.order_count, 0)
        self.assert_exact()

    def test_lines_taken_back(self):
        order = self.order(self.lin, self.lamp, self.chair, amount=300.0)
        self.book()
        order.order_line[0].product_uom_qty = 0
        self.book()
        self.assertEqual(self.value_told(self.lin), 150.0)
        order.order_line[1].product_uom_qty = -1
        self.book()
        self.assertLess(order.amount_untaxed, 0.0)
        self.assertEqual(self.value_told(self.lin), order.amount_untaxed)
        order.action_cancel()
        self.book()
        self.assertEqual(self.value_told(self.lin), 0.0)
        self.assert_exact()
        self.assertTrue(self.lin.with_user(self.sam).get_order_panel())

    def test_worth_nothing(self):
        self.order(self.lin, amount=0.0)
        self.book()
        person = self.lin.flywheel_profile_id
        self.assertEqual((person.order_count, person.order_average), (1, 0.0))
        self.assertTrue(self.lin.with_user(self.sam).get_order_panel()["ordered"])
        order = self.order(self.wang, amount=0.0)
        self.book()
        order.action_cancel()
        self.book()
        self.assertEqual(
            [code for code, _value in self.told(self.wang)],
            ["order", "order_cancelled"],
        )

    def test_return(self):
        """Goods that come back are an order below zero."""
        self.order(self.lin, amount=100.0, days=3)
        self.order(self.lin, amount=-40.0)
        self.book()
        person = self.lin.flywheel_profile_id
        self.assertEqual(person.order_value, 60.0)
        self.assertEqual(self.value_told(self.lin), 60.0)
        similar = self.env["flywheel.similar"]._find(self.lin, person.persona_id)
        self.assertEqual(similar["own"], 1)

    def test_many_lines(self):
        order = self.order(self.lin, confirm=False)
        order.order_line = [
            Command.create(
                {
                    "product_id": self.products[number % 5].id,
                    "product_uom_qty": 1,
                    "price_unit": 1.01,
                    "tax_ids": [],
                }
            )
            for number in range(300)
        ]
        order.action_confirm()
        self.book()
        self.assertAlmostEqual(self.value_told(self.lin), order.amount_untaxed)

    def test_archived_contact(self):
        order = self.order(self.wang, amount=70.0)
        self.book()
        self.wang.active = False
        self.acme.active = False
        order.order_line.price_unit = 80.0
        self.book()
        self.assertEqual(self.value_told(self.wang), 80.0)
        self.assertEqual(self.acme.flywheel_profile_id.order_value, 80.0)
        action = self.acme.with_user(self.sam).action_flywheel_orders()
        found = self.env["sale.order"].with_context(**action["context"])
        self.assertEqual(found.search(action["domain"]), order)
        self.assert_exact()

    def test_contact_deleted_after_the_order(self):
        order = self.order(self.lin)
        self.book()
        order.action_cancel()
        order.unlink()
        self.lin.unlink()
        self.assert_exact()

    def test_merged_with_an_order_still_to_be_told(self):
        self.order(self.lin, amount=50.0)
        order = self.order(self.wang, amount=70.0)
        self.book(order)
        order.order_line.price_unit = 90.0
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.wang | self.lin).ids, self.lin
        )
        order.action_cancel()
        self.book()
        self.assertEqual(self.value_told(self.lin), 50.0)
        self.assertEqual(self.lin.flywheel_profile_id.order_value, 50.0)
        self.assert_exact()

    def test_changed_and_cancelled_at_once(self):
        order = self.order(self.lin, amount=50.0)
        self.book()
        order.order_line.price_unit = 90.0
        order.action_cancel()
        order.action_draft()
        order.order_line.price_unit = 20.0
        order.action_confirm()
        self.book()
        self.assertEqual(self.value_told(self.lin), 20.0)
        self.assertEqual(self.lin.flywheel_profile_id.order_value, 20.0)

    def test_another_currency_while_it_stands(self):
        pricelist = self.foreign_prices({"2026-01-01": 2.0})
        order = self.order(self.lin, amount=100.0, pricelist_id=pricelist.id)
        self.book()
        self.assertEqual(self.value_told(self.lin), 50.0)
        order.order_line.price_unit = 60.0
        self.book()
        self.assertEqual(self.value_told(self.lin), 30.0)
        person = self.lin.flywheel_profile_id.with_user(self.sam)
        words = [line.get("summary") or "" for line in person.get_timeline()["lines"]]
        amount = self.currency.symbol
        self.assertTrue(any("50.00" in text and amount in text for text in words))
