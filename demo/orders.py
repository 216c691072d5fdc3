"""What customers of the bank ordered within two years: made up, but not at random.

What somebody orders goes by the job, as the published data has it; four in ten order
again and again, each in a rhythm of their own, and some of these are overdue.
"""

import random
from datetime import timedelta

from . import crons
from .bank import is_won
from .client import external
from .config import SELLERS
from .progress import Progress
from .timeline import text

ORDER = "sale.order"
FIELDS = ["id", "partner_id/id", "date_order", "user_id/id", "team_id/id"]
FIELDS += ["order_line/product_id/id", "order_line/product_uom_qty"]
BATCH = 250
CUSTOMERS = 250
DAYS = 725
# key: name, price
PRODUCTS = {
    "deposit": ("Term deposit", 5000),
    "savings": ("Savings plan", 600),
    "card": ("Credit card", 48),
    "box": ("Safe deposit box", 120),
    "travel": ("Travel insurance", 85),
    "advice": ("Hour of advice", 150),
    "portfolio": ("Portfolio review", 320),
}
BASKETS = {
    "retired": ("deposit", "box", "advice", "travel"),
    "student": ("card", "travel", "savings"),
    "entrepreneur": ("advice", "deposit", "portfolio", "card"),
    "self-employed": ("advice", "card", "deposit", "portfolio"),
    "management": ("deposit", "portfolio", "box", "travel"),
    "technician": ("savings", "card", "travel"),
    "admin.": ("savings", "travel", "card", "advice"),
}
USUAL = ("savings", "card", "advice")


def load_orders(client, rows, timeline):
    """Load products and orders; what is there stays."""
    if not client.has_model("flywheel.similar"):
        return
    products = [
        [f"product_{key}", name, "service", str(price)]
        for key, (name, price) in PRODUCTS.items()
    ]
    fields = ["id", "name", "type", "list_price"]
    client.ensure("product.product", fields, products, "Products")
    orders = make_orders(rows, timeline)
    book = crons.find(client, "inbound_flywheel_sale", "cron_book_orders")
    crons.let_run(client, book, False)
    _settle(client, orders, _import_orders(client, orders))
    crons.let_run(client, book, True)


def _import_orders(client, orders):
    """Import orders with their lines; return {external name: id}."""
    known = client.known(ORDER)
    missing = [order for order in orders if order[0] not in known]
    progress = Progress("Orders", len(orders), done=len(known))
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        data = [row for order in batch for row in order_rows(*order)]
        ids = client.load(ORDER, FIELDS, data, {"mail_auto_subscribe_no_notify": True})
        known.update(zip((order[0] for order in batch), ids, strict=True))
        progress.add(len(batch))
    progress.close()
    return known


def order_rows(key, number, moment, items, _cancelled):
    """Return an order as rows for Odoo's import, see FIELDS: one a line."""
    seller = SELLERS[number % len(SELLERS)]
    contact = external(f"contact_{number}")
    head = [external(key), contact, text(moment), seller, external("sales_team")]
    return [
        [
            *(head if place == 0 else [""] * 5),
            external(f"product_{product}"),
            str(count),
        ]
        for place, (product, count) in enumerate(items)
    ]


def _settle(client, orders, known):
    """Confirm what is no order yet, cancel what was cancelled."""
    domain = [("id", "in", list(known.values())), ("state", "=", "draft")]
    draft = client.call(ORDER, "search", domain=domain, order="date_order, id")
    if not draft:
        return
    for start in range(0, len(draft), BATCH):
        batch = [[str(key), "sale"] for key in draft[start : start + BATCH]]
        client.load(ORDER, [".id", "state"], batch)
    gone = [known[key] for key, *_rest, cancelled in orders if cancelled]
    rows = [[str(key), "cancel"] for key in gone if key in set(draft)]
    client.load(ORDER, [".id", "state"], rows)


def make_orders(rows, timeline):
    """Return all orders, oldest first, the same for the same rows.

    :return: list of (key, row number, moment, [(product, count)], cancelled)
    """
    now = timeline.at(1)
    orders = []
    won = [row for row in rows if is_won(row)][:CUSTOMERS]
    for place, row in enumerate(won):
        number = int(row["row"])
        chance = random.Random(f"orders {number}")
        basket = BASKETS.get(row["job"], USUAL)
        # Nobody has all of it: something is left to offer.
        basket = chance.sample(basket, len(basket) - 1)
        days = _rhythm(chance, place) if place % 5 < 2 else _now_and_then(chance)
        # The last ones came to nothing; their customers think it over.
        cancelled = place % 25 == 4
        if cancelled:
            days.append(chance.uniform(0.2, 2.5))
        for n, ago in enumerate(days):
            moment = now - timedelta(days=ago, minutes=chance.randint(0, 400))
            items = _items(chance, basket, n)
            last = cancelled and n == len(days) - 1
            orders.append((f"order_{number}_{n}", number, moment, items, last))
    return sorted(orders, key=lambda order: order[2])


def _rhythm(chance, place):
    """Return how many days ago somebody ordered who does so regularly."""
    gap = chance.choice((30, 42, 60, 75, 90))
    # Every sixth of them should have come long ago.
    last = gap * (
        chance.uniform(1.6, 2.6) if place % 6 == 0 else chance.uniform(0.1, 1)
    )
    days = [last]
    for _order in range(chance.randint(4, 8)):
        days.append(days[-1] + gap * chance.uniform(0.85, 1.15))
    return [ago for ago in reversed(days) if ago < DAYS]


def _now_and_then(chance):
    days = [chance.uniform(3, DAYS) for _order in range(chance.choice((1, 1, 2, 2)))]
    return sorted(days, reverse=True)


def _items(chance, basket, n):
    """Return what one order is about: the basket's products in turn."""
    items = [(basket[n % len(basket)], chance.choice((1, 1, 1, 2)))]
    if chance.random() < 0.35:
        other = basket[(n + 1) % len(basket)]
        items.append((other, 1))
    return items
