"""Orders: confirming one, telling the ledger of past ones, what similar customers buy.

There is an order for every ten leads of the size, each with ten lines. Confirming is
measured beside Odoo's sales without the flywheel; the ledger beside one bare statement
that inserts as many lines; what similar customers buy stands alone, as the 95th of a
hundred customers.
"""

import statistics
import time

from bootstrap import install

from .harness import Row, measure
from .worlds import CRM, World

CORE = "flywheel_bench_sale"
OURS = "flywheel_bench_sale_ours"
LINES = 10
SAMPLE = 20
PRODUCTS = 200
# Orders of a customer.
ORDERS = 5
CONFIRMED = 20
ASKED = 100
OWN_ORDER = {"id", "name", "partner_id", "partner_invoice_id", "partner_shipping_id"}
OWN_ORDER |= {"date_order", "state", "access_token"}
OWN_LINE = {"id", "order_id", "product_id", "order_partner_id", "state"}
# Customers buy from a shelf of their own, and a little of everything.
ORDERS_SQL = """
    INSERT INTO sale_order ({columns}, name, partner_id, partner_invoice_id,
                            partner_shipping_id, date_order, state)
    SELECT {values}, 'Bench ' || n, c.id, c.id, c.id,
           now() AT TIME ZONE 'UTC' - (n * 7919 %% 1000) * interval '1 day', 'sale'
      FROM generate_series(1, %(orders)s) n
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM res_partner
             WHERE name LIKE 'Bench %%') people ON TRUE
      JOIN res_partner c ON c.id = people.ids[1 + n %% array_length(people.ids, 1)]
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM sale_order) sample ON TRUE
      JOIN sale_order o ON o.id = sample.ids[1 + n %% array_length(sample.ids, 1)]
"""
LINES_SQL = """
    INSERT INTO sale_order_line ({columns}, order_id, product_id, order_partner_id,
                                 state)
    SELECT {values}, o.id,
           shelf.ids[1 + CASE WHEN k %% 4 = 0 THEN (o.id * 31 + k * 17) %% %(products)s
                              ELSE (o.partner_id %% 10) * %(products)s / 10
                                   + (o.id * 13 + k * 7) %% (%(products)s / 10) END],
           o.partner_id, 'sale'
      FROM sale_order o
      JOIN generate_series(1, %(lines)s) k ON TRUE
      JOIN (SELECT * FROM sale_order_line ORDER BY id LIMIT 1) l ON TRUE
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM product_product
             WHERE default_code LIKE 'Bench %%') shelf ON TRUE
     WHERE o.name LIKE 'Bench %%'
"""
BARE = """
    INSERT INTO flywheel_touchpoint
           (profile_id, type_id, date, state, pending, external_key, value, content,
            res_model, res_id)
    SELECT c.flywheel_profile_id, %(type)s, o.date_order, 'valid', FALSE,
           'bare:' || o.id, o.amount_untaxed, o.name, 'sale.order', o.id
      FROM sale_order o JOIN res_partner c ON c.id = o.partner_id
     WHERE o.name LIKE 'Bench %%'
"""


def run(worlds, size):
    """Return the rows of this benchmark; ``size`` is the number of order lines."""
    worlds.ensure_crm()
    log = worlds.settings.logs / "bench-order.log"
    for name, source, addon in (
        (CORE, CRM, "sale_crm"),
        (OURS, CORE, "inbound_flywheel_sale"),
    ):
        worlds.databases.drop(name)
        worlds.databases.copy(source, name)
        install.run_odoo(worlds.settings, log, "-d", name, "-i", addon)
    core, ours = World(CORE), World(OURS)
    try:
        for world in (core, ours):
            fill(world, size // LINES)
        return [*adopt(ours, size), *confirm(core, ours, size), *propose(ours, size)]
    finally:
        for world in (core, ours):
            world.close()
            worlds.databases.drop(world.name)


def fill(world, orders):
    """Put customers, products, and their orders into a database."""
    env = world.env
    env["res.partner"].create(
        [{"name": f"Bench {n}"} for n in range(max(orders // ORDERS, SAMPLE))]
    )
    env["product.product"].create(
        [
            {
                "name": f"Product {n}",
                "default_code": f"Bench {n}",
                "type": "service",
                "list_price": 10 + n,
                "taxes_id": [],
            }
            for n in range(PRODUCTS)
        ]
    )
    make_orders(env, SAMPLE)
    env.flush_all()
    values = {"orders": orders, "products": PRODUCTS, "lines": LINES}
    for table, own, statement in (
        ("sale_order", OWN_ORDER, ORDERS_SQL),
        ("sale_order_line", OWN_LINE, LINES_SQL),
    ):
        world.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND table_schema = current_schema",
            [table],
        )
        columns = sorted({row[0] for row in world.cr.fetchall()} - own)
        alias = "o" if table == "sale_order" else "l"
        # The names are those of the table's own columns.
        world.cr.execute(
            statement.format(
                columns=", ".join(f'"{name}"' for name in columns),
                values=", ".join(f'{alias}."{name}"' for name in columns),
            ),
            values,
        )
    world.vacuum()


def make_orders(env, number):
    """Return so many quotations of three lines, each of another customer."""
    partners = env["res.partner"].search([("name", "like", "Bench %")], limit=number)
    products = env["product.product"].search(
        [("default_code", "like", "Bench %")], limit=3
    )
    return env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 2})
                    for product in products
                ],
            }
            for partner in partners
        ]
    )


def confirm(core, ours, size):
    """Return the row of confirming orders one by one, each committed."""

    def one_by_one(world):
        ids = make_orders(world.env, CONFIRMED).ids
        world.cr.commit()
        durations = []
        for order_id in ids:
            order = world.env["sale.order"].browse(order_id)
            started = time.perf_counter()
            order.action_confirm()
            world.cr.commit()
            durations.append(time.perf_counter() - started)
        return statistics.median(durations)

    base, own = measure(lambda: one_by_one(core), lambda: one_by_one(ours))
    return [Row("confirm an order", size, own, base, "sales alone", units=1, aim=1.05)]


def adopt(ours, size):
    """Return the row of telling the ledger of past orders."""

    def forget():
        ours.cr.rollback()
        ours.cr.execute(
            "DELETE FROM flywheel_touchpoint WHERE res_model = 'sale.order'"
        )
        ours.cr.execute(
            "UPDATE sale_order SET flywheel_pending = TRUE, flywheel_told = NULL,"
            " flywheel_told_value = 0, flywheel_told_lines = 0"
            " WHERE name LIKE 'Bench %'"
        )
        ours.vacuum()

    def book():
        forget()
        env = ours.env
        started = time.perf_counter()
        env["sale.order"]._cron_book()
        return time.perf_counter() - started

    def bare():
        forget()
        kind = ours.env["flywheel.touchpoint.type"]._get_ids_by_code()["order"]
        started = time.perf_counter()
        ours.cr.execute(BARE, {"type": kind})
        ours.cr.commit()
        return time.perf_counter() - started

    # Makes the people, whom the bare statement names.
    book()
    # The last one leaves the ledger as it is in life.
    base, own = measure(bare, book, repetitions=2)
    orders = size // LINES
    name = "past orders into the ledger"
    return [Row(name, size, own, base, "one bare insert", units=orders)]


def propose(ours, size):
    """Return the row of what similar customers buy, by the 95th of 100 customers."""
    ids = ours.env["res.partner"].search([("name", "like", "Bench %")]).ids

    def ask():
        durations = []
        for number in range(ASKED):
            partner = ours.env["res.partner"].browse(ids[number * 7919 % len(ids)])
            started = time.perf_counter()
            panel = partner.get_order_panel()
            durations.append(time.perf_counter() - started)
            assert panel["similar"]["words"]
        return statistics.quantiles(durations, n=20)[-1]

    (own,) = measure(ask, repetitions=2)
    return [Row("what similar customers buy, p95", size, own, [], "")]
