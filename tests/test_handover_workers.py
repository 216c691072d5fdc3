"""Several workers hand over from one queue: nothing twice, nobody beyond capacity."""

import contextlib
import time
import xmlrpc.client

import pytest

from .test_concurrency import send, together

WORKERS = 4
PEOPLE = 200
CAPACITY = 40
PATIENCE = 60


@pytest.fixture(scope="module")
def sellers(server):
    """Return the ids of four salespeople who have room for fewer than wait."""
    # Whoever is at the threshold in the copied database is not part of the set-up.
    connection = server.connect()
    with contextlib.closing(connection), connection, connection.cursor() as cr:
        cr.execute("DELETE FROM flywheel_handover")
        cr.execute("UPDATE flywheel_profile SET momentum = 0")
    optout = server.call("crm.team", "search", [])
    server.call("crm.team", "write", optout, {"assignment_optout": True})
    group = server.ref("sales_team", "group_sale_salesman")
    users = server.call(
        "res.users",
        "create",
        [
            {"name": f"Seller {n}", "login": f"seller{n}", "group_ids": [(4, group)]}
            for n in range(4)
        ],
    )
    for name, members in (("East", users[:2]), ("West", users[2:])):
        values = [(0, 0, {"user_id": u, "assignment_max": CAPACITY}) for u in members]
        team = {"name": name, "use_leads": True, "crm_team_member_ids": values}
        server.call("crm.team", "create", [team])
    definition = server.call("flywheel.handover.definition", "search", [])
    values = {"threshold": 30, "box_ids": [(5,)]}
    server.call("flywheel.handover.definition", "write", definition, values)
    return users


def item(number, code, prefix):
    """Return an event of a person."""
    return {
        "type": code,
        "date": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        "email": f"{prefix}{number}@example.com",
        "external_key": f"{prefix}{number}.{code}",
    }


def of(prefix):
    """Return the SQL condition for hand-overs ``h`` of people of a test."""
    return (
        "h.profile_id IN (SELECT profile_id FROM flywheel_identity"
        f" WHERE value LIKE '{prefix}%@example.com')"
    )


def test_four_workers_assign_one_queue(server, sellers):
    codes = ("form", "chat", "call_in", "meeting")
    items = [item(n, code, "queue") for n in range(PEOPLE) for code in codes]

    def work():
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            # Losing the race five times running is no fault.
            with contextlib.suppress(xmlrpc.client.Fault):
                server.call("flywheel.handover", "action_assign_waiting", [])
                return

    def feed(part):
        answer, _attempts = send(server, part)
        assert not answer["errors"]

    # Some come while others are given away.
    parts = [items[start : start + 200] for start in range(0, len(items), 200)]
    together(*[lambda p=p: feed(p) for p in parts], *[work] * WORKERS)
    server.apply_pending()
    together(*[work] * WORKERS)
    work()
    states = dict(
        server.ask(
            "SELECT state, count(*) FROM flywheel_handover h"
            f" WHERE {of('queue')} GROUP BY state"
        )
    )
    full = CAPACITY * len(sellers)
    assert states == {"assigned": str(full), "waiting": str(PEOPLE - full)}
    assert not server.ask(
        f"SELECT profile_id FROM flywheel_handover h WHERE {of('queue')}"
        " GROUP BY profile_id HAVING count(*) > 1"
    )
    loads = server.ask(
        "SELECT user_id, count(*) FROM flywheel_handover h"
        f" WHERE {of('queue')} AND state = 'assigned' GROUP BY user_id"
    )
    assert {int(user): int(count) for user, count in loads} == dict.fromkeys(
        sellers, CAPACITY
    )
    for statement in (
        # One line in the ledger, one lead and one task for each.
        "SELECT count(*) FROM flywheel_touchpoint t"
        " JOIN flywheel_touchpoint_type k ON k.id = t.type_id"
        " JOIN flywheel_handover h ON h.profile_id = t.profile_id"
        f" WHERE k.code = 'handover_assigned' AND {of('queue')}",
        "SELECT count(*) FROM crm_lead l"
        " JOIN flywheel_handover h ON h.profile_id = l.flywheel_profile_id"
        f" WHERE l.user_id = h.user_id AND {of('queue')}",
        "SELECT count(*) FROM mail_activity a JOIN flywheel_handover h"
        " ON h.lead_id = a.res_id AND a.res_model = 'crm.lead'"
        f" WHERE a.user_id = h.user_id AND {of('queue')}",
    ):
        assert server.number(statement) == full


def test_two_clients_bring_one_person_over(server, sellers):
    for number in range(8):
        clients = [
            lambda codes=codes, n=number: send(
                server, [item(n, code, "twice") for code in codes]
            )
            for codes in (("form", "meeting"), ("chat", "call_in", "email_reply"))
        ]
        together(*clients)
    server.apply_pending()
    rows = server.ask(
        f"SELECT profile_id, count(*) FROM flywheel_handover h WHERE {of('twice')}"
        " GROUP BY profile_id"
    )
    assert len(rows) == 8
    assert {count for _person, count in rows} == {"1"}
