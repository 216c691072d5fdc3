"""Several workers escalate one queue, and one of them dies: nothing twice, nothing
lost."""

import contextlib
import time
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

import pytest

from .test_concurrency import await_idle, together

WORKERS = 4
CASES = 300
PATIENCE = 90
OF_CASES = (
    "FROM {table} x JOIN helpdesk_ticket t ON t.id = x.{column} WHERE t.name = '{name}'"
)


@pytest.fixture(scope="module")
def desk(server):
    """Return (team, server action that does one batch), on a ladder of one step."""
    cron = server.ref("inbound_flywheel_service", "ir_cron_escalate")
    server.call("ir.cron", "write", [cron], {"active": False})
    ladders = server.call("flywheel.escalation.ladder", "search", [])
    server.call("flywheel.escalation.ladder", "write", ladders, {"active": False})
    [team] = server.call(
        "helpdesk.ticket.team",
        "create",
        [{"name": "Waiting", "user_id": server.uid, "flywheel_auto_assign": False}],
    )
    step = {"delay": 1, "trigger": "waiting", "notify_lead": True, "priority": "3"}
    server.call(
        "flywheel.escalation.ladder",
        "create",
        [{"name": "One step", "team_ids": [(4, team)], "step_ids": [(0, 0, step)]}],
    )
    # The scheduled action runs one at a time; this asks for more than that.
    [action] = server.call(
        "ir.actions.server",
        "create",
        [
            {
                "name": "One batch",
                "model_id": server.ref("helpdesk_mgmt", "model_helpdesk_ticket"),
                "state": "code",
                "code": "model._flywheel_try_batch()",
            }
        ],
    )
    return team, action


def wait(server, team, name):
    """Make cases whose customers wait for a week."""
    values = {"name": name, "description": "Help", "team_id": team}
    for _part in range(CASES // 150):
        server.call("helpdesk.ticket", "create", [dict(values) for _n in range(150)])
    connection = server.connect()
    with contextlib.closing(connection), connection, connection.cursor() as cr:
        cr.execute(
            "UPDATE helpdesk_ticket SET next_escalation = now() AT TIME ZONE 'UTC'"
            " - interval '1 minute',"
            " waiting_since = date_trunc('second', now() AT TIME ZONE 'UTC')"
            " - interval '7 days' WHERE name = %s",
            [name],
        )


def batch(server, action, **where):
    """One batch in a worker; losing the race is no fault."""
    with contextlib.suppress(xmlrpc.client.Fault):
        server.call("ir.actions.server", "run", [action], **where)


def work(server, action, name):
    """Do batches until nothing is left."""
    left = (
        f"SELECT count(*) FROM helpdesk_ticket WHERE name = '{name}'"
        " AND next_escalation <= now() AT TIME ZONE 'UTC'"
    )
    deadline = time.monotonic() + PATIENCE
    while server.number(left) and time.monotonic() < deadline:
        batch(server, action)
    assert not server.number(left)


def done(server, name):
    """Return (steps taken, cases with one, activities, lines of traces)."""
    log = OF_CASES.format(
        table="flywheel_escalation_log", column="ticket_id", name=name
    )
    activities = OF_CASES.format(table="mail_activity", column="res_id", name=name)
    activities += " AND x.res_model = 'helpdesk.ticket'"
    trace = OF_CASES.format(table="flywheel_case_trace", column="ticket_id", name=name)
    trace += " AND x.code = 'ladder'"
    [(steps, cases)] = server.ask(f"SELECT count(*), count(DISTINCT x.ticket_id) {log}")
    return (
        int(steps),
        int(cases),
        int(server.number(f"SELECT count(*) {activities}")),
        int(server.number(f"SELECT count(*) {trace}")),
    )


def test_four_workers_one_queue(server, desk):
    team, action = desk
    wait(server, team, "Four workers")
    together(*[lambda: work(server, action, "Four workers")] * WORKERS)
    assert done(server, "Four workers") == (CASES,) * 4
    batch(server, action)
    assert done(server, "Four workers") == (CASES,) * 4


@pytest.mark.parametrize(
    "table", ["flywheel_escalation_log", "mail_activity", "flywheel_case_trace"]
)
def test_killed_in_the_middle(server, desk, table):
    """The worker dies while it waits to write to a table that is held."""
    team, action = desk
    name = f"Killed at {table}"
    wait(server, team, name)
    port = server.ports[-1]
    holder = server.connect()
    try:
        holder.cursor().execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(
                server.call, "ir.actions.server", "run", [action], port=port
            )
            await_blocked(server)
            server.kill(port)
            assert job.exception(60)
    finally:
        holder.close()
    await_idle(server)
    assert done(server, name) == (0,) * 4
    server.restart(port)
    together(*[lambda: work(server, action, name)] * 2)
    assert done(server, name) == (CASES,) * 4


def await_blocked(server):
    """Wait until a worker waits for a lock."""
    deadline = time.monotonic() + PATIENCE
    blocked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    )
    while not server.number(blocked):
        assert time.monotonic() < deadline, "nobody came to the held table"
        time.sleep(0.05)
