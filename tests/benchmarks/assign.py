"""Personas: everybody by ten personas with ten criteria each, and one contact saved.

The people are as many as the leads otherwise, each with a contact; there are no leads
and no fit rules, so that the bare pass reads what we read.
"""

import random
import statistics
import time

from .harness import Row, measure
from .score import CONTACTS

PERSONAS = 10
CRITERIA = 10
SAVES = 60
CITIES = 50
JOBS = 30

PEOPLE = """
    INSERT INTO flywheel_profile
           (name, momentum, fit_score, fit_grade, persona_confidence, persona_locked,
            no_profiling, company_id, create_uid, create_date, write_uid, write_date)
    SELECT 'Person ' || n, 0, 0, 'D', 0, FALSE, FALSE, %(company)s, 2, now(), 2, now()
      FROM generate_series(1, %(size)s) n
"""
VARIETY = """
    UPDATE res_partner
       SET city = 'City ' || flywheel_profile_id %% %(cities)s,
           function = 'Job ' || flywheel_profile_id * 7 %% %(jobs)s,
           zip = (flywheel_profile_id * 13 %% 900 + 100)::text,
           is_company = flywheel_profile_id %% 9 = 0
     WHERE name LIKE 'Person %%'
"""


def run(core, ours, size):
    """Return the rows of this benchmark; print the plan and what a save costs."""
    fill(ours, size)
    conditions = set_up(ours)
    rows = [everybody(ours, size, conditions), again(ours, size, conditions)]
    rows += [saving(ours, size)]
    return rows


def fill(ours, size):
    """Make people, each with a contact of its own."""
    env, cr = ours.env, ours.cr
    cr.execute("DELETE FROM crm_lead")
    cr.execute("DELETE FROM flywheel_profile WHERE name LIKE 'Lead %'")
    cr.execute("DELETE FROM flywheel_fit_rule")
    cr.execute(PEOPLE, {"size": size, "company": env.company.id})
    sample = env["res.partner"].create({"name": "Sample"})
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
    cr.execute(VARIETY, {"cities": CITIES, "jobs": JOBS})
    cr.commit()
    ours.vacuum()


def set_up(ours):
    """Make the personas; return their criteria as bare SQL."""
    env, rng = ours.env, random.Random(4)
    conditions = []
    for number in range(PERSONAS):
        lines = []
        for _criterion in range(CRITERIA):
            domain, sql = criterion(rng)
            conditions.append(sql)
            lines.append({"name": sql, "domain": repr(domain), "active": True})
        env["flywheel.persona"].create(
            {
                "name": f"Persona {number}",
                "min_confidence": 0.2,
                "rule_ids": [(0, 0, line) for line in lines],
            }
        )
    ours.cr.commit()
    return conditions


def criterion(rng):
    """Return a condition as a domain and as bare SQL."""
    kind = rng.randrange(4)
    if kind == 0:
        cities = [f"City {rng.randrange(CITIES)}" for _city in range(8)]
        quoted = ", ".join(f"'{city}'" for city in cities)
        return [("city", "in", cities)], f"city IN ({quoted})"
    if kind == 1:
        job = f"Job {rng.randrange(JOBS)}"
        return [("function", "=", job)], f"function = '{job}'"
    if kind == 2:
        code = str(rng.randrange(100, 900))
        return [("zip", ">", code)], f"zip > '{code}'"
    city = f"City {rng.randrange(CITIES)}"
    domain = ["&", ("is_company", "=", False), ("city", "!=", city)]
    return domain, f"NOT is_company AND (city <> '{city}' OR city IS NULL)"


def bare_sql(conditions):
    """Return one pass over the same conditions: how many hold for whom."""
    terms = " + ".join(f"CASE WHEN {c} THEN 1 ELSE 0 END" for c in conditions)
    return (
        f"SELECT count(*) FROM (SELECT flywheel_profile_id, {terms} AS held"
        " FROM res_partner WHERE flywheel_profile_id IS NOT NULL OFFSET 0) s"
        " WHERE held > 0"
    )


def forget(ours):
    """Take everybody's persona away."""
    ours.cr.execute("TRUNCATE flywheel_persona_change")
    ours.cr.execute(
        "UPDATE flywheel_profile SET persona_id = NULL, persona_confidence = 0"
    )
    ours.cr.commit()
    connection = ours.cr.connection
    level = connection.isolation_level
    connection.set_isolation_level(0)
    ours.cr.execute("VACUUM ANALYZE flywheel_profile")
    connection.set_isolation_level(level)


def assign(ours):
    """Assign everybody; return how long it took, in seconds."""
    env = ours.env
    started = time.perf_counter()
    env["flywheel.profile"]._evaluate_all()
    ours.cr.commit()
    return time.perf_counter() - started


def everybody(ours, size, conditions):
    """Everybody gets a first persona, which is written and noted."""

    def first():
        forget(ours)
        return assign(ours)

    def bare():
        ours.env.cr.execute(bare_sql(conditions))

    own, base = measure(first, bare, repetitions=5)
    ours.cr.execute(
        "SELECT count(persona_id), count(DISTINCT persona_id) FROM flywheel_profile"
    )
    print(
        f"        {size:,} leads: %s people got one of %s personas" % ours.cr.fetchone()
    )
    title = "assign everybody a first persona"
    return Row(title, size, own, base, "bare SQL, one pass", size, aim=5)


def again(ours, size, conditions):
    """Nothing has changed since: the nightly run."""

    def bare():
        ours.env.cr.execute(bare_sql(conditions))

    own, base = measure(lambda: assign(ours), bare, repetitions=5)
    title = "assign everybody again, nothing changed"
    return Row(title, size, own, base, "bare SQL, one pass", size, aim=5)


def saving(ours, size):
    """Save one contact in a field that criteria read, and one that none reads."""
    env = ours.env
    ids = env["res.partner"].search([("name", "like", "Person %")], limit=SAVES).ids

    def save(name):
        times = []
        for number, partner_id in enumerate(ids):
            partner = ours.env["res.partner"].browse(partner_id)
            partner.mapped("display_name")
            started = time.perf_counter()
            partner[name] = f"City {number % CITIES}"
            partner.env.flush_all()
            times.append(time.perf_counter() - started)
            ours.cr.commit()
        return statistics.median(times)

    own, base = measure(lambda: save("city"), lambda: save("street"), repetitions=5)
    more = (min(own) - min(base)) * 1000
    print(f"        {size:,} leads: evaluating one saved contact costs {more:.1f} ms")
    return Row("save a contact", size, own, base, "a field no rule reads")
