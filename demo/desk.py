"""What service has beside its cases: agents' skills, service levels, ratings, promises.

The ratings and recommendations are made up; the questions behind them are not.
"""

import random
from datetime import timedelta

from . import crons
from .client import external
from .questions import MODEL, solved_after
from .service import TEAMS, agent_of, import_answers, read_agents, read_intents
from .timeline import text

# login: (skills, languages, most cases at one time)
SKILLS = {"fraud": "Fraud and misuse", "foreign": "Foreign payments"}
AGENTS = {
    "ana": (("fraud",), ("en_US",), "60"),
    "ben": (("fraud", "foreign"), ("en_US",), "60"),
    "mei": (("foreign",), ("en_US", "zh_TW", "zh_CN"), "60"),
}
# key: name, kind, hours, tier
LEVELS = {
    "first": ("First answer within a working day", "first_response", "8", ""),
    "first_key": ("First answer to key customers", "first_response", "2", "tier_key"),
    "next": ("Next answer within a working day", "next_response", "8", ""),
}
# How many people read what the loudest of the bank's customers publish.
REACH = (25_000, 18_000, 12_000)
KEY_CUSTOMERS = 12
ANSWERING = 0.35
PROMISED = (
    ("I will call you with the result", 1),
    ("We send the new card", 2),
    ("I check the fee with the payments team", -1),
)
# rating, what people write with it, share
FACES = (
    (5, "Quick and clear, thank you.", 0.55),
    (5, "", 0.2),
    (3, "It took a while.", 0.12),
    (1, "Nobody read what I had written.", 0.08),
    (1, "", 0.05),
)


def let_run(client, active):
    """Stop the scheduled actions of service while the past is sent, or let them run.

    Nobody is to be alarmed today about what waited for an answer last year.
    """
    crons.let_run(client, crons.find(client, "inbound_flywheel_service"), active)


def set_up(client):
    """Set up what the desk needs; what is there stays."""
    skills = [[f"skill_{key}", name] for key, name in SKILLS.items()]
    client.ensure("flywheel.skill", ["id", "name"], skills)
    _describe_agents(client)
    _promise_levels(client)


def _describe_agents(client):
    domain = [("user_id.login", "in", list(AGENTS))]
    known = client.search_read("flywheel.agent", domain, ["user_id", "capacity"])
    users = {
        user["id"]: user["login"]
        for user in client.search_read(
            "res.users", [("login", "in", list(AGENTS))], ["login"]
        )
    }
    langs = client.search_read("res.lang", [], ["code"], context={"active_test": False})
    codes = {lang["code"]: lang["id"] for lang in langs}
    skills = client.known("flywheel.skill")
    for agent in known:
        own, spoken, most = AGENTS[users[agent["user_id"][0]]]
        if not agent["capacity"]:
            values = {
                "capacity": int(most),
                "skill_ids": [[6, 0, [skills[f"skill_{key}"] for key in own]]],
                "lang_ids": [[6, 0, [codes[code] for code in spoken]]],
            }
            client.call("flywheel.agent", "write", ids=[agent["id"]], vals=values)


def _promise_levels(client):
    teams = ",".join(external(f"team_{key}") for key in TEAMS)
    rows = [
        [
            f"level_{key}",
            name,
            kind,
            hours,
            teams,
            f"inbound_flywheel_service.{tier}" if tier else "",
        ]
        for key, (name, kind, hours, tier) in LEVELS.items()
    ]
    fields = ["id", "name", "kind", "hours", "team_ids/id", "tier_ids/id"]
    client.ensure("helpdesk.sla", fields, rows, "Service levels")
    ids = list(client.known("helpdesk.ticket.team").values())
    client.call("helpdesk.ticket.team", "write", ids=ids, vals={"use_sla": True})


def honour_customers(client):
    """Say who is heard by many, and who is a key customer."""
    if client.call("flywheel.profile", "search_count", domain=[("reach", ">", 0)]):
        return
    found = client.search_read(
        "flywheel.profile",
        [("lifecycle_stage_id", "!=", False), ("partner_id", "!=", False)],
        ["id"],
        order="momentum desc, id",
        limit=len(REACH) + KEY_CUSTOMERS,
    )
    ids = [row["id"] for row in found]
    for person, reach in zip(ids, REACH, strict=False):
        vals = {"reach": reach, "reach_url": "https://blog.example/bank-diary"}
        client.call("flywheel.profile", "write", ids=[person], vals=vals)
    tiers = client.search_read(
        "ir.model.data",
        [("module", "=", "inbound_flywheel_service"), ("name", "=", "tier_key")],
        ["res_id"],
    )
    vals = {"tier_id": tiers[0]["res_id"]}
    client.call("flywheel.profile", "write", ids=ids[len(REACH) :], vals=vals)


def rate(client, past, cases):
    """Import when the past was answered, and what customers said of it."""
    intents = read_intents()
    rows = [
        [str(cases[q.key]), text(solved_after(q)), text(solved_after(q)), "1"]
        for q in past
    ]
    fields = [".id", "first_response_date", "last_answer_date", "answer_count"]
    missing = [("answer_count", "=", 0), ("id", "in", [int(row[0]) for row in rows])]
    if client.call(MODEL, "search_count", domain=missing):
        for start in range(0, len(rows), 500):
            client.load(MODEL, fields, rows[start : start + 500])
    found = client.search_read("ir.model", [("model", "=", MODEL)], ["id"])
    model = str(found[0]["id"])
    partners = {a["login"]: a["partner_id"][0] for a in read_agents(client)}
    answers = [
        [*row[:1], model, *row[1:-1], str(partners[row[-1]])]
        for q in past
        if (row := _rating(q, cases, intents))
    ]
    fields = ["id", "res_model_id/.id", "res_id", "rating", "feedback", "consumed"]
    fields += ["rated_on", "rated_partner_id/.id"]
    client.ensure("rating.rating", fields, answers, "Ratings")


def _rating(question, cases, intents):
    """Return the row of a made-up rating, the agent's login last; None for silence."""
    chance = random.Random(f"rating {question.key}")
    if chance.random() > ANSWERING:
        return None
    weights = [share for _rating, _words, share in FACES]
    value, words, _share = chance.choices(FACES, weights)[0]
    _team, login = agent_of(question, intents)
    said = solved_after(question) + timedelta(hours=chance.uniform(0.5, 40))
    return [
        f"rating_{question.key}",
        str(cases[question.key]),
        str(value),
        words,
        "True",
        text(said),
        login,
    ]


def answer(client, waiting, cases):
    """Import answers to two of three open questions: their customers have to say."""
    agents = {agent["login"]: agent for agent in read_agents(client)}
    answered = client.known("mail.message")
    batch = [
        question
        for index, question in enumerate(waiting)
        if index % 3 and question.intent and f"answer_{question.key}" not in answered
    ]
    if not batch:
        return
    import_answers(client, batch, cases, read_intents(), agents)
    fields = [".id", "first_response_date", "last_answer_date", "answer_count"]
    rows = [
        [str(cases[q.key]), text(solved_after(q)), text(solved_after(q)), "1", ""]
        for q in batch
    ]
    client.load(MODEL, [*fields, "waiting_since"], rows)


def promise(client, waiting, cases, now):
    """Import promises on the open cases: one in three is late already.

    :param now: naive UTC
    """
    chosen = waiting[-30:]
    ids = [cases[question.key] for question in chosen]
    found = client.search_read(MODEL, [("id", "in", ids)], ["user_id"])
    owners = {row["id"]: row["user_id"] for row in found}
    rows = []
    for index, question in enumerate(chosen):
        words, days = PROMISED[index % len(PROMISED)]
        due = now + timedelta(days=days, hours=index % 5)
        case = cases[question.key]
        owner = str(owners[case][0]) if owners[case] else ""
        rows.append([f"promise_{question.key}", str(case), words, text(due), owner])
    fields = ["id", "ticket_id/.id", "name", "due", "user_id/.id"]
    client.ensure("flywheel.promise", fields, rows, "Promises")


def learn(client):
    """Let the classifier learn from the past, and look for what articles lack."""
    if client.call("flywheel.classifier.version", "search_count", domain=[]):
        return
    found = client.search_read("flywheel.classifier", [], ["id"])
    for classifier in found:
        client.call("flywheel.classifier", "action_train", ids=[classifier["id"]])
    for name in ("ir_cron_text_index", "ir_cron_knowledge_gap"):
        crons = client.search_read(
            "ir.model.data",
            [("module", "=", "inbound_flywheel_service"), ("name", "=", name)],
            ["res_id"],
        )
        for cron in crons:
            client.call("ir.cron", "method_direct_trigger", ids=[cron["res_id"]])
