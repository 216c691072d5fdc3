"""Cases: what their way costs from coming in to their agent.

Two databases of their own: one with OCA's helpdesk alone, one with ours. Size is the
number of cases that are there already. The aims: the pipeline of one case costs less
than 150 ms beyond core's creation, and the number of queries of the choice does not
grow with the cases.
"""

import os
import statistics
import sys
import time

from bootstrap import install, settings
from bootstrap.database import Databases

from .harness import Row, measure
from .worlds import CRM, ROOT, World

CORE = "flywheel_bench_helpdesk"
OURS = "flywheel_bench_service"
DEPENDS = "helpdesk_mgmt,helpdesk_mgmt_sla,helpdesk_mgmt_rating,document_page"
ADDONS = {CORE: DEPENDS, OURS: "inbound_flywheel_service"}
TEAMS = (20, 200)
CASES = 1_000
SINGLES = 30
SAMPLE = 20
AIM = 0.150

# Of ten cases of the past one is open and waits; each customer has come ten times.
CASES_SQL = """
    INSERT INTO helpdesk_ticket ({columns}, team_id, number, partner_id,
                                 commercial_partner_id, user_id, stage_id,
                                 create_date, assigned_date, closed_date{names})
    SELECT {values}, %(team)s, 'B' || n, p.ids[1 + n %% array_length(p.ids, 1)],
           p.ids[1 + n %% array_length(p.ids, 1)],
           CASE WHEN %(team)s IS NULL
                THEN u.ids[1 + n %% array_length(u.ids, 1)] END,
           CASE WHEN %(team)s IS NULL AND n %% 10 > 0 THEN %(done)s ELSE %(open)s END,
           now() - n * interval '1 minute',
           CASE WHEN %(team)s IS NULL THEN now() - n * interval '1 minute' END,
           CASE WHEN %(team)s IS NULL AND n %% 10 > 0
                THEN now() - n * interval '50 seconds' END{terms}
      FROM generate_series(1, %(size)s) n
      JOIN (SELECT array_agg(id) AS ids FROM res_partner
             WHERE ref = 'bench') p ON TRUE
      JOIN (SELECT array_agg(id) AS ids FROM res_users WHERE login LIKE 'bench%%') u
           ON TRUE
      JOIN (SELECT min(id) AS id FROM helpdesk_ticket) s ON TRUE
      JOIN helpdesk_ticket t ON t.id = s.id
"""
WAITING = """,
           CASE WHEN %(team)s IS NOT NULL OR n %% 10 = 0
                THEN now() - n * interval '1 minute' END
"""
GIVEN = {
    "id",
    "team_id",
    "number",
    "partner_id",
    "commercial_partner_id",
    "user_id",
    "stage_id",
    "create_date",
    "assigned_date",
    "closed_date",
    "waiting_since",
    "flywheel_profile_id",
    "access_token",
}


def run(core, ours, size):
    """Return the rows of this benchmark; the worlds with leads are not used."""
    chosen = settings.from_environment(os.environ, ROOT, sys.executable)
    databases = Databases(chosen)
    worlds = []
    try:
        for name in (CORE, OURS):
            databases.drop(name)
            databases.copy(CRM, name)
            log = chosen.logs / f"{name}.log"
            install.run_odoo(chosen, log, "-d", name, "-i", ADDONS[name])
            worlds.append(World(name))
            fill(worlds[-1], size)
        return [single(*worlds, size)] + [
            batch(*worlds, size, agents) for agents in TEAMS
        ]
    finally:
        for world in worlds:
            world.close()
            databases.drop(world.name)


def fill(world, size):
    """Make agents, teams, customers and the cases of the past."""
    env = world.env
    group = env.ref("helpdesk_mgmt.group_helpdesk_user_own")
    users = env["res.users"].create(
        [
            {"name": f"Agent {n}", "login": f"bench{n}", "group_ids": [(4, group.id)]}
            for n in range(max(TEAMS))
        ]
    )
    for count in TEAMS:
        values = {"name": f"Team of {count}", "user_ids": [(6, 0, users[:count].ids)]}
        if "flywheel_night" in env["helpdesk.ticket.team"]:
            values["flywheel_night"] = "any"
        env["helpdesk.ticket.team"].create(values)
    env["res.partner"].create(
        [
            {"name": f"Customer {n}", "email": f"c{n}@bench.example", "ref": "bench"}
            for n in range(size // 10)
        ]
    )
    sample = env["helpdesk.ticket"].create(
        {"name": "My card does not work", "description": "<p>In no shop.</p>"}
    )
    env.flush_all()
    insert(world, sample, size, None)
    for team in env["helpdesk.ticket.team"].search([("name", "like", "Team of")]):
        insert(world, sample, CASES, team.id)
    world.cr.commit()
    analyze(world)


def insert(world, sample, size, team_id):
    """Copy a case: into the queue of a team, or as cases of the past."""
    own = "waiting_since" in sample._fields
    world.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'helpdesk_ticket' AND table_schema = current_schema"
    )
    columns = sorted({row[0] for row in world.cr.fetchall()} - GIVEN)
    done = "helpdesk_mgmt.helpdesk_ticket_stage_done"
    # The names are those of the table's own columns.
    world.cr.execute(
        CASES_SQL.format(
            columns=", ".join(f'"{name}"' for name in columns),
            values=", ".join(f't."{name}"' for name in columns),
            names=", waiting_since" if own else "",
            terms=WAITING if own else "",
        ),
        {
            "size": size,
            "team": team_id,
            "open": sample.stage_id.id,
            "done": sample.env.ref(done).id,
        },
    )


def analyze(world):
    """Bring statistics and visibility up to date."""
    connection = world.cr.connection
    level = connection.isolation_level
    connection.set_isolation_level(0)
    world.cr.execute("VACUUM ANALYZE")
    connection.set_isolation_level(level)


def values_of(env, agents, number):
    """Return the values of a new case."""
    team = env["helpdesk.ticket.team"].search([("name", "=", f"Team of {agents}")])
    partners = env["res.partner"].search([("ref", "=", "bench")], limit=SAMPLE)
    return [
        {
            "name": f"My card does not work {n}",
            "description": "<p>I tried it in two shops, and it was refused.</p>",
            "team_id": team.id,
            "partner_id": partners[n % SAMPLE].id,
            "user_id": False,
        }
        for n in range(number)
    ]


def single(core, ours, size):
    """The way of one case, and that of one that only is created."""

    def create(world):
        times = []
        values = values_of(world.env, TEAMS[0], SINGLES)
        for vals in values:
            env = world.env
            started = time.perf_counter()
            env["helpdesk.ticket"].create(dict(vals))
            env.flush_all()
            times.append(time.perf_counter() - started)
        world.cr.rollback()
        return statistics.median(times)

    own, base = measure(lambda: create(ours), lambda: create(core), repetitions=5)
    more = min(own) - min(base)
    verdict = "" if more < AIM else ", above the aim!"
    print(
        f"        {size:,} cases: the pipeline of one case costs"
        f" {more * 1000:.0f} ms beyond core's creation{verdict}"
    )
    return Row("a case comes in and is assigned", size, own, base, "core, created")


def batch(core, ours, size, agents):
    """Choose agents for a thousand cases and write them; core only writes."""
    asked = []

    def queue(world):
        domain = [("team_id.name", "=", f"Team of {agents}"), ("user_id", "=", False)]
        return world.env["helpdesk.ticket"].search(domain, limit=CASES)

    def assign():
        cases = queue(ours).sudo()
        team = cases.team_id
        started = time.perf_counter()
        cases.env["flywheel.case.trace"]._add(team._flywheel_assign(cases))
        cases.env.flush_all()
        took = time.perf_counter() - started
        ours.cr.rollback()
        asked.append(choice(team, queue(ours)))
        return took

    def write():
        cases = queue(core)
        users = cases.team_id.user_ids
        started = time.perf_counter()
        for place, user in enumerate(users):
            cases[place :: len(users)].write({"user_id": user.id})
        cases.env.flush_all()
        took = time.perf_counter() - started
        core.cr.rollback()
        return took

    own, base = measure(assign, write, repetitions=2)
    queries, took = asked[-1]
    print(
        f"        {size:,} cases, {agents} agents: the choice for {CASES:,} cases took"
        f" {took * 1000:.0f} ms and {queries} queries"
    )
    title = f"assign {CASES:,} cases to {agents} agents"
    return Row(title, size, own, base, "core, written", CASES)


def choice(team, cases):
    """Return (queries, seconds) of all that the choice reads."""
    cases.env.flush_all()
    cases.env.invalidate_all()
    before = cases.env.cr.sql_log_count
    started = time.perf_counter()
    familiar = cases._flywheel_find_familiar(team.flywheel_familiar_days)
    team._flywheel_choose(cases, familiar)
    return cases.env.cr.sql_log_count - before, time.perf_counter() - started
