"""Several workers move the same people at once, by hand, by rule and by answering
proposals: every history stays one line without gap or overlap."""

import random
import time
import xmlrpc.client

import pytest

from .test_concurrency import ATTEMPTS, send, together

PEOPLE = 4
ROUNDS = 8
TRACKS = {"journey": "journey_stage_id", "lifecycle": "lifecycle_stage_id"}
STAGES = ("awareness", "consideration", "decision")

# Intervals that begin before the one before them has ended, or after a pause during
# which the person was in no stage though nobody took the person out.
BROKEN = """
    SELECT i.profile_id, i.track, i.date_from, i.date_to, i.next_from
      FROM (SELECT *, lead(date_from) OVER (PARTITION BY profile_id, track
                                           ORDER BY date_from, id) AS next_from
              FROM flywheel_stage_interval) i
     WHERE i.next_from IS NOT NULL AND i.next_from IS DISTINCT FROM i.date_to
"""


def persist(call):
    """Do as a browser's user does that is told to try again; return the number of
    attempts."""
    for attempt in range(1, ATTEMPTS):
        try:
            call()
            return attempt
        except (xmlrpc.client.Fault, xmlrpc.client.ProtocolError):
            time.sleep(0.05 * attempt)
    call()
    return ATTEMPTS


def item(code, person, number, prefix):
    """Return an event of a person that happens now."""
    return {
        "type": code,
        "date": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        "email": f"{prefix}{person}@example.com",
        "external_key": f"{prefix}{person}.{number}.{code}",
    }


@pytest.fixture
def people(server, request):
    """Return the ids of people who have been met."""
    prefix = f"{request.node.name[5:14]}."
    server.ingest([item("page", n, 0, prefix) for n in range(PEOPLE)])
    server.apply_pending()
    rows = server.ask(
        "SELECT profile_id FROM flywheel_identity"
        f" WHERE value LIKE '{prefix}%' ORDER BY value"
    )
    return prefix, [int(row[0]) for row in rows]


def check(server):
    """Every history is a line, and ends where the person is."""
    server.apply_pending()
    assert server.ask(BROKEN) == []
    for track, column in TRACKS.items():
        wrong = server.ask(
            f"""
            SELECT p.id, p.{column}, i.stage_id
              FROM flywheel_profile p
         LEFT JOIN flywheel_stage_interval i ON i.profile_id = p.id
               AND i.track = '{track}' AND i.date_to IS NULL
             WHERE p.{column} IS DISTINCT FROM i.stage_id
            """
        )
        assert wrong == []


def test_by_hand_and_by_rule(server, people):
    prefix, ids = people
    dice = random.Random(3)
    stages = [server.ref("inbound_flywheel", f"stage_{code}") for code in STAGES]

    def choose(stage, port):
        return persist(
            lambda: server.call(
                "flywheel.profile",
                "write",
                ids,
                {"journey_stage_id": stage},
                port=port,
            )
        )

    for number in range(1, ROUNDS):
        codes = dice.sample(("form", "meeting", "order", "call_in"), 2)
        batches = [
            [item(code, person, number, prefix) for person in range(PEOPLE)]
            for code in codes
        ]
        first, second = dice.sample(stages, 2)
        together(
            lambda stage=first: choose(stage, server.ports[0]),
            lambda stage=second: choose(stage, server.ports[-1]),
            lambda batch=batches[0]: send(server, batch),
            lambda batch=batches[1]: send(server, batch),
        )
        check(server)
    by_hand = (
        "SELECT count(*) FROM flywheel_stage_interval WHERE source = 'manual'"
        f" AND profile_id = {ids[0]}"
    )
    assert server.number(by_hand) >= ROUNDS - 1


def test_one_proposal_answered_twice(server, people):
    prefix, ids = people
    awareness = server.ref("inbound_flywheel", "stage_awareness")
    decision = server.ref("inbound_flywheel", "stage_decision")
    for person in ids:
        # Put there by hand, if only for a moment elsewhere: rules ask from now on.
        for stage in (decision, awareness):
            server.call(
                "flywheel.profile", "write", [person], {"journey_stage_id": stage}
            )
    time.sleep(1.1)
    server.ingest([item("meeting", n, 1, prefix) for n in range(PEOPLE)])
    server.apply_pending()
    domain = [("profile_id", "in", ids), ("state", "=", "open")]
    proposals = server.call("flywheel.stage.proposal", "search", domain)
    assert len(proposals) == PEOPLE

    def answer(method, port):
        return persist(
            lambda: server.call("flywheel.stage.proposal", method, proposals, port=port)
        )

    together(
        lambda: answer("action_accept", server.ports[0]),
        lambda: answer("action_decline", server.ports[-1]),
        lambda: send(server, [item("order", n, 2, prefix) for n in range(PEOPLE)]),
    )
    check(server)
    states = server.ask(
        "SELECT DISTINCT state FROM flywheel_stage_proposal"
        f" WHERE id IN ({','.join(map(str, proposals))})"
    )
    assert states in ([("accepted",)], [("declined",)])
