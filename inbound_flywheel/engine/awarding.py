# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which touchpoint earns which points, as set-based SQL.

A rule counts at most ``cap`` touchpoints of a person per period. Within a period
the earliest ones count, whatever order they arrive in: a late arrival re-awards its
own (person, rule, period) and nothing else.
"""

from typing import NamedTuple

from odoo.tools import SQL


class RuleSpec(NamedTuple):
    """One scoring rule as the SQL needs it.

    :param id: id of the rule
    :param points: points of one hit, or of one unit of value
    :param per_value: multiply the points by the touchpoint's value
    :param cap: at most so many hits per period; 0 for no cap
    :param period: ``day``, ``week``, ``month`` (calendar, UTC) or ``ever``
    :param type_ids: touchpoint types that count
    :param condition: SQL condition on the alias ``t``, or None
    """

    id: int
    points: float
    per_value: bool
    cap: int
    period: str
    type_ids: tuple
    condition: SQL | None


# Start and end of the period that a touchpoint ``t`` falls in, under a rule ``r``.
PERIOD_START = SQL(
    "CASE WHEN r.period = 'ever' THEN '-infinity'::timestamp"
    " ELSE date_trunc(r.period, t.date) END"
)
PERIOD_END = SQL(
    "CASE WHEN r.period = 'ever' THEN 'infinity'::timestamp"
    " ELSE date_trunc(r.period, t.date) + ('1 ' || r.period)::interval END"
)
RANK = SQL(
    "row_number() OVER (PARTITION BY r.id, t.profile_id, %s"
    ' ORDER BY t.date, t.external_key COLLATE "C", t.id)',
    PERIOD_START,
)
COLUMNS = SQL("r.id AS rule_id, t.id AS touchpoint_id, t.profile_id, t.date, t.value")


def growth_sql(decay, date):
    """Return, as SQL, the momentum of one point earned at the column ``date``."""
    if not decay.half_life:
        return SQL("1.0::float8")
    exponent = SQL(
        "((date_part('epoch', %s) - %s::float8) / %s::float8)",
        date,
        decay.landmark,
        decay.half_life,
    )
    return SQL(
        "CASE WHEN %(e)s > -1000 THEN power(2.0::float8, %(e)s) ELSE 0.0 END",
        e=exponent,
    )


def rules_sql(rules):
    """Return the CTEs ``rule`` and ``rule_type`` for a list of :class:`RuleSpec`."""
    rows = SQL(", ").join(
        SQL(
            "(%s, %s::float8, %s, %s, %s)", r.id, r.points, r.per_value, r.cap, r.period
        )
        for r in rules
    )
    pairs = SQL(", ").join(
        SQL("(%s, %s)", rule.id, type_id) for rule in rules for type_id in rule.type_ids
    )
    return SQL(
        "rule(id, points, per_value, cap, period) AS (VALUES %s),"
        " rule_type(rule_id, type_id) AS (VALUES %s)",
        rows,
        pairs,
    )


def condition_sql(rules):
    """Return the condition that a touchpoint ``t`` must meet for its rule ``r``."""
    branches = [
        SQL("WHEN %s THEN %s", r.id, r.condition)
        for r in rules
        if r.condition is not None
    ]
    counts = SQL("t.state = 'valid'")
    if branches:
        own = SQL("CASE r.id %s ELSE TRUE END", SQL(" ").join(branches))
        counts = SQL("%s AND %s", counts, own)
    return counts


def insert_sql(decay):
    """Return the statement that stores an award for every row of ``keep``."""
    return SQL(
        """
        INSERT INTO flywheel_award
               (rule_id, touchpoint_id, profile_id, date, points, momentum)
        SELECT rule_id, touchpoint_id, profile_id, date, points, points * %(growth)s
          FROM (SELECT rule_id, touchpoint_id, profile_id, date,
                       CASE WHEN per_value THEN points * COALESCE(value, 0)
                            ELSE points END AS points
                  FROM keep) d
        """,
        growth=growth_sql(decay, SQL("d.date")),
    )


def reaward_all_sql(rules, decay):
    """Return the statement that awards the whole history anew.

    The awards must be empty and no other transaction be applying.
    """
    return SQL(
        """
        WITH %(rules)s,
        candidate AS (
            SELECT %(columns)s,
                   CASE WHEN r.cap > 0 THEN %(rank)s ELSE 0 END AS rank
              FROM flywheel_touchpoint t
              JOIN rule_type rt ON rt.type_id = t.type_id
              JOIN rule r ON r.id = rt.rule_id
              JOIN flywheel_profile p ON p.id = t.profile_id
             WHERE NOT t.pending AND NOT p.no_profiling AND %(condition)s
        ),
        keep AS (
            SELECT c.*, r.points, r.per_value
              FROM candidate c JOIN rule r ON r.id = c.rule_id
             WHERE r.cap = 0 OR c.rank <= r.cap
        )
        %(insert)s
        """,
        rules=rules_sql(rules),
        columns=COLUMNS,
        rank=RANK,
        condition=condition_sql(rules),
        insert=insert_sql(decay),
    )


def award_touched_sql(rules, decay, silent_ids=()):
    """Return the CTEs that award the touchpoints of the CTE ``touched`` (id).

    They end in ``delta`` (profile_id, delta): the change of momentum by person.
    Awards that a late arrival pushes over its cap are taken back, and so are those
    of touchpoints that no longer count (quarantined).

    :param silent_ids: people who object to profiling and earn nothing
    """
    condition = condition_sql(rules)
    if silent_ids:
        condition = SQL("t.profile_id <> ALL(%s) AND %s", list(silent_ids), condition)
    return SQL(
        """
        %(rules)s,
        capped AS (
            SELECT DISTINCT r.id AS rule_id, t.profile_id,
                   %(start)s AS starts, %(end)s AS ends
              FROM touched
              JOIN flywheel_touchpoint t ON t.id = touched.id
              JOIN rule_type rt ON rt.type_id = t.type_id
              JOIN rule r ON r.id = rt.rule_id
             WHERE r.cap > 0
        ),
        candidate AS MATERIALIZED (
            SELECT %(columns)s, 0 AS rank
              FROM touched
              JOIN flywheel_touchpoint t ON t.id = touched.id
              JOIN rule_type rt ON rt.type_id = t.type_id
              JOIN rule r ON r.id = rt.rule_id
             WHERE r.cap = 0 AND %(condition)s
             UNION ALL
            SELECT %(columns)s, %(rank)s AS rank
              FROM capped
              JOIN rule r ON r.id = capped.rule_id
              JOIN rule_type rt ON rt.rule_id = r.id
              JOIN flywheel_touchpoint t
                ON t.profile_id = capped.profile_id AND t.type_id = rt.type_id
               AND t.date >= capped.starts AND t.date < capped.ends
             WHERE (NOT t.pending OR t.id IN (SELECT id FROM touched))
               AND %(condition)s
        ),
        keep AS MATERIALIZED (
            SELECT c.*, r.points, r.per_value
              FROM candidate c JOIN rule r ON r.id = c.rule_id
             WHERE r.cap = 0 OR c.rank <= r.cap
        ),
        stale AS (
            SELECT a.id
              FROM touched JOIN flywheel_award a ON a.touchpoint_id = touched.id
             UNION
            SELECT a.id
              FROM capped c
              JOIN flywheel_award a
                ON a.profile_id = c.profile_id AND a.rule_id = c.rule_id
               AND a.date >= c.starts AND a.date < c.ends
        ),
        gone AS (
            DELETE FROM flywheel_award a USING stale
             WHERE a.id = stale.id
               AND NOT EXISTS (SELECT FROM keep k
                                WHERE k.touchpoint_id = a.touchpoint_id
                                  AND k.rule_id = a.rule_id)
         RETURNING a.profile_id, -a.momentum AS delta
        ),
        fresh AS (
            %(insert)s
            ON CONFLICT (touchpoint_id, rule_id) DO NOTHING
            RETURNING profile_id, momentum AS delta
        ),
        delta AS (
            SELECT profile_id, SUM(delta) AS delta
              FROM (SELECT * FROM gone UNION ALL SELECT * FROM fresh) AS change
          GROUP BY profile_id
        )
        """,
        rules=rules_sql(rules),
        start=PERIOD_START,
        end=PERIOD_END,
        columns=COLUMNS,
        rank=RANK,
        condition=condition,
        insert=insert_sql(decay),
    )
