"""A month passes: scores fall, and nothing is written."""

from contextlib import nullcontext
from datetime import timedelta

from freezegun import freeze_time
from freezegun.api import real_perf_counter

from odoo import fields
from odoo.tools import SQL

from .harness import Row, measure

MONTH = timedelta(days=30)
ACTIONS = (
    ("flywheel.profile", "_cron_evaluate"),
    ("flywheel.score.model", "_cron_expire"),
    ("flywheel.score.model", "_cron_keep_exact"),
    ("flywheel.touchpoint", "_cron_apply_pending"),
)


def run(_core, ours, size):
    """Return the rows of this benchmark; print writes and plans."""
    env = ours.env
    later = fields.Datetime.now() + MONTH
    # The first run of the daily action settles what the rules say of new people.
    for model, method in ACTIONS:
        getattr(env[model], method)()
    ours.vacuum()
    before = written(ours)
    with freeze_time(later):
        for model, method in ACTIONS:
            getattr(ours.env[model], method)()
        ours.cr.commit()
        check(ours.env)
    print(
        f"        {size:,} leads, a month later: {written(ours) - before} rows written"
    )
    now = timed(ours, None)
    then = timed(ours, later)
    rows = []
    for name, call_now, call_then in zip(now, now.values(), then.values(), strict=True):
        base, own = measure(call_now, call_then, repetitions=9)
        rows.append(Row(f"a month later: {name}", size, own, base, "the same today"))
    explain(ours)
    return rows


def written(ours):
    """Return how many rows of ours have ever been written in this database."""
    ours.cr.execute("SELECT pg_stat_force_next_flush()")
    ours.cr.commit()
    ours.cr.execute(
        "SELECT pg_stat_clear_snapshot(), SUM(n_tup_ins + n_tup_upd + n_tup_del)"
        " FROM pg_stat_user_tables"
        " WHERE relname LIKE 'flywheel%' OR relname IN ('crm_lead', 'res_partner')"
    )
    return int(ours.cr.fetchone()[1])


def timed(ours, moment):
    """Return functions that sort and filter people by score, as of a moment."""

    def at(call):
        def timed_call():
            # Stopping the clock takes longer than what is measured.
            with freeze_time(moment, tick=True) if moment else nullcontext():
                env = ours.env
                started = real_perf_counter()
                call(env)
                return real_perf_counter() - started

        return timed_call

    def people(env):
        return env["flywheel.profile"]

    return {
        "80 people by score": at(
            lambda env: people(env).search([], order="engagement_score desc", limit=80)
        ),
        "count score >= 15": at(
            lambda env: people(env).search_count([("engagement_score", ">=", 15)])
        ),
        "count by temperature": at(
            lambda env: people(env)._read_group([], ["score_band"], ["__count"])
        ),
    }


def check(env):
    """Compare search with what the lines are worth, line by line.

    :raises AssertionError: when they differ
    """
    found = env["flywheel.profile"].search(
        [("engagement_score", ">=", 5)], order="engagement_score desc", limit=200
    )
    scores = [sum(line["now"] for line in p.explain()) for p in found]
    falling = all(a >= b - 1e-6 for a, b in zip(scores, scores[1:], strict=False))
    if not falling or any(score < 5 - 1e-6 for score in scores):
        raise AssertionError("the order by score is wrong a month later")


def explain(ours):
    """Print how PostgreSQL finds people by score."""
    env = ours.env
    People = env["flywheel.profile"]
    for title, query in (
        ("score >= 60", People._search([("engagement_score", ">=", 60)])),
        ("first 80", People._search([], order="engagement_score desc", limit=80)),
    ):
        env.cr.execute(SQL("EXPLAIN %s", query.select()))
        nodes = [line.strip() for (line,) in env.cr.fetchall() if "Scan" in line]
        print(f"        plan of {title}: {'; '.join(nodes)}")
