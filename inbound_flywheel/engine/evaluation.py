# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which conditions hold for which people, and what follows from it: fit points and
the best persona. One pass over each table, however many conditions there are.

Every condition has a *place*: a bit in one of the words ``m0``, ``m1``… of a row per
person. So a hundred conditions cost a hundred comparisons a row, and not a hundred
scans and a union of all their hits.
"""

from typing import NamedTuple

from odoo.tools import SQL

# Bits of a bigint that are used; the sign stays out of it.
WORD = 62
NOTHING = SQL("CAST(NULL AS int)")


class Condition(NamedTuple):
    """What a rule asks of a row of a table under the alias ``t``.

    :param place: number of its bit
    :param sql: the condition
    :param simple: it reads nothing but the row
    """

    place: int
    sql: SQL
    simple: bool


class Source(NamedTuple):
    """A table that conditions are about.

    :param table: its name, as SQL
    :param link: the person of a row, as SQL
    :param conditions: tuple of :class:`Condition`
    """

    table: SQL
    link: SQL
    conditions: tuple


class Candidate(NamedTuple):
    """A persona that people may get.

    :param minimum: confidence from which on they do, 0 to 1
    :param terms: tuple of (place, weight)
    """

    persona_id: int
    company_id: int
    minimum: float
    terms: tuple


class Plan(NamedTuple):
    """Everything that is decided about people by their conditions.

    :param width: number of conditions
    :param sources: tuple of :class:`Source`
    :param points: tuple of (place, fit points)
    :param candidates: tuple of :class:`Candidate`, the first wins when equal
    :param rules: tuple of the rules (model name, id), by place
    """

    width: int
    sources: tuple
    points: tuple
    candidates: tuple
    rules: tuple


def masks_sql(plan, ids=None):
    """Return a query of (profile_id, m0, m1…), a row for every person that a table
    of the plan knows.

    :param ids: limit to these people; None for all
    """
    words = range(plan.width // WORD + 1)
    names = SQL(", ").join(SQL.identifier(f"m{word}") for word in words)
    parts = []
    for source in plan.sources:
        apart = [c for c in source.conditions if ids is not None and not c.simple]
        together = [c for c in source.conditions if c not in apart]
        if together:
            parts.append(_scan_sql(source, together, words, ids))
        # For a few people, an index beats preparing what a condition looks up.
        parts += [_scan_sql(source, [c], words, ids, c.sql) for c in apart]
    if not parts:
        empty = SQL(", ").join(SQL("0::bigint AS %s", _name(word)) for word in words)
        return SQL("SELECT 0 AS profile_id, %s WHERE FALSE", empty)
    return SQL(
        "SELECT profile_id, %s FROM (%s) part GROUP BY profile_id",
        SQL(", ").join(SQL("bit_or(%s) AS %s", _name(w), _name(w)) for w in words),
        SQL(" UNION ALL ").join(
            SQL("(SELECT profile_id, %s FROM (%s) scan)", names, part) for part in parts
        ),
    )


def _scan_sql(source, conditions, words, ids, where=None):
    """Return the query of one pass over a table."""
    masks = []
    for word in words:
        bits = [
            SQL("CASE WHEN %s THEN %s::bigint ELSE 0 END", c.sql, 1 << c.place % WORD)
            for c in conditions
            if c.place // WORD == word
        ]
        mask = SQL(" | ").join(bits) if bits else SQL("0::bigint")
        masks.append(SQL("%s AS %s", mask, _name(word)))
    scope = (
        SQL("%s IS NOT NULL", source.link)
        if ids is None
        else SQL("%s = ANY(%s)", source.link, list(ids))
    )
    return SQL(
        "SELECT %s AS profile_id, %s FROM %s t WHERE %s AND %s",
        source.link,
        SQL(", ").join(masks),
        source.table,
        scope,
        where or SQL("TRUE"),
    )


def _name(word):
    return SQL.identifier(f"m{word}")


def sum_sql(terms):
    """Return the SQL sum of the worth of the conditions that hold, in a row under the
    alias ``m``.

    Conditions that are worth the same are counted together.

    :param terms: iterable of (place, worth)
    """
    masks = {}
    for place, worth in terms:
        key = place // WORD, worth
        masks[key] = masks.get(key, 0) | 1 << place % WORD
    parts = [
        SQL(
            "bit_count((m.%s & %s::bigint)::bit(64)) * %s::float8",
            _name(word),
            mask,
            worth,
        )
        for (word, worth), mask in masks.items()
    ]
    return SQL("(%s)", SQL(" + ").join(parts)) if parts else SQL("0::float8")


def confidence_sql(candidate):
    """Return the matched share of the weight of a persona's criteria, as SQL."""
    total = sum(weight for _place, weight in candidate.terms)
    return SQL("%s / %s::float8", sum_sql(candidate.terms), total)


def evaluation_sql(plan, ids=None):
    """Return a query of (profile_id, points, persona_id, confidence), a row for every
    person that a table of the plan knows.

    The persona is the one with the highest confidence, of those whose minimum is
    reached and whose company is none or the person's.

    :param ids: limit to these people; None for all
    """
    names = [SQL.identifier(f"c{number}") for number in range(len(plan.candidates))]
    confidences = [
        SQL(", %s AS %s", confidence_sql(candidate), name)
        for candidate, name in zip(plan.candidates, names, strict=True)
    ]
    reached = [
        SQL(
            ", CASE WHEN %s >= %s::float8 AND %s THEN %s END AS %s",
            name,
            candidate.minimum,
            _mine_sql(candidate),
            name,
            name,
        )
        for candidate, name in zip(plan.candidates, names, strict=True)
    ]
    best, persona = _best_sql(plan.candidates, names)
    # OFFSET 0 keeps the planner from working out each confidence again wherever its
    # name stands.
    return SQL(
        """
        SELECT profile_id, points, %(persona)s AS persona_id,
               CASE WHEN best IS NULL THEN 0 ELSE best END AS confidence
          FROM (SELECT r.*, %(best)s AS best
                  FROM (SELECT c.profile_id, c.points%(reached)s
                          FROM (SELECT m.profile_id, p.company_id,
                                       %(points)s AS points%(confidences)s
                                  FROM (%(masks)s) m
                                  JOIN flywheel_profile p ON p.id = m.profile_id
                                OFFSET 0) c
                        OFFSET 0) r
                OFFSET 0) b
        """,
        persona=persona,
        best=best,
        reached=SQL("").join(reached),
        points=sum_sql(plan.points),
        confidences=SQL("").join(confidences),
        masks=masks_sql(plan, ids),
    )


def _mine_sql(candidate):
    """Return the condition that a person ``c`` may get a persona."""
    if not candidate.company_id:
        return SQL("TRUE")
    return SQL("c.company_id = %s", candidate.company_id)


def _best_sql(candidates, names):
    """Return the highest confidence, and the first persona that has it, as SQL."""
    if not candidates:
        return SQL("CAST(NULL AS float8)"), NOTHING
    branches = [
        SQL("WHEN %s = best THEN %s", name, candidate.persona_id)
        for name, candidate in zip(names, candidates, strict=True)
    ]
    best = SQL("GREATEST(%s)", SQL(", ").join(names))
    return best, SQL("CASE %s END", SQL(" ").join(branches))
