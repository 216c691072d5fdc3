"""The bank's service: teams, agents, categories, routing rules, and solved cases."""

import html
import json
from itertools import groupby
from pathlib import Path

from .client import external
from .config import MAIL_DOMAIN, USER_FIELDS, user_rows
from .progress import Progress
from .questions import MODEL, solved_after
from .timeline import text

HERE = Path(__file__).resolve().parent
AGENT = "base.group_user,helpdesk_mgmt.group_helpdesk_user,"
AGENT += "document_page.group_document_editor,inbound_flywheel.group_flywheel_service"
AGENTS = (
    ("Ana Ribeiro", "ana", AGENT),
    ("Ben Carter", "ben", AGENT),
    ("Mei Lin", "mei", AGENT),
)
# key: name, members. The first team is the one that customers write to.
TEAMS = {
    "support": ("Customer service", ("ana", "ben", "mei")),
    "cards": ("Cards and cash", ("ana", "ben")),
    "payments": ("Payments", ("ben", "mei")),
    "accounts": ("Accounts", ("ana", "mei")),
    "security": ("Security", ("ana", "ben", "mei")),
}
TAGS = {"key_customer": "Key customer", "security": "Security"}
DONE = "helpdesk_mgmt.helpdesk_ticket_stage_done"


def read_intents():
    """Return {"groups": …, "intents": …}: readable names and short answers."""
    return json.loads((HERE / "intents.json").read_text(encoding="utf-8"))


def category_name(intent):
    """Return the external name of an intent's category."""
    return f"category_{intent.rstrip('?').lower()}"


def set_up(client):
    """Set up what service needs; what is there stays."""
    if not client.known("helpdesk.ticket.team"):
        _keep_mails_in_the_outbox(client)
    client.ensure("res.users", USER_FIELDS, user_rows(AGENTS), "Service agents")
    _set_up_categories(client)
    _set_up_teams(client)
    _set_up_routing(client)


def _keep_mails_in_the_outbox(client):
    """Stop the mail queue: a demo has no mail server, and its customers no mailbox."""
    name = "ir_cron_mail_scheduler_action"
    domain = [("module", "=", "mail"), ("name", "=", name)]
    found = client.search_read("ir.model.data", domain, ["res_id"])
    ids = [row["res_id"] for row in found]
    client.call("ir.cron", "write", ids=ids, vals={"active": False})


def _set_up_categories(client):
    data = read_intents()
    groups = [
        [f"category_group_{key}", group["name"]]
        for key, group in data["groups"].items()
    ]
    client.ensure("helpdesk.ticket.category", ["id", "name"], groups)
    rows = [
        [category_name(key), intent["name"], _group(intent["group"])]
        for key, intent in data["intents"].items()
    ]
    fields = ["id", "name", "parent_id/id"]
    client.ensure("helpdesk.ticket.category", fields, rows, "Case categories")


def _group(key):
    return external(f"category_group_{key}")


def _set_up_teams(client):
    if not client.call("mail.alias.domain", "search_count", domain=[]):
        domain = [["mail_domain", MAIL_DOMAIN]]
        client.ensure("mail.alias.domain", ["id", "name"], domain)
    rows = [
        [
            f"team_{key}",
            name,
            ",".join(external(f"user_{login}") for login in members),
            key if key == "support" else "",
            "True" if key == "support" else "False",
            # Off while the past is sent: those cases are not work for today.
            "False",
        ]
        for key, (name, members) in TEAMS.items()
    ]
    fields = ["id", "name", "user_ids/id", "alias_name", "show_in_portal"]
    fields += ["flywheel_auto_assign"]
    client.ensure("helpdesk.ticket.team", fields, rows, "Service teams")
    tags = [[f"case_tag_{key}", name] for key, name in TAGS.items()]
    client.ensure("helpdesk.ticket.tag", ["id", "name"], tags)


def _set_up_routing(client):
    rules = json.loads((HERE / "routing.json").read_text(encoding="utf-8"))
    rows = [
        [
            f"routing_{rule['key']}",
            rule["name"],
            str(10 * index),
            repr([tuple(condition) for condition in rule.get("domain", [])]),
            "\n".join(rule["words"]),
            external(f"team_{rule['team']}") if "team" in rule else "",
            _group(rule["category"]) if "category" in rule else "",
            ",".join(external(f"case_tag_{tag}") for tag in rule.get("tags", [])),
            rule.get("priority", ""),
            str(rule.get("stop", True)),
        ]
        for index, rule in enumerate(rules, 1)
    ]
    fields = ["id", "name", "sequence", "domain", "words", "team_id/id"]
    fields += ["category_id/id", "tag_ids/id", "priority", "stop"]
    client.ensure("flywheel.routing.rule", fields, rows, "Routing rules")


def assign_from_now_on(client):
    """Let the teams give new cases to their members."""
    ids = list(client.known("helpdesk.ticket.team").values())
    # Somebody may look at the demo at night.
    values = {"flywheel_auto_assign": True, "flywheel_night": "any"}
    client.call("helpdesk.ticket.team", "write", ids=ids, vals=values)


def solve(client, past, cases):
    """Answer and close the solved past, a day at a time; what is answered stays.

    The gateway made these cases a moment ago, so their dates and answers are
    imported as an administrator imports a history: nobody gets a mail about them.

    :param past: the solved questions
    :param cases: {question key: ticket id}
    """
    intents = read_intents()
    answered = client.known("mail.message")
    past = sorted(past, key=solved_after)
    waiting = [q for q in past if f"answer_{q.key}" not in answered]
    agents = {agent["login"]: agent for agent in read_agents(client)}
    progress = Progress("Solved cases", len(past), done=len(past) - len(waiting))
    for _day, group in groupby(waiting, lambda q: solved_after(q).date()):
        batch = list(group)
        _close(client, batch, cases, intents)
        import_answers(client, batch, cases, intents, agents)
        progress.add(len(batch))
    progress.close()


def agent_of(question, intents):
    """Return (team, login): who solved a question."""
    group = intents["intents"][question.intent]["group"]
    team = intents["groups"][group]["team"]
    members = TEAMS[team][1]
    return team, members[int(question.key) % len(members)]


def _close(client, batch, cases, intents):
    """Close the cases of one day."""
    stage_rows, date_rows = [], []
    for question in batch:
        team, agent = agent_of(question, intents)
        case = str(cases[question.key])
        stage_rows.append(
            [
                case,
                "no_rate",
                external(category_name(question.intent)),
                external(f"team_{team}"),
                external(f"user_{agent}"),
                answer_to(question, intents),
                DONE,
            ]
        )
        date_rows.append([case, text(question.sent), text(solved_after(question))])
    fields = [".id", "rating_status", "category_id/id", "team_id/id", "user_id/id"]
    fields += ["solution", "stage_id/id"]
    context = {"flywheel_event_date": text(solved_after(batch[-1]))}
    # Nobody is told today that his question of last year is solved, nor asked for a
    # rating.
    context["flywheel_no_acknowledge"] = True
    client.load(MODEL, fields, stage_rows, context)
    # Changing the stage and the agent stamps now; the past comes after.
    client.load(MODEL, [".id", "assigned_date", "closed_date"], date_rows)


def answer_to(question, intents):
    """Return the short answer to a question, as HTML."""
    answer = intents["intents"][question.intent]["answer"]
    return f"<p>{html.escape(answer, quote=False)}</p>"


def read_agents(client):
    """Return the agents: dicts of login, partner and address."""
    logins = [login for _name, login, _groups in AGENTS]
    fields = ["login", "partner_id", "email_formatted"]
    return client.search_read("res.users", [("login", "in", logins)], fields)


def import_answers(client, batch, cases, intents, agents):
    """Import the agents' answers; each marks its case as done."""
    rows = []
    for question in batch:
        _team, login = agent_of(question, intents)
        rows.append(
            [
                external(f"answer_{question.key}"),
                MODEL,
                str(cases[question.key]),
                answer_to(question, intents),
                text(solved_after(question)),
                str(agents[login]["partner_id"][0]),
                agents[login]["email_formatted"],
                "comment",
                "mail.mt_comment",
            ]
        )
    fields = ["id", "model", "res_id", "body", "date", "author_id/.id", "email_from"]
    fields += ["message_type", "subtype_id/id"]
    client.load("mail.message", fields, rows)
