"""Scheduled actions: made to rest while the past is written, and run once after it."""

import time

from .client import ATTEMPTS, PAUSE, LoadError


def find(client, module, *names):
    """Return the ids of an addon's scheduled actions; of those that are not there,
    none.

    :param names: external names without the module; none: all of the module
    """
    domain = [("module", "=", module), ("model", "=", "ir.cron")]
    if names:
        domain.append(("name", "in", names))
    found = client.search_read("ir.model.data", domain, ["name", "res_id"])
    order = {name: place for place, name in enumerate(names)}
    found.sort(key=lambda row: order.get(row["name"], 0))
    return [row["res_id"] for row in found]


def let_run(client, ids, active):
    """Stop scheduled actions, or let them run again."""
    if ids:
        _patiently(client, "write", ids, vals={"active": active})


def run(client, ids):
    """Run scheduled actions once, one after the other."""
    for cron_id in ids:
        _patiently(client, "method_direct_trigger", [cron_id])


def _patiently(client, method, ids, **arguments):
    for attempt in range(ATTEMPTS):
        try:
            return client.call("ir.cron", method, ids=ids, **arguments)
        except LoadError:
            # One of them is at work: Odoo lets nobody touch it now.
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(PAUSE)
    return None
