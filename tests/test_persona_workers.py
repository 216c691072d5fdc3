"""Several colleagues approve and revise one persona at the same time: every version
has a number of its own, and nothing is done twice."""

import xmlrpc.client

from .test_concurrency import together

CALLERS = 6
SECTIONS = ("demographics", "behaviours", "motivations", "goals", "pains", "objections")


def make_persona(server):
    """Return the id of a persona that nothing is missing in."""
    users = server.call("res.users", "search", [], limit=1)
    contributors = [
        (0, 0, {"department": team, "user_id": users[0]})
        for team in ("marketing", "sales", "service", "finance")
    ]
    sections = {name: "<p>What we know</p>" for name in SECTIONS}
    (persona,) = server.call(
        "flywheel.persona",
        "create",
        [
            {
                "name": "Wanted by all",
                "problem": "Everybody asks",
                "contributor_ids": contributors,
                **sections,
            }
        ],
    )
    return persona


def attempt(server, model, method, *args):
    """Call a method; tell whether it was done."""
    try:
        server.call(model, method, *args)
    except xmlrpc.client.Fault:
        return False
    return True


def versions_of(server, persona):
    """Return the numbers of the versions that were kept, in the order of keeping."""
    found = server.call(
        "flywheel.persona.version",
        "search_read",
        [("persona_id", "=", persona)],
        ["number"],
        order="id",
    )
    return [version["number"] for version in found]


def test_one_approves(server):
    persona = make_persona(server)
    calls = [
        lambda: attempt(server, "flywheel.persona", "action_approve", [persona])
    ] * CALLERS
    assert sum(together(*calls)) == 1
    assert versions_of(server, persona) == [1]


def test_one_revises(server):
    persona = make_persona(server)
    assert attempt(server, "flywheel.persona", "action_approve", [persona])
    wizards = server.call(
        "flywheel.persona.revise",
        "create",
        [{"persona_id": persona, "reason": f"Caller {n}"} for n in range(CALLERS)],
    )
    calls = [
        lambda wizard=wizard: attempt(
            server, "flywheel.persona.revise", "action_confirm", [wizard]
        )
        for wizard in wizards
    ]
    assert sum(together(*calls)) == 1
    (read,) = server.call("flywheel.persona", "read", [persona], ["version", "state"])
    assert (read["version"], read["state"]) == (2, "draft")
    assert attempt(server, "flywheel.persona", "action_approve", [persona])
    assert versions_of(server, persona) == [1, 2]


def test_drafts_are_kept_one_after_the_other(server):
    persona = make_persona(server)
    values = {"persona_id": persona, "reason": "Kept", "mode": "keep"}
    wizards = server.call("flywheel.persona.revise", "create", [values] * CALLERS)
    calls = [
        lambda wizard=wizard: attempt(
            server, "flywheel.persona.revise", "action_confirm", [wizard]
        )
        for wizard in wizards
    ]
    kept = sum(together(*calls))
    assert kept
    assert versions_of(server, persona) == list(range(1, kept + 1))
