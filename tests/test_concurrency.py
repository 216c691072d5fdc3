"""Several clients and several workers on the same people, and workers that die."""

import collections
import random
import threading
import time
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

import pytest

from bootstrap.console import StepError

TYPES = ("form", "page", "email_click", "call_in", "chat", "order", "unsubscribe")
CLIENTS = 4
ROUNDS = 8
# A worker that meets a conflict five times running gives up, as Odoo always does.
ATTEMPTS = 5


def together(*calls):
    """Run functions at the same moment and return what they return."""
    barrier = threading.Barrier(len(calls))

    def start(call):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [job.result() for job in [pool.submit(start, call) for call in calls]]


def send(server, items):
    """Send a batch as a client does that repeats what went wrong; return (answer,
    number of attempts)."""
    for attempt in range(1, ATTEMPTS):
        try:
            return server.ingest(items), attempt
        except (xmlrpc.client.Fault, xmlrpc.client.ProtocolError, OSError):
            time.sleep(0.1 * attempt)
    return server.ingest(items), ATTEMPTS


def make_item(number, prefix, people):
    """Return one of a fixed set of items: the same number, the same item."""
    dice = random.Random(f"{prefix}{number}")
    day, second = dice.randrange(1, 28), dice.randrange(60)
    return {
        "type": dice.choice(TYPES),
        "date": f"2026-10-{day:02d} 10:{dice.randrange(60):02d}:{second:02d}",
        "email": f"{prefix}{dice.randrange(people)}@example.com",
        "external_key": f"{prefix}-{number}",
        "value": dice.randrange(100),
    }


def lines(server):
    """Return all score lines as dicts."""
    fields = ["touchpoint_id", "rule_id", "profile_id", "points", "momentum"]
    return server.call("flywheel.award", "search_read", [], fields)


def momenta(server):
    """Return (id, momentum) of everybody."""
    people = server.ask("SELECT id, momentum FROM flywheel_profile")
    return [(int(person), float(momentum)) for person, momentum in people]


def check_sums(server):
    """Every momentum is the sum of its lines."""
    terms = collections.defaultdict(list)
    for line in lines(server):
        terms[line["profile_id"][0]].append(line["momentum"])
    for person, momentum in momenta(server):
        own = terms[person]
        error = abs(momentum - sum(own))
        assert error <= 1e-9 * (1 + sum(map(abs, own))), person


def awards(server):
    """Return what was awarded, and to whom, as a set."""
    return {
        (line["touchpoint_id"][0], line["rule_id"][0], line["points"])
        for line in lines(server)
    } | {(person, f"{momentum:.9e}") for person, momentum in momenta(server)}


def reaward(server):
    """Activate another version and roll back: scored anew, in no order of arrival."""
    active = server.call("flywheel.score.model", "search", [("state", "=", "active")])
    draft = server.call("flywheel.score.model", "copy", active)
    server.call("flywheel.score.model", "action_activate", draft)
    server.call("flywheel.score.model", "action_roll_back", draft)


def test_same_item_from_two_clients(server):
    for number in range(ROUNDS):
        item = make_item(number, f"twin{number}.", 1)
        answers = together(*[lambda item=item: send(server, [item])] * 2)
        total = collections.Counter()
        for answer, _attempts in answers:
            assert not answer["errors"]
            total.update(created=answer["created"], duplicates=answer["duplicates"])
        assert total == {"created": 1, "duplicates": 1}
    keys = "SELECT count(*) FROM flywheel_touchpoint WHERE external_key LIKE 'twin%'"
    assert server.number(keys) == ROUNDS
    people = "SELECT count(*) FROM flywheel_identity WHERE value LIKE 'twin%'"
    assert server.number(people) == ROUNDS
    server.apply_pending()
    check_sums(server)


def test_no_person_without_identity_is_left(server):
    """Two clients meet a new address: the loser's person must not stay behind."""
    orphans = """
        SELECT count(*) FROM flywheel_profile p
         WHERE p.partner_id IS NULL
           AND NOT EXISTS (SELECT FROM flywheel_identity i WHERE i.profile_id = p.id)
           AND NOT EXISTS (SELECT FROM flywheel_touchpoint t WHERE t.profile_id = p.id)
    """
    before = server.number(orphans)
    for number in range(ROUNDS):
        item = make_item(0, f"orphan{number}.", 1)
        together(
            *[
                lambda n=n, item=item: send(server, [{**item, "external_key": f"{n}"}])
                for n in range(CLIENTS)
            ]
        )
    assert server.number(orphans) == before


def test_contacts_whom_nobody_has_looked_at(server):
    """Two clients meet contacts that are no people yet: neither is refused."""
    for number in range(ROUNDS):
        emails = [f"fresh{number}.{n}@example.com" for n in range(40)]
        contacts = [{"name": email, "email": email} for email in emails]
        server.call("res.partner", "create", contacts)
        batches = [
            [
                {**make_item(n, f"fresh{number}{client}", 1), "email": email}
                for n, email in enumerate(emails)
            ]
            for client in "ab"
        ]
        answers = together(
            *[lambda items=items: server.ingest(items) for items in batches]
        )
        assert [answer["created"] for answer in answers] == [len(emails)] * 2
    people = "SELECT count(*) FROM flywheel_identity WHERE value LIKE 'fresh%'"
    assert server.number(people) == ROUNDS * 40


def test_four_clients_same_people(server):
    dice = random.Random(1)
    batches = [
        [[dice.randrange(2000) for _ in range(100)] for _ in range(8)]
        for _ in range(CLIENTS)
    ]
    distinct = {n for client in batches for batch in client for n in batch}

    def client(numbers):
        total = collections.Counter()
        for batch in numbers:
            items = [make_item(number, "crew", 60) for number in batch]
            answer, attempts = send(server, items)
            assert not answer["errors"]
            total.update(
                created=answer["created"],
                duplicates=answer["duplicates"],
                attempts=attempts,
            )
        return total

    calls = [lambda numbers=numbers: client(numbers) for numbers in batches]
    total = sum(together(*calls), collections.Counter())
    sent = sum(len(batch) for numbers in batches for batch in numbers)
    assert total["created"] == len(distinct)
    assert total["duplicates"] == sent - len(distinct)
    keys = "SELECT count(*) FROM flywheel_touchpoint WHERE external_key LIKE 'crew-%'"
    assert server.number(keys) == len(distinct)
    server.apply_pending()
    check_sums(server)
    earned = awards(server)
    reaward(server)
    assert awards(server) == earned
    check_sums(server)


def test_busy_person(server):
    """A writer does not wait for one who is at work on the same person; the scheduled
    action applies the line within seconds after that, without anybody asking."""
    first, second = make_item(0, "busy", 1), make_item(1, "busy", 1)
    server.ingest([first])
    pending = "SELECT count(*) FROM flywheel_touchpoint WHERE pending"
    server.apply_pending()
    other = server.connect()
    try:
        other.cursor().execute(
            "SELECT FROM flywheel_profile WHERE id = (SELECT profile_id"
            " FROM flywheel_identity WHERE value = 'busy0@example.com')"
            " FOR NO KEY UPDATE"
        )
        started = time.monotonic()
        answer = server.ingest([second])
        assert answer["created"] == 1
        assert time.monotonic() - started < 10
        assert server.number(pending) == 1
    finally:
        other.close()
    deadline = time.monotonic() + 60
    while server.number(pending) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not server.number(pending)
    check_sums(server)


@pytest.mark.parametrize(
    "moment",
    [
        "INSERT INTO flywheel_touchpoint",
        "WITH total AS",
        "WITH closed AS",
    ],
)
def test_killed_in_mid_batch(server, moment):
    prefix = f"killed{moment.split()[1]}."
    items = [make_item(number, prefix, 3000) for number in range(10_000)]
    mine = f"external_key LIKE '{prefix}-%'"
    count = f"SELECT count(*) FROM flywheel_touchpoint WHERE {mine}"
    tables = ("profile", "identity", "touchpoint", "stage_interval")

    def sizes():
        return [server.number(f"SELECT count(*) FROM flywheel_{t}") for t in tables]

    before = sizes()
    port = server.ports[-1]
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(server.ingest, items, port=port)
        assert await_statement(server, moment), "the moment was missed"
        server.kill(port)
        error = job.exception(60)
    assert isinstance(error, OSError | xmlrpc.client.ProtocolError), error
    await_idle(server)
    assert sizes() == before
    server.restart(port)
    answer, _attempts = send(server, items)
    assert (answer["created"], answer["duplicates"]) == (10_000, 0)
    assert server.number(count) == 10_000
    answer, _attempts = send(server, items)
    assert (answer["created"], answer["duplicates"]) == (0, 10_000)
    server.apply_pending()
    check_sums(server)


def await_statement(server, start):
    """Wait until a worker executes a statement that begins so; tell whether one did.

    One session looks every two milliseconds: some statements are short.
    """
    watch = f"""
        DO $$ BEGIN
            FOR look IN 1..15000 LOOP
                PERFORM pg_stat_clear_snapshot();
                IF EXISTS (
                    SELECT FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()
                       AND state IN ('active', 'idle in transaction')
                       AND ltrim(query, E' \\n\\t') LIKE '{start}%'
                ) THEN RETURN; END IF;
                PERFORM pg_sleep(0.002);
            END LOOP;
            RAISE EXCEPTION 'missed';
        END $$
    """
    try:
        server.ask(watch)
    except StepError:
        return False
    return True


def await_idle(server):
    """Wait until the database has ended what killed workers had begun."""
    busy = """
        SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND xact_start < now() - interval '0.2 s'
    """
    deadline = time.monotonic() + 30
    while server.number(busy) and time.monotonic() < deadline:
        time.sleep(0.1)
