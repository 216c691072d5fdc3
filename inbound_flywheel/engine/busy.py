# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Giving way to others who are at work on the same records.

Writers never wait for each other: who finds somebody else at work leaves the rest to
a scheduled action, and a scheduled action looks again in a minute. That is how it is
meant to be, so there is nothing for the log to call an error.
"""

import functools
import logging
import threading
from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import errors

from odoo import fields

_logger = logging.getLogger(__name__)
_sql_logger = logging.getLogger("odoo.sql_db")

# Somebody else is at work on the same rows, or has been since this transaction began.
BUSY = (
    errors.LockNotAvailable,
    errors.SerializationFailure,
    errors.DeadlockDetected,
)


class _NoConflicts(logging.Filter):
    """Keeps the conflicts of one thread out of a log, nothing else."""

    def __init__(self, kinds):
        super().__init__()
        self.thread = threading.get_ident()
        self.kinds = kinds

    def filter(self, record):
        conflict = any(isinstance(value, self.kinds) for value in record.args or ())
        return not conflict or record.thread != self.thread


@contextmanager
def unlogged_conflicts(kinds=BUSY):
    """Return a context whose conflicts with others the log does not call errors.

    They are raised all the same: whoever is in it deals with them, or is tried again.

    :param kinds: the classes of errors that are conflicts here
    """
    conflicts = _NoConflicts(kinds)
    _sql_logger.addFilter(conflicts)
    try:
        yield
    finally:
        _sql_logger.removeFilter(conflicts)


@contextmanager
def giving_way(cr, flush=False):
    """Return a context whose work is undone when somebody else is found at work.

    :param cr: the cursor
    :param flush: whether to flush what is pending before and after
    :raise BUSY: somebody else is at work; the transaction is as it was before
    """
    with unlogged_conflicts(), cr.savepoint(flush=flush):
        yield


def gives_way(action):
    """Decorate a scheduled action that finds others at work now and then.

    What it has committed stays. The rest is undone, and done in a minute.
    """

    @functools.wraps(action)
    def run(self):
        cron = self.env["ir.cron"].browse(self.env.context.get("cron_id"))
        if not cron:
            # Called by hand: whoever calls deals with it.
            return action(self)
        try:
            with unlogged_conflicts():
                return action(self)
        except BUSY as error:
            self.env.cr.rollback()
            _logger.info("%s: again in a minute: %s", action.__qualname__, error)
            # sudo: a scheduled action plans its own next run
            cron = cron.sudo()
            cron._trigger(fields.Datetime.now() + timedelta(minutes=1))
            cron._commit_progress(remaining=0)
            return None

    return run
