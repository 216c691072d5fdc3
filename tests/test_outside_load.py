"""Outside systems send many events while a colleague works and a worker dies: nothing
is lost, nothing counts twice, nobody sees an error.

``OUTSIDE_EVENTS=50000`` makes it the long run; it prints what it measured.
"""

import os
import threading
import time

import pytest

from . import outside
from .test_concurrency import check_sums
from .test_outside_systems import System

EVENTS = int(os.environ.get("OUTSIDE_EVENTS") or 4_000)
BATCH = 500 if EVENTS >= 10_000 else 100
PEOPLE = max(EVENTS // 10, 200)
CLIENTS = 2


@pytest.fixture(scope="module")
def world(server):
    """Return (system, events, people, leads): a first event of everybody is there."""
    system = System(server, name="Load")
    events = [outside.make_event(number, PEOPLE) for number in range(EVENTS)]
    partners = server.call(
        "res.partner",
        "create",
        [{"name": f"L{n}", "email": f"load{n}@example.com"} for n in range(50)],
    )
    leads = server.call(
        "crm.lead",
        "create",
        [{"name": f"Lead {partner}", "partner_id": partner} for partner in partners],
    )
    found = server.call("crm.lead", "read", leads, ["flywheel_profile_id"])
    return system, events, [row["flywheel_profile_id"][0] for row in found], leads


def run(server, system, events, kill=None):
    """Send events by several clients; return (clients, seconds).

    :param kill: called with the clients once they have begun
    """
    clients = [
        outside.Sender(server.ports[number % 2], system.key, batches)
        for number, batches in enumerate(outside.share_out(events, CLIENTS, BATCH))
    ]
    start = time.monotonic()
    for client in clients:
        client.start()
    if kill:
        kill(clients)
    for client in clients:
        client.join()
    return clients, time.monotonic() - start


def report(name, worker):
    for kind, seconds in (("timeline", worker.reads), ("lead", worker.writes)):
        middle, late = (
            outside.percentile(seconds, share) * 1000 for share in (0.5, 0.95)
        )
        print(f"{name:>8} {kind:>8}: {middle:.0f} ms, p95 {late:.0f} ms")


def count(server):
    return server.number(
        "SELECT count(*) FROM flywheel_touchpoint"
        " WHERE external_key LIKE 'outside/%:load-%'"
    )


def test_while_somebody_works(server, world):
    system, events, people, leads = world
    idle = outside.Worker(server, server.ports[1], people, leads)
    idle.start()
    time.sleep(5)
    idle.stop.set()
    idle.join()
    busy = outside.Worker(server, server.ports[1], people, leads)
    busy.start()
    half = events[: len(events) // 2]
    clients, seconds = run(server, system, half)
    busy.stop.set()
    busy.join()
    print(f"\n{len(half)} events in {seconds:.1f} s: {len(half) / seconds:.0f}/s")
    print("retries:", [client.retries for client in clients])
    print("slowest call: %.1f s" % max(max(c.seconds) for c in clients))
    report("alone", idle)
    report("busy", busy)
    assert not busy.faults and not idle.faults
    assert sum(client.created for client in clients) == len(half)
    # Odoo gives up a transaction that met others five times; the client repeats.
    assert not any(client.errors for client in clients)
    assert sum(client.retries for client in clients) <= len(half) // BATCH // 10 + 1
    assert count(server) == len(half)


def test_killed_in_the_middle(server, world):
    """Both processes die while batches are under way; the clients go on by
    themselves, then everything is sent again."""
    system, events, _people, _leads = world

    def kill(clients):
        # By what they have done, not by the clock: a machine may be fast.
        for client in clients:
            while client.is_alive() and len(client.seconds) < 2:
                time.sleep(0.005)
            server.kill(client.port)
        for port in server.ports:
            server.restart(port)

    clients, _seconds = run(server, system, events, kill)
    assert sum(client.retries for client in clients) > 0
    assert not any(client.errors for client in clients)
    assert count(server) == len(events)
    clients, _seconds = run(server, system, events)
    assert [client.created for client in clients] == [0] * CLIENTS
    assert sum(client.repeated for client in clients) == len(events)
    assert count(server) == len(events)
    server.apply_pending()
    if EVENTS < 10_000:
        check_sums(server)
    assert "Traceback" not in server.log() or EVENTS >= 10_000


def test_same_batch_at_once(server, world):
    """The same events by two clients at the same moment count once."""
    system, events, _people, _leads = world
    fresh = [
        dict(item, external_key=item["external_key"] + "x") for item in events[:400]
    ]
    answers = []
    threads = [
        threading.Thread(
            target=lambda port=port: answers.append(
                outside.Sender(port, system.key, []).send(fresh)
            )
        )
        for port in server.ports * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answer["created"] for answer in answers) == len(fresh)
    assert sum(answer["duplicates"] for answer in answers) == 3 * len(fresh)
    assert not any(answer["errors"] for answer in answers)
    server.apply_pending()
