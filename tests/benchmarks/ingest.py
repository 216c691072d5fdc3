"""Taking touchpoints in, against writing the same rows by bare SQL."""

import itertools
import random
import time

from psycopg2.extras import execute_values

from .harness import Row, measure

BATCH = 1_000
BATCHES = 5
TYPES = ("form", "page", "email_click", "call_in", "chat", "meeting", "order")
COLUMNS = (
    "profile_id",
    "type_id",
    "date",
    "external_key",
    "value",
    "content",
    "company_id",
    "state",
    "pending",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
)
serial = itertools.count()


def items(people):
    """Return the batches of one repetition.

    :param people: function that returns an address
    """
    dice = random.Random(next(serial))
    now = time.time()
    return [
        [
            {
                "type": dice.choice(TYPES),
                "date": time.strftime(
                    "%Y-%m-%d %H:%M:%S",
                    time.gmtime(now - dice.randrange(90 * 86400)),
                ),
                "email": people(dice),
                "external_key": f"ingest-{next(serial)}",
                "summary": "What happened, in a few words",
                "value": 1.0,
            }
            for _ in range(BATCH)
        ]
        for _ in range(BATCHES)
    ]


def run(_core, ours, size):
    """Return the rows of this benchmark."""
    cr = ours.cr
    cr.execute("DROP TABLE IF EXISTS bench_bare")
    cr.execute("CREATE TABLE bench_bare (LIKE flywheel_touchpoint INCLUDING ALL)")
    # The same number of rows behind the same indexes.
    cr.execute("INSERT INTO bench_bare SELECT * FROM flywheel_touchpoint")
    ours.vacuum()
    rows = []
    for name, people in (
        ("known people", lambda dice: f"lead{dice.randrange(1, size - 50)}"),
        ("a new person each", lambda _dice: f"new{next(serial)}"),
    ):
        rows += compare(ours, size, name, lambda d, p=people: f"{p(d)}@bench.example")
        ours.vacuum()
    cr.execute("DROP TABLE bench_bare")
    cr.commit()
    return rows


def compare(ours, size, name, people):
    """Time ingest and the two kinds of bare inserts with rows of the same kind."""

    def ingest():
        batches = items(people)
        started = time.perf_counter()
        for batch in batches:
            env = ours.env
            answer = env["flywheel.touchpoint"].ingest(batch)
            env.flush_all()
            ours.cr.commit()
            if answer["created"] != BATCH:
                raise AssertionError(answer)
        return time.perf_counter() - started

    def bare(write):
        batches = [prepare(ours, batch) for batch in items(people)]
        ours.cr.commit()
        started = time.perf_counter()
        for batch in batches:
            write(ours.cr, batch)
            ours.cr.commit()
        return time.perf_counter() - started

    own, unnest, values = measure(
        ingest, lambda: bare(insert_unnest), lambda: bare(insert_values), repetitions=5
    )
    units = BATCH * BATCHES
    title = f"ingest, batches of {BATCH:,}, {name}"
    return [
        Row(title, size, own, unnest, "one INSERT of arrays", units),
        Row(title, size, own, values, "multi-row INSERT", units),
    ]


def prepare(ours, batch):
    """Return the bare rows of a batch, with everything looked up already."""
    ours.cr.execute("SELECT code, id FROM flywheel_touchpoint_type")
    types = dict(ours.cr.fetchall())
    ours.cr.execute("SELECT min(id), max(id) FROM flywheel_profile")
    low, high = ours.cr.fetchone()
    dice = random.Random(len(batch))
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    return [
        (
            dice.randrange(low, high),
            types[item["type"]],
            item["date"],
            item["external_key"],
            item["value"],
            item["summary"],
            1,
            "valid",
            False,
            2,
            now,
            2,
            now,
        )
        for item in batch
    ]


def insert_unnest(cr, rows):
    """Insert as the flywheel itself does: one statement over arrays."""
    kinds = ("int", "int", "timestamp", "text", "float8", "text", "int", "text", "bool")
    kinds += ("int", "timestamp", "int", "timestamp")
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    cr.execute(
        f"INSERT INTO bench_bare ({', '.join(COLUMNS)}) SELECT * FROM unnest({arrays})",
        [list(column) for column in zip(*rows, strict=True)],
    )


def insert_values(cr, rows):
    """Insert as a program without Odoo would: VALUES (…), (…)."""
    statement = f"INSERT INTO bench_bare ({', '.join(COLUMNS)}) VALUES %s"
    execute_values(cr._obj, statement, rows, page_size=len(rows))
