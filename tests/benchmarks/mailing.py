"""Mailing events into the ledger, applied and scored, and what a click costs.

Half of the events are mails sent, a quarter opens, a quarter clicks; everybody who
gets a mail is known already. They are measured against writing the same ledger lines
by one INSERT … SELECT, with neither keys to be made, people to be found, machines to be
told nor scores to follow. A click is measured against the same click of Odoo alone.
"""

import time

from bootstrap import install

from .harness import Row, measure
from .worlds import CRM, World

NAME = "flywheel_bench_mailing"
PLAIN = "flywheel_bench_mailing_core"
ADDON = "inbound_flywheel_mass_mailing"
CLICKS = 200

CONTACTS = """
    INSERT INTO mailing_contact (name, email, email_normalized, create_date, write_date)
    SELECT 'Reader ' || n, mail, mail, now(), now()
      FROM (SELECT n, 'reader' || n || '@bench.example' AS mail
              FROM generate_series(1, %s) n) r
"""
PEOPLE = (
    """
    INSERT INTO flywheel_profile
           (name, momentum, fit_score, persona_confidence, persona_locked, no_profiling,
            company_id, create_uid, create_date, write_uid, write_date)
    SELECT name, 0, 0, 0, FALSE, FALSE, %(company)s, 2, now(), 2, now()
      FROM mailing_contact WHERE email LIKE '%%@bench.example'
    """,
    """
    INSERT INTO flywheel_identity (profile_id, kind, value, company_id)
    SELECT p.id, 'email', c.email_normalized, %(company)s
      FROM mailing_contact c JOIN flywheel_profile p USING (name)
     WHERE c.email LIKE '%%@bench.example'
    """,
    """
    UPDATE mailing_contact c SET flywheel_profile_id = p.id
      FROM flywheel_profile p WHERE p.name = c.name AND c.email LIKE '%%@bench.example'
    """,
)
TRACES = """
    INSERT INTO mailing_trace (trace_type, model, res_id, email, mass_mailing_id,
                trace_status, sent_datetime, create_date, write_date)
    SELECT 'mail', 'mailing.contact', id, email_normalized, %(mailing)s,
           'sent', now() - (30 - %(day)s) * interval '1 day', now(), now()
      FROM mailing_contact WHERE email LIKE '%%@bench.example'
     ORDER BY id LIMIT %(half)s
"""
CLICKED = """
    INSERT INTO link_tracker_click (link_id, mailing_trace_id, mass_mailing_id,
                create_date)
    SELECT %(link)s, id, mass_mailing_id,
           sent_datetime + (20 + id %% 3600) * interval '1 second'
      FROM mailing_trace WHERE mass_mailing_id = %(mailing)s AND id %% 2 = 0
"""
HITS = """
    INSERT INTO flywheel_mailing_hit (kind, record_id, click_id, date, company_id,
                pending, agent, network, method)
    SELECT 'sent', id, NULL::int, sent_datetime, %(company)s, TRUE, NULL, NULL, NULL
      FROM mailing_trace WHERE mass_mailing_id = %(mailing)s
     UNION ALL
    SELECT 'open', id, NULL, sent_datetime + (10 + id %% 3600) * interval '1 second',
           %(company)s, TRUE, %(agent)s,
           '10.' || id %% 250 || '.' || id %% 97 || '.0/24', 'GET'
      FROM mailing_trace WHERE mass_mailing_id = %(mailing)s AND id %% 2 = 0
     UNION ALL
    SELECT 'click', mailing_trace_id, id, create_date, %(company)s, TRUE, %(agent)s,
           '10.' || mailing_trace_id %% 250 || '.' || mailing_trace_id %% 97 || '.0/24',
           'GET'
      FROM link_tracker_click WHERE mass_mailing_id = %(mailing)s
"""
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36"


def run(worlds, size):
    """Return the rows of this benchmark; ``size`` is the number of events."""
    worlds.ensure_crm()
    made = {}
    for name, addon in ((NAME, ADDON), (PLAIN, "mass_mailing")):
        worlds.databases.drop(name)
        worlds.databases.copy(CRM, name)
        log = worlds.settings.logs / "bench-mailing.log"
        install.run_odoo(worlds.settings, log, "-d", name, "-i", addon)
        made[name] = World(name)
    try:
        ours, plain = made[NAME], made[PLAIN]
        company = {"company": ours.env.company.id}
        for world in (ours, plain):
            world.cr.execute(CONTACTS, [size // 2])
        for statement in PEOPLE:
            ours.cr.execute(statement, company)
        for world in (ours, plain):
            world.vacuum()
        return [collect(ours, size), *click(ours, plain, size)]
    finally:
        for name, world in made.items():
            world.close()
            worlds.databases.drop(name)


def collect(world, size):
    """Time the in-tray against one INSERT of the same ledger lines."""
    world.cr.execute("CREATE TABLE bench_bare (LIKE flywheel_touchpoint INCLUDING ALL)")
    world.cr.commit()

    def ours():
        prepare(world, size)
        started = time.perf_counter()
        count = 0
        while done := world.env["flywheel.mailing.hit"]._collect():
            world.cr.commit()
            count += done
        took = time.perf_counter() - started
        if count != size:
            raise AssertionError(f"{count} events of {size}")
        return took

    def bare():
        world.cr.execute("TRUNCATE bench_bare")
        world.cr.commit()
        started = time.perf_counter()
        world.cr.execute(
            "INSERT INTO bench_bare SELECT * FROM flywheel_touchpoint"
            " ORDER BY id DESC LIMIT %s",
            [size],
        )
        world.cr.commit()
        return time.perf_counter() - started

    own, base = measure(ours, bare, repetitions=2)
    name = "mailing events into the ledger, applied"
    return Row(name, size, own, base, "INSERT … SELECT", size)


def prepare(world, size, traces=True):
    """Put a mailing's events into the in-tray; return (mailing, link)."""
    env = world.env
    mailing = env["mailing.mailing"].create(
        {
            "subject": "Spring offers",
            "email_from": "shop@bench.example",
            "mailing_model_id": env["ir.model"]._get_id("mailing.contact"),
            "body_html": "<p>Hello</p>",
        }
    )
    link = env["link.tracker"].create(
        {
            "url": f"https://shop.example/{mailing.id}",
            "title": "Shop",
            "mass_mailing_id": mailing.id,
            "source_id": mailing.source_id.id,
        }
    )
    env.flush_all()
    values = {
        "mailing": mailing.id,
        "link": link.id,
        "half": size // 2,
        # One mailing a day: what people do comes in the order in which it happens.
        "day": env["mailing.mailing"].search_count([]),
        "company": env.company.id,
        "agent": AGENT,
    }
    statements = (TRACES, CLICKED, HITS) if traces else (TRACES,)
    for statement in statements:
        world.cr.execute(statement, values)
    world.cr.commit()
    for table in ("mailing_trace", "link_tracker_click"):
        world.cr.execute(f"ANALYZE {table}")
    world.cr.commit()
    return mailing.id, link.code


def click(ours, plain, size):
    """Time what the request of a click does, with us and without."""
    calls = []
    for world in (ours, plain):
        mailing_id, code = prepare(world, size, traces=False)
        world.cr.execute(
            "SELECT id FROM mailing_trace WHERE mass_mailing_id = %s", [mailing_id]
        )
        traces = iter([row[0] for row in world.cr.fetchall()])
        calls.append(lambda w=world, c=code, t=traces: clicks(w, c, t))
    own, base = measure(*calls, repetitions=5)
    return [Row(f"{CLICKS} clicks of mails", size, own, base, "Odoo alone", CLICKS)]


def clicks(world, code, traces):
    """Click, each time in a transaction of its own; return the seconds."""
    started = time.perf_counter()
    for _turn in range(CLICKS):
        env = world.env
        env["link.tracker.click"].sudo().add_click(
            code, ip="203.0.113.7", mailing_trace_id=next(traces)
        )
        env.flush_all()
        world.cr.commit()
    return time.perf_counter() - started
