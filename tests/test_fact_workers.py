"""Several workers note answers to one question: one of them counts, none is lost."""

import functools

from .test_concurrency import together

WORKERS = 4
ROUNDS = 6


def person(server, name):
    """Return the id of a new person."""
    contact = server.call("res.partner", "create", [{"name": name}])[0]
    return server.call("res.partner", "flywheel_get_person", [contact])


def states(server, person_id):
    """Return {state: number} of the person's facts."""
    rows = server.ask(
        "SELECT state, count(*) FROM flywheel_fact"
        f" WHERE profile_id = {int(person_id)} GROUP BY state"
    )
    return {state: int(count) for state, count in rows}


def note_together(server, who, values):
    """Have several clients answer one question at the same moment."""
    calls = [
        functools.partial(
            server.call,
            "flywheel.profile",
            "learn",
            [who],
            [{"question": "need", "answer": value}],
        )
        for value in values
    ]
    return together(*calls)


def test_answers_at_the_same_moment(server):
    for number in range(ROUNDS):
        who = person(server, f"Wang {number}")
        answers = note_together(server, who, [f"{n}" for n in range(WORKERS)])
        assert [a["created"] for a in answers] == [1] * WORKERS, answers
        assert states(server, who) == {"current": 1, "replaced": WORKERS - 1}


def test_answers_by_different_ways(server):
    question = server.call("flywheel.question", "search", [("code", "=", "need")])[0]
    for number in range(ROUNDS):
        who = person(server, f"Lin {number}")
        values = {"profile_id": who, "question_id": question, "answer": "A lamp"}
        together(
            functools.partial(server.call, "flywheel.fact", "create", [values]),
            functools.partial(
                server.call,
                "flywheel.profile",
                "answer_question",
                [who],
                question,
                "A torch",
            ),
        )
        # The second may have been warned instead, if it came a moment later.
        assert states(server, who)["current"] == 1
