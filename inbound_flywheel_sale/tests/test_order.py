# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from ..models.flywheel_profile_orders import FIGURES
from .common import OrderCase

BOOKING = "odoo.addons.inbound_flywheel_sale.models.sale_order_booking"
NOW = "2026-06-15 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOrder(OrderCase):
    # ------------------------------------------------------------------
    # Into the ledger
    # ------------------------------------------------------------------
    def test_confirmed(self):
        order = self.order(self.wang, amount=250.0, user_id=self.sam.id)
        self.assertTrue(order.flywheel_pending)
        self.book()
        self.assertFalse(order.flywheel_pending)
        self.assertEqual(self.told(self.wang), [("order", 250.0)])
        line = self.lines(self.wang.flywheel_profile_id, "order")
        self.assertEqual(line.summary, order.name)
        self.assertEqual((line.res_model, line.res_id), ("sale.order", order.id))
        self.assertEqual(line.user_id, self.sam)
        self.assertEqual(line.date, order.date_order)
        person = self.wang.flywheel_profile_id
        self.assertEqual(person.lifecycle_stage_id, self.stage("customer"))
        self.assert_scored(person)

    def test_wakes_the_scheduled_action(self):
        cron = self.env.ref("inbound_flywheel_sale.cron_book_orders")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        order = self.order(self.wang)
        order.flush_recordset()
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_who_looks_in_the_same_transaction(self):
        self.order(self.wang)
        self.assertEqual(
            self.env["flywheel.touchpoint"].search_count(
                [("profile_id.partner_id", "=", self.wang.id)]
            ),
            1,
        )

    def test_seen_twice(self):
        order = self.order(self.wang)
        self.book()
        order.flywheel_pending = True
        self.book()
        self.book()
        self.assertEqual(self.told(self.wang), [("order", 100.0)])

    def test_cycles(self):
        order = self.order(self.wang, amount=300.0)
        order.action_cancel()
        order.action_draft()
        order.action_confirm()
        self.book()
        self.assertEqual(
            self.told(self.wang),
            [("order", 300.0), ("order_cancelled", -300.0), ("order", 300.0)],
        )
        order.action_cancel()
        self.book()
        self.assertEqual(sum(value for _code, value in self.told(self.wang)), 0.0)

    def test_changed_after_confirmation(self):
        order = self.order(self.wang, amount=300.0)
        self.book()
        order.order_line.price_unit = 350.0
        self.book()
        order.order_line.price_unit = 300.0
        self.book()
        order.order_line.price_unit = 350.0
        self.book()
        order.action_cancel()
        self.book()
        self.assertEqual(
            [value for _code, value in self.told(self.wang)],
            [300.0, 50.0, -50.0, 50.0, -350.0],
        )
        self.assertIn("→", self.lines(self.wang.flywheel_profile_id)[1].summary)

    def test_quotation(self):
        order = self.order(self.wang, confirm=False)
        self.book()
        self.assertFalse(self.wang.flywheel_profile_id, "A draft is nobody's business.")
        order.action_quotation_sent()
        self.book()
        self.assertEqual(self.told(self.wang), [("quote", 100.0)])
        order.order_line.price_unit = 120.0
        self.book()
        self.assertEqual(len(self.told(self.wang)), 1)
        order.action_confirm()
        self.book()
        self.assertEqual(self.told(self.wang)[1:], [("order", 120.0)])

    def test_sent_and_confirmed_at_once(self):
        order = self.order(self.wang, confirm=False)
        order.action_quotation_sent()
        order.action_confirm()
        self.book()
        self.assertEqual(
            [code for code, _value in self.told(self.wang)], ["quote", "order"]
        )

    def test_never_confirmed(self):
        order = self.order(self.wang, confirm=False)
        order.action_cancel()
        self.book()
        self.assertEqual(self.told(self.wang), [])
        self.assertFalse(self.wang.flywheel_profile_id)

    def test_only_order_cancelled(self):
        order = self.order(self.wang)
        self.book()
        order.action_cancel()
        self.book()
        person = self.wang.flywheel_profile_id
        self.assertEqual(person.lifecycle_stage_id, self.stage("opportunity"))
        self.assertEqual((person.order_count, person.order_value), (0, 0.0))

    def test_another_order_is_left(self):
        self.order(self.wang)
        order = self.order(self.wang)
        self.book()
        order.action_cancel()
        self.book()
        person = self.wang.flywheel_profile_id
        self.assertEqual(person.lifecycle_stage_id, self.stage("customer"))

    def test_deleted(self):
        order = self.order(self.wang, amount=300.0)
        self.book()
        order.action_cancel()
        order.unlink()
        self.assertEqual(
            self.told(self.wang), [("order", 300.0), ("order_cancelled", -300.0)]
        )
        lines = self.lines(self.wang.flywheel_profile_id)
        self.assertTrue(all(lines.with_user(self.sam).mapped("summary")))
        self.assertEqual(self.wang.flywheel_profile_id.order_count, 0)

    def test_another_contact(self):
        order = self.order(self.wang)
        self.book()
        order.partner_id = self.lin
        self.book()
        self.assertEqual(
            self.told(self.wang), [("order", 100.0), ("order_cancelled", -100.0)]
        )
        self.assertEqual(self.told(self.lin), [("order", 100.0)])
        self.assertEqual(self.wang.flywheel_profile_id.order_count, 0)
        self.assertEqual(self.lin.flywheel_profile_id.order_count, 1)

    def test_merged_contacts(self):
        self.order(self.wang)
        self.order(self.lin, amount=50.0)
        self.book()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.wang | self.lin).ids, self.lin
        )
        self.book()
        self.assertCountEqual(self.told(self.lin), [("order", 100.0), ("order", 50.0)])
        self.assert_exact()
        self.assertEqual(self.lin.flywheel_profile_id.order_value, 150.0)

    def test_somebody_at_work(self):
        orders = self.order(self.wang) | self.order(self.lin)
        orders.flush_recordset()
        Touchpoint = self.env.registry["flywheel.touchpoint"]
        wang = self.wang._get_profile_ids()[self.wang.id]
        lock = Touchpoint._lock_people

        def busy(touchpoint, ids):
            if wang in ids:
                raise LockNotAvailable()
            return lock(touchpoint, ids)

        with patch.object(Touchpoint, "_lock_people", busy):
            orders._book()
        self.assertEqual(orders.mapped("flywheel_pending"), [True, False])
        self.book()
        self.assertEqual(self.told(self.wang), [("order", 100.0)])

    def test_nobody_in_particular(self):
        public = self.env.ref("base.public_partner")
        for partner in (self.ian.partner_id, self.company.partner_id, public):
            self.order(partner)
            self.order(partner, confirm=False).action_quotation_sent()
        self.book()
        for partner in (self.ian.partner_id, self.company.partner_id, public):
            self.assertFalse(partner.flywheel_profile_id.order_count)
            self.assertEqual(self.told(partner), [])

    def test_portal_customer(self):
        self.order(self.pia.partner_id)
        self.book()
        self.assertEqual(self.told(self.pia.partner_id), [("order", 100.0)])

    def test_least_rights(self):
        seller = new_test_user(
            self.env, "flywheel_seller", groups="sales_team.group_sale_salesman"
        )
        order = self.order(self.wang, confirm=False, user_id=seller.id)
        order.with_user(seller).action_confirm()
        order.with_user(seller).action_cancel()
        self.book()
        self.assertEqual(len(self.told(self.wang)), 2)

    def test_words_are_for_those_who_see_the_order(self):
        self.order(self.wang)
        self.book()
        line = self.lines(self.wang.flywheel_profile_id, "order")
        self.assertTrue(line.with_user(self.sam).summary)
        self.assertFalse(line.with_user(self.rita).summary)

    def test_adopted(self):
        past = self.order(self.wang, days=400) | self.order(self.wang, days=40)
        past |= self.order(self.lin, days=900)
        cancelled = self.order(self.lin, days=10)
        cancelled.action_cancel()
        self.env.cr.execute(
            "DELETE FROM flywheel_touchpoint; DELETE FROM flywheel_profile;"
            " UPDATE sale_order SET flywheel_pending = TRUE, flywheel_told = NULL,"
            " flywheel_told_value = 0, flywheel_told_lines = 0"
        )
        self.env.invalidate_all()
        cron = self.env.ref("inbound_flywheel_sale.cron_book_orders")
        with (
            patch(f"{BOOKING}.BATCH", 2),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertFalse(
            self.env["sale.order"].search_count([("flywheel_pending", "=", True)])
        )
        self.assertEqual(len(self.told(self.wang)), 2)
        self.assertEqual(len(self.told(self.lin)), 1)
        lines = self.lines((self.wang | self.lin).flywheel_profile_id, "order").sorted(
            "id"
        )
        self.assertEqual(lines.mapped("date"), sorted(past.mapped("date_order")))
        self.assert_exact()

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------
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
        euro = self.env.ref("base.EUR")
        if euro == self.currency:
            euro = self.env.ref("base.USD")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "name": name,
                    "rate": rate,
                    "company_id": self.company.id,
                }
                for name, rate in (("2026-01-01", 0.5), ("2026-06-01", 0.25))
            ]
        )
        prices = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": euro.id}
        )
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
    def assert_exact(self):
        """The figures kept in step are what they are when worked out from scratch."""
        people = self.env["flywheel.profile"].search([("partner_id", "!=", False)])
        people.flush_recordset()
        self.env.cr.execute(
            "SELECT id, %s FROM flywheel_profile ORDER BY id" % ", ".join(FIGURES)
        )
        kept = self.env.cr.fetchall()
        people._measure_orders()
        self.env.cr.execute(
            "SELECT id, %s FROM flywheel_profile ORDER BY id" % ", ".join(FIGURES)
        )
        self.assertEqual(kept, self.env.cr.fetchall())

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
