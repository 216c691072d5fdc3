# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which touchpoint earns which points, as set-based SQL.

The lines of a score are not stored: they follow from the ledger and the rules, by
the one query that :func:`lines_sql` builds. What is in force, a draft, a version of
last year, one person or everybody: it is always the same query, so what is explained,
previewed and tested against history is what is scored.

A rule counts at most ``cap`` touchpoints of a person per period. Within a period
the earliest ones count, whatever order they arrive in; so a line that counted on some
day counts the same when looked at from any later day.
"""

from datetime import datetime
from typing import NamedTuple

from odoo.tools import SQL

from .arrays import array
from .decay import MAX_EXPONENT


class RuleSpec(NamedTuple):
    """One scoring rule as the SQL needs it.

    :param id: id of the rule
    :param points: points of one hit, or of one unit of value
    :param per_value: multiply the points by the touchpoint's value
    :param cap: at most so many hits per period; 0 for no cap
    :param period: ``day``, ``week``, ``month`` (calendar, UTC) or ``ever``
    :param type_ids: touchpoint types that count
    :param condition: SQL condition on the alias ``t``, or None
    :param window: seconds after which a line no longer counts; 0 for never
    :param starts: naive UTC datetime from which touchpoints count, or None
    :param ends: naive UTC datetime before which touchpoints count, or None
    """

    id: int
    points: float
    per_value: bool
    cap: int
    period: str
    type_ids: tuple
    condition: SQL | None
    window: float = 0.0
    starts: datetime | None = None
    ends: datetime | None = None


PERIOD_START = SQL(
    "CASE WHEN r.period = 'ever' THEN '-infinity'::timestamp"
    " ELSE date_trunc(r.period, t.date) END"
)
# Partitioned by person first: the ledger's index brings its lines in that order.
RANK = SQL(
    "row_number() OVER (PARTITION BY t.profile_id, r.id, %s"
    ' ORDER BY t.date, t.external_key COLLATE "C", t.id)',
    PERIOD_START,
)


def growth_sql(decay, date):
    """Return, as SQL, the momentum of one point earned at the column ``date``.

    The SQL twin of :meth:`.decay.Decay.growth`.
    """
    if not decay.half_life:
        return SQL("1.0::float8")
    exponent = SQL(
        "((date_part('epoch', %s) - %s::float8) / %s::float8)",
        date,
        decay.landmark,
        decay.half_life,
    )
    return SQL(
        "CASE WHEN %(e)s > -%(limit)s"
        " THEN power(2.0::float8, LEAST(%(e)s, %(limit)s)) ELSE 0.0 END",
        e=exponent,
        limit=MAX_EXPONENT,
    )


def rules_sql(rules):
    """Return a list of :class:`RuleSpec` as rows, one for each type that counts."""
    rows = SQL(", ").join(
        SQL(
            "(%s, %s, %s::float8, %s, %s, %s,"
            " %s * interval '1 second', %s::timestamp, %s::timestamp)",
            rule.id,
            type_id,
            rule.points,
            rule.per_value,
            rule.cap,
            rule.period,
            rule.window or None,
            rule.starts,
            rule.ends,
        )
        for rule in rules
        for type_id in rule.type_ids
    )
    return SQL(
        "(VALUES %s) AS r (id, type_id, points, per_value, cap, period, lasts,"
        " starts, ends)",
        rows,
    )


def condition_sql(rules, people):
    """Return the condition that a touchpoint ``t`` must meet for its rule ``r``."""
    parts = [
        SQL("t.state = 'valid' AND NOT t.pending"),
        SQL("t.profile_id NOT IN (SELECT id FROM flywheel_profile WHERE no_profiling)"),
    ]
    if isinstance(people, SQL):
        parts.append(SQL("t.profile_id IN (%s)", people))
    elif people is not None:
        parts.append(SQL("t.profile_id = ANY(%s::int[])", array(people)))
    if any(rule.starts for rule in rules):
        parts.append(SQL("(r.starts IS NULL OR t.date >= r.starts)"))
    if any(rule.ends for rule in rules):
        parts.append(SQL("(r.ends IS NULL OR t.date < r.ends)"))
    branches = [
        SQL("WHEN %s THEN %s", rule.id, rule.condition)
        for rule in rules
        if rule.condition is not None
    ]
    if branches:
        parts.append(SQL("CASE r.id %s ELSE TRUE END", SQL(" ").join(branches)))
    return SQL(" AND ").join(parts)


def _hits_sql(rules, people):
    """Return the touchpoints that meet rules, ranked where these have a cap."""
    capped = any(rule.cap for rule in rules)
    return SQL(
        """
        SELECT r.id AS rule_id, t.id AS touchpoint_id, t.profile_id, t.date,
               COALESCE(t.date + r.lasts, 'infinity') AS until,
               CASE WHEN r.per_value THEN r.points * COALESCE(t.value, 0)
                    ELSE r.points END AS points,
               r.cap, %(rank)s AS rank
          FROM flywheel_touchpoint t
          JOIN %(rules)s ON r.type_id = t.type_id
         WHERE %(condition)s
        """,
        rank=RANK if capped else SQL("0"),
        rules=rules_sql(rules),
        condition=condition_sql(rules, people),
    )


def lines_sql(rules, decay, people=None, surplus=False):
    """Return a query of the lines of scores: whatever ever counted.

    The columns are ``rule_id``, ``touchpoint_id``, ``profile_id``, ``date``, ``until``
    (timestamp, ``infinity`` where the rule has no window), ``points`` and
    ``momentum``. A line counts at an instant T if ``date <= T < until``, and is then
    worth ``momentum * 2 ** (-(T - landmark) / half_life)``.

    :param rules: list of :class:`RuleSpec`
    :param decay: the :class:`.decay.Decay` that momentum follows
    :param people: ids of the people to look at, a query of them, or None for all
    :param surplus: return what caps cut off instead: what never counted
    :return: an :class:`SQL`, or None when no rule gives points
    """
    rules = [rule for rule in rules if rule.type_ids and rule.points]
    if not rules:
        return None
    # Ranking costs a sort: only for the rules that need it.
    groups = [
        [rule for rule in rules if rule.cap],
        [rule for rule in rules if not rule.cap],
    ]
    hits = SQL(" UNION ALL ").join(
        _hits_sql(group, people) for group in groups if group
    )
    return SQL(
        "SELECT h.rule_id, h.touchpoint_id, h.profile_id, h.date, h.until, h.points,"
        " h.points * %(growth)s AS momentum FROM (%(hits)s) h"
        " WHERE h.rank %(beside)s h.cap",
        growth=growth_sql(decay, SQL("h.date")),
        hits=hits,
        beside=SQL(">") if surplus else SQL("<="),
    )


def totals_sql(lines, expired_to):
    """Return a query of (profile_id, momentum): the sum of everybody's lines.

    :param lines: what :func:`lines_sql` returned
    :param expired_to: SQL of the instant up to which lines have been let expire
    """
    return SQL(
        "SELECT l.profile_id, SUM(l.momentum) AS momentum FROM (%s) l"
        " WHERE l.until > %s GROUP BY l.profile_id",
        lines,
        expired_to,
    )
