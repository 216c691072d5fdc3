"""Scoring: everybody anew, one event, a day that passes, finding people by score.

The people are twice as many as the leads, with ten touchpoints each.
"""

import statistics
import time
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tools import SQL

from .harness import Row, measure
from .month import written

TOUCHPOINTS = 10
EVENTS = 100
SEARCHES = 60

MORE_PEOPLE = """
    INSERT INTO flywheel_profile
           (name, momentum, fit_score, fit_grade, persona_confidence, persona_locked,
            no_profiling, company_id, create_uid, create_date, write_uid, write_date)
    SELECT 'Person ' || n, 0, n %% 60, (ARRAY['A', 'B', 'C', 'D'])[1 + n %% 4], 0,
           FALSE, FALSE, %(company)s, 2, now(), 2, now()
      FROM generate_series(1, %(size)s) n
"""
MORE_TOUCHPOINTS = """
    INSERT INTO flywheel_touchpoint
           (profile_id, type_id, date, company_id, state, pending, external_key)
    SELECT p.id, types.ids[1 + (p.id * 7 + k * 3) %% array_length(types.ids, 1)],
           date_trunc('second', now()::timestamp)
               - ((p.id * 13 + k * 37) %% 180) * interval '1 day',
           %(company)s, 'valid', FALSE, 'score:' || p.id || ':' || k
      FROM flywheel_profile p
      JOIN (SELECT profile_id, count(*) AS count FROM flywheel_touchpoint
          GROUP BY profile_id) has ON TRUE
      JOIN generate_series(1, %(touchpoints)s) k ON k > has.count
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM flywheel_touchpoint_type
             WHERE code IN ('form', 'page', 'email_click', 'call_in', 'chat',
                            'meeting')) types ON TRUE
     WHERE has.profile_id = p.id
"""
# Contacts of the people without a lead, copied from one.
CONTACTS = """
    INSERT INTO res_partner ({columns}, name, complete_name, flywheel_profile_id)
    SELECT {values}, p.name, p.name, p.id
      FROM flywheel_profile p JOIN res_partner l ON l.id = %(sample)s
     WHERE p.name LIKE 'Person %%'
"""
# What the score is, if nobody counted, capped, quarantined or objected.
BARE = """
    UPDATE flywheel_profile p SET momentum = a.momentum
      FROM (SELECT t.profile_id,
                   SUM(r.points * power(2.0::float8,
                       (date_part('epoch', t.date) - %(landmark)s::float8)
                       / %(half_life)s::float8)) AS momentum
              FROM flywheel_touchpoint t
              JOIN flywheel_score_rule_flywheel_touchpoint_type_rel x
                ON x.flywheel_touchpoint_type_id = t.type_id
              JOIN flywheel_score_rule r ON r.id = x.flywheel_score_rule_id
          GROUP BY t.profile_id) a
     WHERE p.id = a.profile_id
"""


def run(core, ours, size):
    """Return the rows of this benchmark; print writes and plans."""
    people = fill(ours, size)
    rows = anew(core, ours, size, people)
    rows += [one_event(ours, size)]
    rows += a_day(ours, size)
    rows += finding(ours, size)
    return rows


def fill(ours, size):
    """Bring the people to twice the leads, with ten touchpoints each."""
    env, cr = ours.env, ours.cr
    values = {"size": size, "company": env.company.id, "touchpoints": TOUCHPOINTS}
    cr.execute(MORE_PEOPLE, values)
    # A first touchpoint, from which the others are counted.
    cr.execute(
        """
        INSERT INTO flywheel_touchpoint
               (profile_id, type_id, date, company_id, state, pending)
        SELECT p.id, k.id, now() - interval '30 days', %(company)s, 'valid', FALSE
          FROM flywheel_profile p JOIN flywheel_touchpoint_type k ON k.code = 'form'
         WHERE p.name LIKE 'Person %%'
        """,
        values,
    )
    cr.execute("ANALYZE flywheel_touchpoint")
    cr.execute("ANALYZE flywheel_profile")
    cr.execute(MORE_TOUCHPOINTS, values)
    sample = env["res.partner"].create({"name": "Sample", "city": "Taipei"})
    env.flush_all()
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'res_partner' AND table_schema = current_schema"
    )
    own = {"id", "name", "complete_name", "flywheel_profile_id"}
    columns = sorted({row[0] for row in cr.fetchall()} - own)
    # The names are those of the table's own columns.
    cr.execute(
        CONTACTS.format(
            columns=", ".join(f'"{name}"' for name in columns),
            values=", ".join(f'l."{name}"' for name in columns),
        ),
        {"sample": sample.id},
    )
    cr.commit()
    ours.vacuum()
    cr.execute("SELECT count(*) FROM flywheel_profile")
    return cr.fetchone()[0]


def anew(core, ours, size, people):
    """Score everybody anew, against bare SQL and against Odoo's own scoring."""
    leads = learn(core)

    def reaward():
        spoil(ours)
        started = time.perf_counter()
        ours.env["flywheel.score.model"]._reaward()
        ours.cr.commit()
        return time.perf_counter() - started

    def bare():
        spoil(ours)
        decay = ours.env["flywheel.score.model"]._get_decay()
        started = time.perf_counter()
        ours.cr.execute(BARE, decay._asdict())
        ours.cr.commit()
        return time.perf_counter() - started

    def predictive():
        started = time.perf_counter()
        core.env["crm.lead"]._update_automated_probabilities()
        core.cr.commit()
        # What so many leads as we have people would take.
        return (time.perf_counter() - started) * people / leads

    own, base, core_time = measure(reaward, bare, predictive, repetitions=5)
    reaward()
    title = "score everybody anew"
    return [
        Row(title, size, own, base, "bare SQL, no caps", people, aim=3),
        Row(title, size, own, core_time, "core's scoring", people, aim=0.2),
    ]


def spoil(ours):
    """Make every score wrong, so that every row has to be written."""
    ours.cr.execute("UPDATE flywheel_profile SET momentum = -1")
    ours.cr.commit()
    connection = ours.cr.connection
    level = connection.isolation_level
    connection.set_isolation_level(0)
    ours.cr.execute("VACUUM ANALYZE flywheel_profile")
    connection.set_isolation_level(level)


def learn(core):
    """Give Odoo's scoring a history to learn from; return how many leads it scores."""
    env = core.env
    core.cr.execute(
        "UPDATE crm_lead SET won_status = CASE id % 4 WHEN 0 THEN 'won'"
        " WHEN 1 THEN 'lost' ELSE 'pending' END, active = id % 4 <> 1,"
        " probability = CASE id % 4 WHEN 0 THEN 100 WHEN 1 THEN 0"
        " ELSE probability END"
    )
    parameters = env["ir.config_parameter"]
    parameters.set_param("crm.pls_start_date", "2000-01-01")
    env["crm.lead"]._rebuild_pls_frequency_table()
    core.cr.commit()
    return core.env["crm.lead"].search_count([("won_status", "=", "pending")])


def one_event(ours, size):
    """An event within a request, visible at once, against a bare insert."""
    ours.cr.execute("SELECT id FROM flywheel_profile ORDER BY id LIMIT %s", [EVENTS])
    ids = [row[0] for row in ours.cr.fetchall()]
    env = ours.env
    page = env["flywheel.touchpoint.type"]._get_ids_by_code()["page"]

    def record():
        for profile_id in ids:
            env = ours.env
            env["flywheel.touchpoint"]._record(
                [{"type": "page", "profile_id": profile_id}]
            )
            # Visible at once: reading has it applied.
            env["flywheel.profile"].browse(profile_id).mapped("engagement_score")
            ours.cr.commit()

    def bare():
        for profile_id in ids:
            # As fresh an environment as ours.
            ours.env.cr.execute(
                "INSERT INTO flywheel_touchpoint"
                " (profile_id, type_id, date, state, pending)"
                " VALUES (%s, %s, now(), 'valid', FALSE)",
                [profile_id, page],
            )
            ours.cr.commit()

    own, base = measure(record, bare, repetitions=5)
    more = (min(own) - min(base)) / EVENTS * 1000
    print(f"        {size:,} leads: one event costs {more:.2f} ms more than an insert")
    return Row(f"{EVENTS} events, one by one", size, own, base, "bare INSERT", EVENTS)


def a_day(ours, size):
    """A day passes: nobody crosses a line, or 100 people do."""
    env = ours.env
    active = env["flywheel.score.model"]._get_active()
    kind = env["flywheel.touchpoint.type"]._get_ids_by_code()["meeting"]
    rules = active.rule_ids.filtered(lambda rule: kind in rule.type_ids.ids)
    rules[0].window_days = 1000
    now = fields.Datetime.now()
    ours.cr.execute(
        "UPDATE flywheel_touchpoint SET date = %s WHERE id IN ("
        " SELECT MIN(id) FROM flywheel_touchpoint WHERE type_id = %s"
        " GROUP BY profile_id ORDER BY profile_id LIMIT 100)",
        [now - timedelta(days=996, hours=12), kind],
    )
    env["flywheel.score.model"]._reaward()
    ours.cr.commit()
    ours.vacuum()
    took = {}
    for name, days in (("nobody crosses", 1), ("again", 2), ("100 cross", 4)):
        before = written(ours)
        with freeze_time(now + timedelta(days=days)):
            # The other clocks stand still here.
            started = time.clock_gettime(time.CLOCK_MONOTONIC)
            count = ours.env["flywheel.score.model"]._cron_expire()
            ours.cr.commit()
            took[name] = time.clock_gettime(time.CLOCK_MONOTONIC) - started
        rows = written(ours) - before
        print(
            f"        {size:,} leads, a day, {name}: {count} scores,"
            f" {rows} rows written, {took[name] * 1000:.0f} ms"
        )
    return [
        Row(
            "a day passes, 100 cross a line",
            size,
            [took["100 cross"]] * 2,
            [took["again"]] * 2,
            "nobody crosses",
        )
    ]


def finding(ours, size):
    """Filter and sort by score on people, contacts and leads: the slowest of many."""
    rows = []
    score = (
        ours.env["flywheel.profile"]
        .search([], order="engagement_score desc", offset=size // 50, limit=1)
        .engagement_score
    )
    for model in ("flywheel.profile", "res.partner", "crm.lead"):
        times = []
        for number in range(SEARCHES):
            domain = [("engagement_score", ">=", score * (1 + number / 1000))]
            if number % 3 == 0:
                domain.append(("fit_grade", "in", ["A", "B"]))
            started = time.perf_counter()
            found = ours.env[model].search(
                domain, order="engagement_score desc, id desc", limit=80
            )
            found.mapped("engagement_score")
            times.append(time.perf_counter() - started)
        slow = statistics.quantiles(times, n=20)[-1]
        print(f"        {size:,} leads: {model} by score, p95 {slow * 1000:.0f} ms")
        query = ours.env[model]._search(
            [("engagement_score", ">=", score)],
            order="engagement_score desc, id desc",
            limit=80,
        )
        ours.cr.execute(SQL("EXPLAIN %s", query.select()))
        nodes = [line.strip() for (line,) in ours.cr.fetchall() if "Scan" in line]
        print(f"        plan: {'; '.join(nodes)}")
        rows.append(Row(f"80 of {model} by score, p95", size, [slow] * 2, []))
    return rows
