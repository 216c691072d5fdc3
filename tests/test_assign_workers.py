"""Several workers take in and assign cases at the same time: none twice, none lost, the
same work for all."""

import collections
import contextlib
import threading
import time
import xmlrpc.client

import pytest

from odoo.tests.common import get_db_name

from bootstrap.database import Databases
from bootstrap.install import complaints

from . import served
from .test_concurrency import together

WORKERS = 4
CASES = 200
FEWER = 60
AGENTS = 5
BATCH = 5
PATIENCE = 90


@pytest.fixture(scope="module")
def workers():
    """Return four server processes on a copy of the test database."""
    chosen = served.chosen_settings()
    chosen.prepare_folders()
    source = get_db_name()
    with (
        served.duplicate(Databases(chosen), source, f"{source}_assign") as name,
        served.Server(chosen, name, processes=WORKERS) as running,
    ):
        yield running


def make_team(server, name, **values):
    """Return (id of a new team, ids of its members)."""
    group = server.ref("helpdesk_mgmt", "group_helpdesk_user_own")
    users = server.call(
        "res.users",
        "create",
        [
            {
                "name": f"{name} {n}",
                "login": f"{name.lower()}{n}",
                "group_ids": [(4, group)],
            }
            for n in range(AGENTS)
        ],
    )
    (team,) = server.call(
        "helpdesk.ticket.team",
        "create",
        [
            {
                "name": name,
                "user_ids": [(6, 0, users)],
                "flywheel_night": "any",
                **values,
            }
        ],
    )
    return team, users


def feed(server, team, count):
    """Create cases of new customers in small batches; no conflict comes through."""
    prefix = f"{team}.{threading.get_ident()}"
    for start in range(0, count, BATCH):
        server.call(
            "helpdesk.ticket",
            "create",
            [
                {
                    "name": f"Case {start + n}",
                    "description": "Help",
                    "team_id": team,
                    "partner_email": f"{prefix}.{start + n}@customers.example",
                }
                for n in range(BATCH)
            ],
        )


def work_off(server, team):
    """Assign what waits, again and again, beside the scheduled action."""
    for _round in range(5):
        server.call("helpdesk.ticket.team", "action_flywheel_assign", [team])
        time.sleep(0.1)


def await_empty(server, team):
    """Wait until no case of the team waits for an agent."""
    waiting = (
        "SELECT count(*) FROM helpdesk_ticket"
        f" WHERE team_id = {team} AND user_id IS NULL"
    )
    deadline = time.monotonic() + PATIENCE
    while server.number(waiting) and time.monotonic() < deadline:
        with contextlib.suppress(xmlrpc.client.Fault):
            server.call("helpdesk.ticket.team", "action_flywheel_assign", [team])
        time.sleep(0.5)
    assert not server.number(waiting), "cases wait"


def loads(server, team):
    """Return {user id: number of cases} of those who have some."""
    rows = server.ask(
        f"SELECT user_id, count(*) FROM helpdesk_ticket WHERE team_id = {team}"
        " AND user_id IS NOT NULL GROUP BY user_id"
    )
    return {int(user): int(count) for user, count in rows}


def check_given_once(server, team):
    """Every case was given to somebody once, and nobody was told twice."""
    given = server.ask(
        "SELECT l.ticket_id, count(*) FROM flywheel_case_trace l"
        " JOIN helpdesk_ticket t ON t.id = l.ticket_id"
        f" WHERE t.team_id = {team} AND l.code = 'assign' GROUP BY l.ticket_id"
    )
    counts = collections.Counter(int(count) for _case, count in given)
    assert counts == {1: CASES}


def test_four_workers_share_out_fairly(workers):
    team, users = make_team(workers, "Fair")
    part = CASES // WORKERS
    together(
        *[lambda: feed(workers, team, part)] * WORKERS,
        *[lambda: work_off(workers, team)] * WORKERS,
    )
    await_empty(workers, team)
    found = loads(workers, team)
    assert sum(found.values()) == CASES
    assert set(found) == set(users)
    assert max(found.values()) - min(found.values()) <= 1, found
    check_given_once(workers, team)


def test_two_teams_with_the_same_members(workers):
    first, users = make_team(workers, "Shared")
    (second,) = workers.call(
        "helpdesk.ticket.team",
        "create",
        [{"name": "Other", "user_ids": [(6, 0, users)], "flywheel_night": "any"}],
    )
    teams = (first, second) * 2
    part = FEWER // WORKERS
    together(*[lambda team=team: feed(workers, team, part) for team in teams])
    for team in (first, second):
        await_empty(workers, team)
    found = collections.Counter(loads(workers, first))
    found.update(loads(workers, second))
    assert sum(found.values()) == FEWER
    assert set(found) == set(users)
    assert max(found.values()) - min(found.values()) <= 1, found


def test_nobody_gets_more_than_the_limit(workers):
    limit = 7
    team, users = make_team(workers, "Limited", flywheel_capacity=limit)
    part = FEWER // WORKERS
    together(
        *[lambda: feed(workers, team, part)] * WORKERS,
        *[lambda: work_off(workers, team)] * WORKERS,
    )
    work_off(workers, team)
    assert loads(workers, team) == dict.fromkeys(users, limit)
    away = users[0]
    workers.call(
        "res.users",
        "write",
        [away],
        {"out_of_office_from": "2000-01-01 00:00:00", "out_of_office_to": False},
    )
    deadline = time.monotonic() + PATIENCE
    while away in loads(workers, team) and time.monotonic() < deadline:
        time.sleep(0.5)
    # The scheduled action took back what waited with who is away now.
    assert loads(workers, team) == dict.fromkeys(users[1:], limit)


def test_no_conflict_was_seen(workers):
    """Conflicts between workers are settled before anybody hears of them."""
    log = workers.log()
    assert "deadlock detected" not in log
    # An entry of several lines says in its last what was wrong with the query.
    bad = [entry for entry in complaints(log) if "could not serialize" not in entry]
    bad = [entry for entry in bad if " ERROR " in entry]
    assert not bad, bad[:3]
