"""What Odoo itself fills and lets nobody write, such as visitors of the website.

An administrator may give himself the right; the loader does so while it writes the
past, and takes it back.
"""

import contextlib

from .client import ATTEMPTS, LoadError

NAME = "Demo loader"


@contextlib.contextmanager
def granted(client, *models):
    """Let administrators write to models, within a ``with`` statement."""
    take_back(client)
    found = client.search_read("ir.model", [("model", "in", models)], ["model"])
    group = client.search_read(
        "ir.model.data",
        [("module", "=", "base"), ("name", "=", "group_system")],
        ["res_id"],
    )
    rights = dict.fromkeys(("perm_read", "perm_write", "perm_create"), True)
    values = [
        {"name": NAME, "model_id": m["id"], "group_id": group[0]["res_id"], **rights}
        for m in found
    ]
    ids = client.call("ir.model.access", "create", vals_list=values)
    try:
        for _attempt in range(ATTEMPTS):
            if all(
                client.call(m, "has_access", [], operation="create") for m in models
            ):
                break
            # Another request looked at the rights just before these were stored, and
            # the server remembers what it saw: writing makes it forget.
            client.call("ir.model.access", "write", ids=ids, vals={"name": NAME})
        yield
    finally:
        # Where the server is gone, the next load does it.
        with contextlib.suppress(LoadError):
            take_back(client)


def join(client, user, group):
    """Put one of the loader's users into a group.

    :param user: external name, such as ``user_max``
    :param group: full external id
    """
    module, name = group.split(".")
    found = client.search_read(
        "ir.model.data", [("module", "=", module), ("name", "=", name)], ["res_id"]
    )
    vals = {"group_ids": [(4, found[0]["res_id"])]}
    client.call("res.users", "write", ids=[client.known("res.users")[user]], vals=vals)


def take_back(client):
    """Take back the rights, also those of a load that was killed."""
    ids = client.call("ir.model.access", "search", domain=[("name", "=", NAME)])
    if ids:
        client.call("ir.model.access", "unlink", ids=ids)
