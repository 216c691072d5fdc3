# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable

from odoo.tests import freeze_time, new_test_user, tagged

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
        with self.at_work_on(self.wang):
            orders._book()
        self.assertEqual(orders.mapped("flywheel_pending"), [True, False])
        self.book()
        self.assertEqual(self.told(self.wang), [("order", 100.0)])

    @contextmanager
    def at_work_on(self, partner):
        """Let somebody else be at work on the person of a contact."""
        Touchpoint = self.env.registry["flywheel.touchpoint"]
        person = partner._get_profile_ids()[partner.id]
        lock = Touchpoint._lock_people

        def busy(touchpoint, ids):
            if person in ids:
                raise LockNotAvailable()
            return lock(touchpoint, ids)

        with patch.object(Touchpoint, "_lock_people", busy):
            yield

    def test_cancelled_while_somebody_is_at_work(self):
        with self.at_work_on(self.wang):
            order = self.order(self.wang, amount=300.0, days=1)
            self.book()
            order.action_cancel()
            self.book()
            self.assertTrue(order.flywheel_pending, "The buyer is to be measured.")
        self.env["flywheel.touchpoint"].search([("pending", "=", True)])._apply()
        self.book()
        self.assertFalse(order.flywheel_pending)
        self.assertEqual(
            self.told(self.wang), [("order", 300.0), ("order_cancelled", -300.0)]
        )
        person = self.wang.flywheel_profile_id
        self.assertEqual(person.lifecycle_stage_id, self.stage("opportunity"))
        self.assert_exact()
        self.assert_scored(person)

    def test_never_booked_in_between(self):
        """Nobody had time for the confirmed order before it was cancelled."""
        with self.at_work_on(self.wang):
            order = self.order(self.wang, amount=300.0)
            order.flush_recordset()
            order.action_cancel()
            order.action_draft()
        self.book()
        self.assertEqual(
            self.told(self.wang), [("order", 300.0), ("order_cancelled", -300.0)]
        )

    def test_deleted_while_somebody_is_at_work(self):
        order = self.order(self.wang, amount=300.0)
        self.book()
        with self.at_work_on(self.wang):
            order.action_cancel()
            order.unlink()
        self.assertEqual(
            self.told(self.wang), [("order", 300.0), ("order_cancelled", -300.0)]
        )
        self.env["flywheel.touchpoint"].search([("pending", "=", True)])._apply()
        person = self.wang.flywheel_profile_id
        self.assertEqual(person.order_count, 0)
        self.assertEqual(person.lifecycle_stage_id, self.stage("opportunity"))

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
