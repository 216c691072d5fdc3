"""The desk of the lead, the list of dropped cases and the customer on a case.

They are measured against the pivot of all cases by team and stage, as helpdesk_mgmt
offers it: what a lead had before. One case in twelve is open, two messages were written
on each, and the cases came in over a year. The aim is a second for each part of the
desk.
"""

from bootstrap import install
from bootstrap.console import Console

from .harness import Row, measure
from .worlds import CRM, World, Worlds

NAME = "flywheel_bench_desk"
ADDON = "inbound_flywheel_service"
PEOPLE = 2_000
TEAMS = 6
AGENTS = 24
OPEN_EVERY = 12

CASES = """
    INSERT INTO helpdesk_ticket
           (number, name, description, partner_id, commercial_partner_id, team_id,
            user_id, stage_id, company_id, priority, sequence, active, rating_status,
            intake_source, create_date, last_stage_update, assigned_date, waiting_since,
            answer_due, first_response_date, closed_date, answer_count, response_hours,
            solution_hours, reopened_early, reopen_count)
    SELECT 'B' || n, 'Case ' || n, '<p>Text</p>', partner, partner,
           teams.ids[1 + n %% cardinality(teams.ids)],
           CASE WHEN NOT is_open OR n %% 7 > 0
                THEN users.ids[1 + n * 7 %% cardinality(users.ids)] END,
           CASE WHEN is_open THEN %(new)s ELSE %(done)s END, %(company)s, '1', 10, TRUE,
           'no_rate', 'mail', came, came + interval '1 hour', came,
           CASE WHEN is_open AND n %% 2 = 0 THEN came END,
           CASE WHEN is_open AND n %% 2 = 0 THEN came + interval '1 day' END,
           CASE WHEN n %% 9 > 0 THEN came + n %% 300 * interval '1 minute' END,
           CASE WHEN NOT is_open THEN came + n %% 90 * interval '1 hour' END,
           n %% 4, n %% 300 / 60.0, n %% 90 / 3.0, n %% 20 = 0, 0
      FROM (SELECT n, n %% %(every)s = 0 AS is_open,
                   people.ids[1 + n::bigint * 7919 %% cardinality(people.ids)]
                   AS partner,
                   now() AT TIME ZONE 'UTC'
                   - CASE WHEN n %% %(every)s = 0 THEN n::bigint * 31 %% 14400
                          ELSE n::bigint * 7919 %% 525600 END * interval '1 minute'
                   AS came
              FROM generate_series(1, %(size)s) n,
                   (SELECT array_agg(id) AS ids FROM res_partner
                     WHERE name LIKE 'Bench %%') people) c,
           (SELECT array_agg(id) AS ids FROM helpdesk_ticket_team
             WHERE alias_id IS NOT NULL) teams,
           (SELECT array_agg(id) AS ids FROM res_users
             WHERE login LIKE 'bench%%') users
"""
MESSAGES = """
    INSERT INTO mail_message
           (model, res_id, message_type, subtype_id, is_internal, author_id, date, body,
            create_date)
    SELECT 'helpdesk.ticket', t.id, CASE WHEN k = 1 THEN 'email' ELSE 'comment' END,
           %(comment)s, FALSE,
           CASE WHEN k = 1 THEN t.partner_id ELSE u.partner_id END,
           t.create_date + k * interval '1 hour', '<p>Words</p>', t.create_date
      FROM helpdesk_ticket t LEFT JOIN res_users u ON u.id = t.user_id,
           generate_series(1, 2) k
     WHERE t.number LIKE 'B%%'
"""
ACTIVITIES = """
    INSERT INTO mail_activity
           (res_model_id, res_model, res_id, activity_type_id, user_id, date_deadline,
            active, summary)
    SELECT %(model)s, 'helpdesk.ticket', t.id, %(todo)s, t.user_id,
           current_date + (t.id %% 9 - 1), TRUE, 'Call'
      FROM helpdesk_ticket t
     WHERE t.stage_id = %(new)s AND t.user_id IS NOT NULL AND t.id / 12 %% 3 = 0
"""
PROMISES = """
    INSERT INTO flywheel_promise
           (name, ticket_id, company_id, due, user_id, made_date, state, source)
    SELECT 'Call', t.id, t.company_id,
           now() AT TIME ZONE 'UTC' + (t.id %% 50 - 5) * interval '1 hour', t.user_id,
           t.create_date, 'open', 'hand'
      FROM helpdesk_ticket t WHERE t.stage_id = %(new)s AND t.id / 12 %% 5 = 0
"""


def run(_core, _ours, size):
    """Return the rows of this benchmark."""
    worlds = Worlds(Console())
    worlds.databases.drop(NAME)
    worlds.databases.copy(CRM, NAME)
    log = worlds.settings.logs / "bench-desk.log"
    install.run_odoo(worlds.settings, log, "-d", NAME, "-i", ADDON)
    world = World(NAME)
    try:
        fill(world, size)
        return look(world, size)
    finally:
        world.close()
        worlds.databases.drop(NAME)


def fill(world, size):
    """Put teams, agents, customers and their cases into the database."""
    env = world.env
    env["res.partner"].create([{"name": f"Bench {n}"} for n in range(PEOPLE)])
    group = env.ref("helpdesk_mgmt.group_helpdesk_user")
    users = env["res.users"].create(
        [
            {"name": f"Agent {n}", "login": f"bench{n}", "group_ids": [(4, group.id)]}
            for n in range(AGENTS)
        ]
    )
    env["helpdesk.ticket.team"].create(
        [
            {"name": f"Team {n}", "user_ids": [(6, 0, users[n::TEAMS].ids)]}
            for n in range(TEAMS)
        ]
    )
    env.flush_all()
    values = {
        "size": size,
        "every": OPEN_EVERY,
        "company": env.company.id,
        "new": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new").id,
        "done": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id,
        "comment": env.ref("mail.mt_comment").id,
        "model": env["ir.model"]._get_id("helpdesk.ticket"),
        "todo": env.ref("mail.mail_activity_data_todo").id,
    }
    for statement in (CASES, MESSAGES, ACTIVITIES, PROMISES):
        world.cr.execute(statement, values)
    world.vacuum()


def look(world, size):
    """Measure what the desk shows, each in a request of its own."""
    start = {"date_from": world.env.cr.now().date().replace(day=1).isoformat()}
    year = {"date_from": str(world.env.cr.now().date().replace(day=1, month=1))}

    def desk(name, **values):
        return lambda: getattr(world.env["flywheel.desk.dashboard"], name)(**values)

    cases = {
        "desk: now": desk("get_now"),
        "desk: this month by agent": desk("get_period", by="agent", **start),
        "desk: this year by agent": desk("get_period", by="agent", **year),
        "desk: hours of this month": desk("get_heat", **start),
        "desk: hours of this year": desk("get_heat", **year),
        "dropped cases: first page": lambda: dropped(world),
        "customer on a case": lambda: panel(world),
    }
    base, *durations = measure(lambda: pivot(world), *cases.values(), repetitions=5)
    return [
        Row(name, size, found, base, "pivot of all cases")
        for name, found in zip(cases, durations, strict=True)
    ]


def pivot(world):
    """What helpdesk_mgmt has for the lead: the pivot of its report."""
    world.env["helpdesk.ticket"].formatted_read_grouping_sets(
        [], [[], ["team_id"], ["team_id", "stage_id"]], ["__count"]
    )


def dropped(world):
    """Open the list as the web client does."""
    names = ("number", "name", "kind", "reason", "advice", "user_id", "team_id")
    found = world.env["flywheel.desk.dropped"].web_search_read(
        [], {name: {} for name in names}, limit=80
    )
    assert found["length"], "There is something to show"


def panel(world):
    """Look at the customer of an open case."""
    case = world.env["helpdesk.ticket"].search([("closed", "=", False)], limit=1)
    case.flywheel_customer_panel()
