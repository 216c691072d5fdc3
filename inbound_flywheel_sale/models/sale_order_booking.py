# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from odoo.addons.inbound_flywheel.engine.busy import BUSY, gives_way, giving_way

from .flywheel_profile_orders import COUNTED, CUSTOMER
from .sale_order import COLUMN

# Orders that the scheduled action books per commit.
BATCH = 2_000
# Where a transaction keeps the orders that it has changed.
CHANGED = "inbound_flywheel_sale.changed"
CRON = "inbound_flywheel_sale.cron_book_orders"
TOLD = ("told", "told_value", "told_lines")


class Order(NamedTuple):
    """What booking has to know of an order."""

    id: int
    name: str
    state: str
    customer: bool
    partner_id: int
    commercial_id: int
    company_id: int
    user_id: int | None
    source_id: int | None
    medium_id: int | None
    campaign_id: int | None
    date: object
    changed: object
    value: float
    told: str | None
    told_value: float
    told_lines: int

    @property
    def counts(self):
        """Whether it is an order of a customer."""
        return self.customer and self.state == "sale"

    @property
    def offered(self):
        """Whether it is an offer to a customer."""
        return self.customer and self.state == "sent"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _await_booking(self, ids):
        """Have the scheduled action book orders once this is committed.

        :param ids: ids of orders; those that are not stored yet are left out
        """
        data = self.env.cr.precommit.data
        ids = [order_id for order_id in ids if order_id]
        if ids and CHANGED not in data:
            self._wake()
        if ids:
            data.setdefault(CHANGED, set()).update(ids)

    @api.model
    def _wake(self):
        """Have the scheduled action run once this is committed.

        One statement: with the ORM it would take longer than all else that confirming
        an order costs. The workers are told unless they have been told already; whom
        that leaves to wait, they find when they look by themselves, once a minute.
        """
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(CRON)
        self.env.cr.execute(
            """
            INSERT INTO ir_cron_trigger (cron_id, call_at, create_date, write_date)
            SELECT id, %(now)s, %(now)s, %(now)s FROM ir_cron
             WHERE id = %(cron)s AND active
            RETURNING EXISTS (SELECT FROM ir_cron_trigger
                               WHERE cron_id = %(cron)s AND call_at <= %(now)s)
            """,
            {"cron": cron_id or None, "now": fields.Datetime.now()},
        )
        if self.env.cr.fetchall() == [(False,)]:
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)

    @api.model
    def _look_again(self):
        """Have the scheduled action run in a minute."""
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron:
            # sudo: whoever sells may wake the scheduled action
            cron.sudo()._trigger(fields.Datetime.now() + timedelta(minutes=1))

    @api.model
    def _book_changed(self):
        """Book the orders that this transaction has changed: somebody looks.

        Not while people are evaluated: what that reads must not change meanwhile.
        """
        if self.env.protected(self.env["flywheel.profile"]._fields["fit_score"]):
            return
        self.flush_model([COLUMN])
        ids = self.env.cr.precommit.data.get(CHANGED)
        if ids:
            orders = self.browse(sorted(ids))
            ids.clear()
            orders._book()

    @api.model
    @gives_way
    def _cron_book(self):
        """Book orders that are to be told, the oldest first."""
        Cron = self.env["ir.cron"]
        domain = [("flywheel_pending", "=", True)]
        Orders = self.sudo().with_context(active_test=False)
        Cron._commit_progress(remaining=Orders.search_count(domain))
        last = (None, 0)
        while orders := Orders._get_pending(last):
            last = (orders[-1].date_order, orders[-1].id)
            orders._book()
            if not Cron._commit_progress(len(orders)):
                break

    @api.model
    def _get_pending(self, last):
        """Return the next orders to book after one.

        :param last: (date, id) of that order; (None, 0) from the first one
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM sale_order WHERE flywheel_pending"
                " AND (date_order, id) > (COALESCE(%s, '-infinity'::timestamp), %s)"
                " ORDER BY date_order, id LIMIT %s",
                *last,
                BATCH,
            )
        )
        return self.browse([row[0] for row in rows])

    def _book(self):
        """Tell the ledger what these orders have become, and measure their buyers.

        An order that somebody else is at work on stays to be done: half of the orders
        is tried, and half of that, so that one of them keeps none of the others back.
        A buyer whom somebody else is at work on is measured later. The ledger is told
        all the same, and applies the line later: an order may be cancelled or deleted
        meanwhile, and nothing would tell of it any more.
        """
        # sudo: the ledger is written by the flow, whoever sells
        self = self.sudo()
        if not self:
            return
        people = self._find_people()
        try:
            with giving_way(self.env.cr):
                orders = self._lock_told()
        except BUSY:
            if len(self) == 1:
                self._look_again()
                return
            middle = len(self) // 2
            self[:middle]._book()
            self[middle:]._book()
        else:
            told_people = self._read_told_people(orders)
            buyers = {*people.values(), *told_people.values()}
            busy = self.env["flywheel.profile"].browse(buyers)._try_measure()
            self._tell(orders, people, told_people, set(busy.ids))
            if busy:
                self._look_again()

    def _tell(self, orders, people, told_people, busy):
        """Append to the ledger the difference between what it knows and what is.

        :param orders: list of :class:`Order`
        :param people: {partner id: profile id}
        :param told_people: {order id: profile id}, as the ledger has it
        :param busy: profile ids of buyers who are still to be measured
        """
        items, told = [], []
        for order in orders:
            told_profile = told_people.get(order.id)
            found = self._get_items(order, people, told_profile)
            items += found
            buyers = {people.get(i) for i in (order.partner_id, order.commercial_id)}
            pending = not busy.isdisjoint({told_profile, *buyers})
            told.append(self._get_told(order, len(found), pending))
        Touchpoint = self.env["flywheel.touchpoint"]
        Touchpoint._record(items)
        Touchpoint._flush_queue()
        if told:
            self._write_told(told)

    def _lock_told(self):
        """Lock these orders, as far as nobody else does.

        :return: list of :class:`Order`, the oldest first
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id, o.name, o.state, %(customer)s, o.partner_id,
                       c.commercial_partner_id, o.company_id, o.user_id, o.source_id,
                       o.medium_id, o.campaign_id, o.date_order, o.write_date,
                       round((o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0),
                              1))::numeric, y.decimal_places)::float8,
                       o.flywheel_told, COALESCE(o.flywheel_told_value, 0),
                       COALESCE(o.flywheel_told_lines, 0)
                  FROM sale_order o
                  JOIN res_partner c ON c.id = o.partner_id
                  JOIN res_company k ON k.id = o.company_id
                  JOIN res_currency y ON y.id = k.currency_id
                 WHERE o.id = ANY(%(ids)s) AND o.flywheel_pending
              ORDER BY o.date_order, o.id
                   FOR NO KEY UPDATE OF o SKIP LOCKED
                """,
                customer=CUSTOMER,
                ids=self.ids,
            )
        )
        return [Order(*row) for row in rows]

    def _find_people(self):
        """Return {partner id: profile id} of those who ordered and of the companies
        they ordered for, making the people that are missing."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.partner_id, c.commercial_partner_id,
                       %s OR o.flywheel_told = 'order'
                  FROM sale_order o JOIN res_partner c ON c.id = o.partner_id
                 WHERE o.id = ANY(%s) AND o.flywheel_pending
                   AND (o.state IN ('sent', 'sale') AND %s
                        OR o.flywheel_told = 'order')
                """,
                COUNTED,
                self.ids,
                CUSTOMER,
            )
        )
        partner_ids = set()
        for partner_id, commercial_id, counted in rows:
            partner_ids |= {partner_id, commercial_id} if counted else {partner_id}
        partners = self.env["res.partner"].browse(sorted(partner_ids))
        # Who has been forgotten on request gets no person again.
        found = partners._get_profile_ids()
        return {key: value for key, value in found.items() if value}

    def _read_told_people(self, orders):
        """Return {order id: profile id} of the people whom the ledger names."""
        order_type = self.env["flywheel.touchpoint.type"]._get_ids_by_code()["order"]
        ids = [order.id for order in orders if order.told == "order"]
        if not ids:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (res_id) res_id, profile_id
                      FROM flywheel_touchpoint
                     WHERE res_model = 'sale.order' AND res_id = ANY(%s)
                       AND type_id = %s
                  ORDER BY res_id, id DESC
                    """,
                    ids,
                    order_type,
                )
            )
        )

    def _get_items(self, order, people, told_profile):
        """Return what is to be appended to the ledger of an order.

        :param order: an :class:`Order`
        :param people: {partner id: profile id}
        :param told_profile: the profile id that the ledger names for the order
        """
        profile = people.get(order.partner_id)
        if not profile:
            return []
        moved = order.told == "order" and told_profile not in (None, profile)
        steps = []
        if order.told == "order" and (not order.counts or moved):
            steps.append(("order_cancelled", told_profile, -order.told_value))
        if order.counts and (order.told != "order" or moved):
            steps.append(("order", profile, order.value))
        elif order.counts and order.value != order.told_value:
            change = order.value - order.told_value
            steps.append(("order_changed", profile, change))
        elif order.offered and order.told != "quote":
            steps.append(("quote", profile, order.value))
        now = fields.Datetime.now()
        return [
            {
                "type": code,
                "profile_id": profile_id,
                "date": min(order.date if code == "order" else order.changed, now),
                "value": value,
                "summary": self._get_summary(order, code),
                "external_key": f"sale.order:{order.id}:{order.told_lines + place}",
                "res_model": "sale.order",
                "res_id": order.id,
                "user_id": order.user_id,
                "source_id": order.source_id,
                "medium_id": order.medium_id,
                "campaign_id": order.campaign_id,
            }
            for place, (code, profile_id, value) in enumerate(steps, 1)
            if profile_id
        ]

    def _get_summary(self, order, code):
        """Return the words of a ledger line."""
        if code != "order_changed":
            return order.name
        currency = self.env["res.company"].browse(order.company_id).currency_id
        before, after = (
            formatLang(self.env, value, currency_obj=currency)
            for value in (order.told_value, order.value)
        )
        return self.env._(
            "%(order)s: %(before)s → %(after)s",
            order=order.name,
            before=before,
            after=after,
        )

    def _get_told(self, order, lines, pending):
        """Return what the ledger knows of an order from now on: (id, whether there is
        more to do, what, value, number of lines)."""
        told = "order" if order.counts else "quote" if order.offered else None
        value = order.value if told == "order" else 0.0
        return (order.id, pending, told, value, order.told_lines + lines)

    def _write_told(self, told):
        self.env.cr.execute(
            """
            UPDATE sale_order o
               SET flywheel_pending = t.pending, flywheel_told = t.told,
                   flywheel_told_value = t.value, flywheel_told_lines = t.lines
              FROM unnest(%s::int[], %s::bool[], %s::varchar[], %s::float8[],
                          %s::int[]) t (id, pending, told, value, lines)
             WHERE o.id = t.id
            """,
            [list(column) for column in zip(*told, strict=True)],
        )
        names = ["flywheel_pending", *(f"flywheel_{name}" for name in TOLD)]
        self.invalidate_model(names, flush=False)
