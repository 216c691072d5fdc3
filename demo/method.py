"""What the bank knows about its personas and says to them: evidence, content, answers.

The personas are made up; what :func:`know_people` looks up in the bank's data is not.
"""

import contextlib
import json
from datetime import date, timedelta
from pathlib import Path

from .bank import slug
from .client import LoadError, external
from .progress import Progress

HERE = Path(__file__).resolve().parent
# Questions whose answers came from interviews, and those that are guesses so far.
ASKED = ("search", "channel", "language", "decider", "confusing", "favourite", "price")
GUESSED = ("goal_blocked", "recommend", "warn", "satisfied")
# Question and the look at the bank's data that answers it.
LOOKED_UP = (("process_days", "days_to_close"), ("price", "value"))
# The people of whom most is known.
KNOWN = 200
WORKPLACE = "Flywheel Bank, Taipei branch"


def set_up(client):
    """Set up what is known about the personas and what is said to them; what is there
    stays."""
    method = json.loads((HERE / "method.json").read_text(encoding="utf-8"))
    owners = _find_users(client)
    for key, persona in method["personas"].items():
        _describe(client, key, persona, owners)
    _load_answers(client, method["personas"])
    _load_plays(client, method["plays"])
    _load_approved_answers(client, method["answers"])


def _find_users(client):
    found = client.known("res.users")
    return {
        "marketing": found["user_max"],
        "sales": found["user_sofia"],
        "service": found["user_tom"],
    }


def _describe(client, key, persona, owners):
    """Fill in the method's part of a persona, unless somebody did so already."""
    persona_id = client.known("flywheel.persona")[f"persona_{key}"]
    domain = [("id", "=", persona_id), ("problem", "=", False)]
    if not client.search_read("flywheel.persona", domain, ["name"]):
        return
    names = ("problem", "human_share", "single_touchpoint", "tone")
    values = {name: persona[name] for name in names}
    for team in ("marketing", "sales", "service"):
        lines = "".join(f"<li>{line}</li>" for line in persona[f"playbook_{team}"])
        values[f"playbook_{team}"] = f"<ul>{lines}</ul>"
    channels = client.search_read("flywheel.channel", [], ["code"])
    ids = {channel["code"]: channel["id"] for channel in channels}
    values["channel_weight_ids"] = [
        (0, 0, {"channel_id": ids[code], "weight": weight})
        for code, weight in persona["channels"].items()
    ]
    values["contributor_ids"] = [
        (0, 0, {"user_id": owners[department], "department": department})
        for department in persona["departments"]
    ]
    values.update(
        contacts_per_month=persona["contacts_per_month"],
        owner_id=owners["marketing"],
        origin="Made up for this demo, after the bank's data of 2008 to 2010.",
    )
    client.call("flywheel.persona", "write", ids=[persona_id], vals=values)


def _load_answers(client, personas):
    rows = []
    for key, persona in personas.items():
        for code, text in persona["answers"].items():
            source = "interview" if code in ASKED else "guess"
            evidence = (
                f"Said in most of {persona['interviews']} interviews"
                if source == "interview"
                else ""
            )
            rows.append(
                [
                    f"answer_{key}_{code}",
                    external(f"persona_{key}"),
                    f"inbound_flywheel.question_{_name(code)}",
                    text,
                    source,
                    evidence,
                    "high" if source == "interview" else "low",
                ]
            )
    fields = ["id", "persona_id/id", "question_id/id", "answer", "source", "evidence"]
    client.ensure(
        "flywheel.persona.answer", [*fields, "confidence"], rows, "Evidence of personas"
    )


def _name(code):
    """Return the external name of the question with a code."""
    return "process" if code == "process_days" else code


def _load_plays(client, plays):
    rows = [
        [
            f"play_{slug(play['name'])}",
            play["name"],
            play["kind"],
            ",".join(external(f"persona_{key}") for key in play["personas"]),
            ",".join(f"inbound_flywheel.stage_{code}" for code in play["stages"]),
            f"<p>{play['text']}</p>",
        ]
        for play in plays
    ]
    fields = ["id", "name", "kind", "persona_ids/id", "stage_ids/id", "body"]
    client.ensure("flywheel.play", fields, rows, "Content and talk tracks")


def _load_approved_answers(client, answers):
    known = client.known("flywheel.approved.answer")
    rows = [
        [f"approved_{slug(answer['question'])}", answer["question"]]
        for answer in answers
    ]
    ids = client.ensure("flywheel.approved.answer", ["id", "name"], rows)
    for answer in answers:
        name = f"approved_{slug(answer['question'])}"
        if name in known:
            continue
        variants = [{"body": f"<p>{answer['text']}</p>"}]
        personas = client.known("flywheel.persona")
        for key, text in answer["variants"].items():
            persona_id = personas[f"persona_{key}"]
            variants.append({"persona_id": persona_id, "body": f"<p>{text}</p>"})
        values = {
            "aliases": "\n".join(answer["aliases"]),
            "variant_ids": [(0, 0, variant) for variant in variants],
        }
        client.call("flywheel.approved.answer", "write", ids=[ids[name]], vals=values)
        values = {"answer_id": ids[name], "reason": "Agreed by all three teams"}
        wizard = client.call("flywheel.answer.publish", "create", vals_list=[values])
        client.call("flywheel.answer.publish", "action_publish", ids=wizard)


def know_people(client):
    """Interview people, note what they said, look at the data, approve the personas."""
    method = json.loads((HERE / "method.json").read_text(encoding="utf-8"))
    client.call(
        "flywheel.persona", "action_assign", ids=[*_personas(client, method).values()]
    )
    progress = Progress("Interviews and facts", len(method["personas"]))
    for key, persona_id in _personas(client, method).items():
        persona = method["personas"][key]
        people = client.search_read(
            "flywheel.profile",
            [("persona_id", "=", persona_id), ("partner_id", "!=", False)],
            ["partner_id"],
            limit=KNOWN,
            order="id",
        )
        _interview(client, key, persona_id, people[: persona["interviews"]])
        _note_facts(client, persona, people)
        _look_at_data(client, persona_id)
        if persona["approved"]:
            _approve(client, persona_id, persona["review"])
        progress.add(1)
    progress.close()


def _personas(client, method):
    known = client.known("flywheel.persona")
    return {key: known[f"persona_{key}"] for key in method["personas"]}


def _interview(client, key, persona_id, people):
    rows = [
        [
            f"interview_{key}_{number}",
            str(persona_id),
            str(person["partner_id"][0]),
            "held",
            f"{date.today() - timedelta(days=200 - 9 * number)} 08:00:00",
            WORKPLACE,
        ]
        for number, person in enumerate(people)
    ]
    fields = ["id", "persona_id/.id", "partner_id/.id", "state", "date", "location"]
    client.ensure("flywheel.interview", fields, rows)


def _note_facts(client, persona, people):
    """Note a few answers of individuals; some speak against their persona."""
    best = max(persona["channels"], key=persona["channels"].get)
    items = []
    for number, person in enumerate(people):
        said = {"profile_id": person["id"], "source": "said", "channel": "phone"}
        if number % 3 == 0:
            channel = "email" if number % 9 == 0 else best
            items.append({**said, "question": "channel", "answer": channel})
        if number % 4 == 0:
            items.append({**said, "question": "decider", "answer": number % 8 == 0})
        if number % 5 == 0:
            budget = 1000 * (1 + number % 30)
            items.append({**said, "question": "budget", "answer": budget})
    client.call("flywheel.profile", "learn", items=items)


def _look_at_data(client, persona_id):
    for code, probe in LOOKED_UP:
        [question] = client.search_read("flywheel.question", [("code", "=", code)], [])
        taken = [
            ("persona_id", "=", persona_id),
            ("question_id", "=", question["id"]),
            ("source", "=", "data"),
        ]
        if client.search_read("flywheel.persona.answer", taken, ["id"]):
            continue
        # Where a persona has too few leads, its question stays open.
        with contextlib.suppress(LoadError):
            client.call(
                "flywheel.persona",
                "action_use_data",
                ids=[persona_id],
                question_id=question["id"],
                probe=probe,
            )


def _approve(client, persona_id, review):
    draft = [("id", "=", persona_id), ("state", "=", "draft")]
    if not client.search_read("flywheel.persona", draft, ["id"]):
        return
    guesses = [
        ("persona_id", "=", persona_id),
        ("source", "=", "guess"),
        ("state", "=", "proposed"),
        ("replaced_by_id", "=", False),
    ]
    found = client.search_read("flywheel.persona.answer", guesses, ["id"])
    if found:
        ids = [guess["id"] for guess in found]
        client.call("flywheel.persona.answer", "action_accept", ids=ids)
    client.call("flywheel.persona", "action_approve", ids=[persona_id])
    values = {"review_date": review}
    client.call("flywheel.persona", "write", ids=[persona_id], vals=values)
