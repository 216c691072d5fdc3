"""Escalation: the pass over many open cases of which few are due, and a change of
hours, after which all are looked at again.

The cases are as many as the leads otherwise, in a database of their own that has the
service addon.
"""

import os
import sys
import time

from bootstrap import install, settings
from bootstrap.database import Databases

from .harness import Row, measure
from .worlds import CRM, ROOT, World

SERVICE = "flywheel_bench_service"
# One case in so many is due in a pass.
DUE_ONE_IN = 100
# Cases that are looked at again after a change, in one repetition.
LOOKED_AT = 1000

CASES = """
    INSERT INTO helpdesk_ticket
           (number, name, description, team_id, user_id, stage_id, company_id,
            priority, active, sequence, unattended, create_uid, create_date, write_uid,
            write_date, rating_status, waiting_since, answer_due, next_escalation)
    SELECT 'B' || n, 'Case ' || n, '<p>Help</p>', %(team)s, %(user)s, %(stage)s,
           %(company)s, '1', TRUE, 10, TRUE, 2, w.since, 2, now(), 'no_rate',
           w.since, w.since + interval '4 hours', w.since + interval '7 days'
      FROM generate_series(1, %(size)s) n,
           LATERAL (SELECT date_trunc('second', now() AT TIME ZONE 'UTC')
                           - (n %% 3000) * interval '1 minute' AS since) w
"""
BARE = """
    SELECT t.id FROM helpdesk_ticket t
      JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
     WHERE t.active AND s.closed IS NOT TRUE AND t.waiting_since IS NOT NULL
       AND t.answer_due < now() AT TIME ZONE 'UTC'
"""
DUE = "SELECT id FROM helpdesk_ticket WHERE next_escalation <= now() AT TIME ZONE 'UTC'"


def run(_core, _ours, size):
    """Return the rows of this benchmark; print the plan of the pass."""
    chosen = settings.from_environment(os.environ, ROOT, sys.executable)
    databases = Databases(chosen)
    databases.drop(SERVICE)
    databases.copy(CRM, SERVICE)
    log = chosen.logs / "bench-service.log"
    install.run_odoo(chosen, log, "-d", SERVICE, "-i", "inbound_flywheel_service")
    service = World(SERVICE)
    try:
        fill(service, size)
        explain(service)
        return [nothing(service, size), some(service, size), again(service, size)]
    finally:
        service.close()
        databases.drop(SERVICE)


def fill(service, size):
    """Make open cases of one team whose customers wait up to two days."""
    env, cr = service.env, service.cr
    # Open every day, so that the result is the same on each.
    hours = [
        (0, 0, {"name": day, "dayofweek": day, "hour_from": 1, "hour_to": 23})
        for day in "0123456"
    ]
    calendar = env["resource.calendar"].create(
        {"name": "Bench", "tz": "UTC", "attendance_ids": hours}
    )
    team = env["helpdesk.ticket.team"].create(
        {
            "name": "Bench",
            "user_id": env.uid,
            "use_sla": True,
            "resource_calendar_id": calendar.id,
        }
    )
    env["helpdesk.sla"].create(
        {"name": "Answer", "kind": "first_response", "hours": 4, "minutes": 30}
    )
    values = {
        "size": size,
        "team": team.id,
        "user": env.uid,
        "company": env.company.id,
        "stage": team._get_applicable_stages()[:1].id,
    }
    env.flush_all()
    cr.execute(CASES, values)
    service.vacuum()


def explain(service):
    """Print how the due cases are found."""
    service.cr.execute(f"EXPLAIN {DUE} ORDER BY next_escalation LIMIT 1000")
    for (line,) in service.cr.fetchall():
        print(f"        {line}")


def bare(service):
    """Return a function that reads the overdue cases with bare SQL."""

    def read():
        service.env.cr.execute(BARE)
        service.cr.fetchall()

    return read


def one_pass(service):
    """Escalate until nothing is due; return (seconds, cases)."""
    env = service.env
    count = 0
    started = time.perf_counter()
    if env["helpdesk.ticket"]._flywheel_count_due():
        while done := env["helpdesk.ticket"]._flywheel_escalate_batch():
            count += done
            env.flush_all()
            service.cr.commit()
    return time.perf_counter() - started, count


def nothing(service, size):
    """A pass in which no moment has come: most of them."""
    own, base = measure(lambda: one_pass(service)[0], bare(service), repetitions=5)
    title = "escalation pass, nothing due"
    return Row(title, size, own, base, "bare SQL, the overdue", aim=1)


def some(service, size):
    """A pass in which one case of a hundred takes a step, with its activities."""
    reset = (
        "DELETE FROM flywheel_escalation_log",
        "DELETE FROM mail_activity WHERE res_model = 'helpdesk.ticket'",
        "UPDATE helpdesk_ticket SET next_escalation = now() AT TIME ZONE 'UTC'"
        " - interval '1 minute',"
        f" priority = '1' WHERE id % {DUE_ONE_IN} = 0",
        "ANALYZE helpdesk_ticket",
    )
    counts = []

    def due():
        for statement in reset:
            service.env.cr.execute(statement)
            service.cr.commit()
        seconds, count = one_pass(service)
        counts.append(count)
        return seconds

    own, base = measure(due, bare(service), repetitions=3)
    print(f"        {size:,} cases: {counts[-1]:,} looked at, {min(own):.2f} s")
    title = "escalation pass, one in a hundred due"
    return Row(title, size, own, base, "bare SQL, the overdue", counts[-1])


def again(service, size):
    """Hours have changed: what is due is reckoned anew, for a thousand cases."""
    service.env.cr.execute(f"SELECT id FROM helpdesk_ticket LIMIT {LOOKED_AT}")
    ids = [row[0] for row in service.cr.fetchall()]

    def look():
        cases = service.env["helpdesk.ticket"].sudo().browse(ids)
        started = time.perf_counter()
        cases._flywheel_refresh(changed=True)
        cases.env.flush_all()
        service.cr.commit()
        return time.perf_counter() - started

    [own] = measure(look, repetitions=3)
    title = "what is due, anew for 1,000 cases"
    return Row(title, size, own, [], units=LOOKED_AT)
