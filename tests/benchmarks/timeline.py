"""Opening the timeline of people with a long history, in a ledger of a million lines.

A repetition opens it for several people in turn; what is given is the 95th percentile
of those, in seconds. The aim is 0.3 s for the first page.
"""

import statistics
import time

from .harness import Row, measure

LINES = 1_000_000
PEOPLE = 20
HISTORY = 5_000
COMPANY = 50
DEEP = 4_000
LONG = "Long history"

PEOPLE_SQL = """
    INSERT INTO flywheel_profile
           (name, momentum, fit_score, persona_confidence, persona_locked, no_profiling,
            company_id, create_uid, create_date, write_uid, write_date)
    SELECT %(name)s, 0, 0, 0, FALSE, FALSE, %(company)s, 2, now(), 2, now()
      FROM generate_series(1, %(people)s)
"""
# In life a person's lines lie scattered among everybody's: a line of one of them comes
# after many of others.
HISTORY_SQL = """
    INSERT INTO flywheel_touchpoint
           (profile_id, type_id, date, company_id, state, pending, content, res_model,
            res_id, user_id)
    SELECT CASE WHEN n %% %(every)s = 0
                THEN long.ids[1 + (n / %(every)s) %% %(people)s]
                ELSE others.ids[1 + n::bigint * 7919 %% cardinality(others.ids)] END,
           types.ids[1 + (n / %(every)s * 31 + n / 7) %% array_length(types.ids, 1)],
           now() - (%(lines)s - n) * interval '1 minute', %(company)s, 'valid', FALSE,
           'Touchpoint ' || n,
           CASE WHEN n %% 4 = 0 THEN 'crm.lead' END,
           CASE WHEN n %% 4 = 0 THEN leads.ids[1 + n %% array_length(leads.ids, 1)] END,
           2
      FROM generate_series(1, %(lines)s) n
      JOIN (SELECT array_agg(id) AS ids FROM flywheel_profile
             WHERE name = %(name)s) long ON TRUE
      JOIN (SELECT array_agg(id) AS ids FROM flywheel_profile
             WHERE name <> %(name)s) others ON TRUE
      JOIN (SELECT array_agg(id ORDER BY id) AS ids
              FROM flywheel_touchpoint_type) types ON TRUE
      JOIN (SELECT array_agg(id) AS ids FROM (SELECT id FROM crm_lead LIMIT 1000) l)
           leads ON TRUE
"""
BARE_SQL = """
    SELECT t.id, t.date, t.content, k.name FROM flywheel_touchpoint t
      JOIN flywheel_touchpoint_type k ON k.id = t.type_id
     WHERE t.profile_id = %s ORDER BY t.date DESC, t.id DESC LIMIT 21
"""
COUNT_SQL = """
    SELECT type_id, count(*) FROM flywheel_touchpoint
     WHERE profile_id = %s GROUP BY type_id
"""


def run(core, ours, size):
    """Return the rows of this benchmark."""
    ids = fill(ours)
    company = make_company(ours)
    deep = [cursor_of(ours, person_id) for person_id in ids]
    rare = {"team": "service", "direction": "out"}

    def opening(**kwargs):
        return lambda: percentile(
            lambda number: read(ours, ids[number], **kwargs), len(ids)
        )

    def bare(number):
        cr = ours.env.cr
        for statement in (BARE_SQL, COUNT_SQL):
            cr.execute(statement, [ids[number]])
            cr.fetchall()

    cases = {
        "timeline p95: first page of 5,000": opening(),
        "timeline p95: page 200": lambda: percentile(
            lambda number: read(ours, ids[number], cursor=deep[number]), len(ids)
        ),
        "timeline p95: filtered, a rare type": opening(filters=rare),
        "timeline p95: text that is nowhere": opening(filters={"text": "nowhere"}),
        "timeline p95: text that is everywhere": opening(filters={"text": "point"}),
        f"timeline p95: company of {COMPANY} people": lambda: percentile(
            lambda _number: read(ours, company), len(ids)
        ),
    }
    base, *durations = measure(
        lambda: percentile(bare, len(ids)), *cases.values(), repetitions=5
    )
    return [
        Row(name, size, found, base, "bare SQL, first page")
        for name, found in zip(cases, durations, strict=True)
    ]


def fill(ours):
    """Give some people a long history; return their ids."""
    env = ours.env
    values = {
        "name": LONG,
        "company": env.company.id,
        "people": PEOPLE,
        "lines": LINES,
        "every": LINES // (PEOPLE * HISTORY),
    }
    env.cr.execute(PEOPLE_SQL, values)
    env.cr.execute(HISTORY_SQL, values)
    ours.vacuum()
    return ours.env["flywheel.profile"].search([("name", "=", LONG)]).ids


def make_company(ours):
    """Give a company people who have done something; return the id of its person."""
    env = ours.env
    company = env["res.partner"].create({"name": "Company", "is_company": True})
    people = env["res.partner"].create(
        [{"name": f"Person {n}", "parent_id": company.id} for n in range(COMPANY)]
    )
    own = list((company + people)._get_profile_ids().values())
    env.flush_all()
    env.cr.execute(
        "UPDATE flywheel_touchpoint t SET profile_id = new.id"
        " FROM (SELECT p.id AS old,"
        " (%s::int[])[row_number() OVER (ORDER BY p.id)] AS id"
        " FROM flywheel_profile p WHERE p.name LIKE 'Lead %%' LIMIT %s) new"
        " WHERE t.profile_id = new.old",
        [own, len(own)],
    )
    env.cr.commit()
    return own[0]


def cursor_of(ours, person_id):
    """Return the cursor of a page far back."""
    [line] = ours.env["flywheel.touchpoint"].search(
        [("profile_id", "=", person_id)], offset=DEEP, limit=1
    )
    return [line.date.isoformat(), line.id]


def read(ours, person_id, **kwargs):
    """Ask for a page as the web client does, in a request of its own."""
    page = ours.env["flywheel.profile"].browse(person_id).get_timeline(**kwargs)
    return len(page["lines"])


def percentile(call, times):
    """Return the 95th percentile of what a function takes, in seconds."""
    durations = []
    for number in range(times):
        started = time.perf_counter()
        call(number)
        durations.append(time.perf_counter() - started)
    return statistics.quantiles(durations, n=20)[-1]
