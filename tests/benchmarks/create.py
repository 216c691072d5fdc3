"""Creating leads, with and without the flywheel."""

import itertools

from .harness import Row, measure

BATCH = 1_000
SINGLE = 200
serial = itertools.count()


def values(count):
    """Return the values of new leads of people whom nobody knows yet."""
    return [
        {
            "name": f"Created {number}",
            "contact_name": f"Person {number}",
            "email_from": f"created{number}@bench.example",
            "phone": f"+886 2 {number:08d}",
        }
        for number in itertools.islice(serial, count)
    ]


def run(core, ours, size):
    """Return the rows of this benchmark."""

    def batch(world):
        env = world.env
        env["crm.lead"].create(values(BATCH))
        env.flush_all()
        world.cr.rollback()

    def single(world):
        env = world.env
        for vals in values(SINGLE):
            env["crm.lead"].create(vals)
            env.flush_all()
        world.cr.rollback()

    rows = []
    for name, call, count, times in (
        (f"create {BATCH:,} leads at once", batch, BATCH, 5),
        (f"create {SINGLE} leads one by one", single, SINGLE, 5),
    ):
        base, own = measure(
            lambda call=call: call(core),
            lambda call=call: call(ours),
            repetitions=times,
        )
        rows.append(Row(name, size, own, base, units=count, aim=1.2))
    return rows
