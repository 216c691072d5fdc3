# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Decisions that must be taken one after the other.

Odoo's transactions see the database as it was when they began (REPEATABLE READ),
so a lock alone is not enough: whoever gets it must also read what the one before
him has committed.
"""

from odoo.tools import SQL


def try_locks(env, name, keys):
    """Those of ``keys`` whose lock this transaction now holds until its end.

    Never waits: an import that holds a lock for a minute must not stop the mail
    gateway.
    """
    rows = env.execute_query(
        SQL(
            """
            SELECT key FROM unnest(%s::text[]) AS key
             WHERE pg_try_advisory_xact_lock(hashtextextended(%s || ':' || key, 0))
            """,
            [str(key) for key in keys],
            name,
        )
    )
    return {key for (key,) in rows}


def committed(env, query):
    """Rows of ``query`` as committed at this moment, without our own changes."""
    with env.registry.cursor() as cr:
        cr.execute(query)
        return cr.fetchall()
