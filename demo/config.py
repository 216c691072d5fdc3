"""What the bank's administrator sets up: people, teams, tags, personas, fit rules."""

import base64
import json
from pathlib import Path

from .avatars import avatar
from .bank import MEDIUMS, TAG_GROUPS, slug
from .client import LoadError, external

HERE = Path(__file__).resolve().parent
BANK = "Flywheel Bank"
MAIL_DOMAIN = "flywheel-bank.example"
PASSWORD = "demo"
CAPACITY = 3000

CORE = "inbound_flywheel.group_flywheel_"
SELLER = f"base.group_user,sales_team.group_sale_salesman,{CORE}sales"
MARKETER = f"base.group_user,sales_team.group_sale_salesman_all_leads,{CORE}marketing"
# name, login, groups
STAFF = (
    ("Sofia Marques", "sofia", SELLER),
    ("Tom Becker", "tom", SELLER),
    ("Max Weber", "max", MARKETER),
)
SELLERS = [external("user_sofia"), external("user_tom")]
USER_FIELDS = ["id", "name", "login", "password", "email", "group_ids/id"]

# Who took a deposit before, in the older part of the data, more often or less often
# than others. name, model, domain, points
FIT_RULES = (
    ("Student", "res.partner", [("function", "=", "Student")], 25),
    ("Retired", "res.partner", [("function", "=", "Retired")], 20),
    (
        "Office or technical profession",
        "res.partner",
        [("function", "in", ["Administrator", "Manager", "Technician"])],
        5,
    ),
    (
        "Trade or services",
        "res.partner",
        [("function", "in", ["Blue-collar worker", "Service worker"])],
        -10,
    ),
    (
        "University degree",
        "res.partner",
        [("category_id.name", "=", "University degree")],
        10,
    ),
    (
        "Under 25, or 65 and over",
        "res.partner",
        [("category_id.name", "in", ["Under 25", "65 and over"])],
        20,
    ),
    ("Single", "res.partner", [("category_id.name", "=", "Single")], 5),
    (
        "Reached on a mobile phone",
        "crm.lead",
        [("medium_id.name", "=", MEDIUMS["cellular"])],
        15,
    ),
)


def user_rows(staff):
    """Return users as rows for Odoo's import, see USER_FIELDS."""
    return [
        [f"user_{login}", name, login, PASSWORD, f"{login}@{MAIL_DOMAIN}", groups]
        for name, login, groups in staff
    ]


def set_up(client):
    """Set up what marketing and sales need; what is there stays."""
    _name_company(client)
    client.ensure("res.users", USER_FIELDS, user_rows(STAFF), "Staff")
    _set_up_sales(client)
    _set_up_tags(client)
    _set_up_personas(client)
    _set_up_fit_rules(client)


def _name_company(client):
    """Give the main company the bank's name, unless somebody renamed it already."""
    domain = [("name", "in", ["My Company", "YourCompany"])]
    companies = client.search_read("res.company", domain, ["name"], limit=1)
    if companies:
        values = {"name": BANK, "email": f"info@{MAIL_DOMAIN}"}
        client.call("res.company", "write", ids=[companies[0]["id"]], vals=values)


def _set_up_sales(client):
    if not client.known("crm.team"):
        # Leads before deals; and made-up people are not looked up on the internet.
        values = {"group_use_lead": True, "lead_enrich_auto": "manual"}
        ids = client.call("res.config.settings", "create", vals_list=[values])
        client.call("res.config.settings", "execute", ids=ids)
    members = [["sales_team", "Deposits", ",".join(SELLERS)]]
    client.ensure("crm.team", ["id", "name", "member_ids/id"], members)
    # Everything of the past is loaded today: it takes no capacity from hand-overs.
    busy = [("assignment_max", "<", CAPACITY)]
    full = client.search_read("crm.team.member", busy, ["assignment_max"])
    if full:
        values = {"assignment_max": CAPACITY}
        ids = [member["id"] for member in full]
        client.call("crm.team.member", "write", ids=ids, vals=values)
    reasons = [["lost_declined", "Declined the offer"]]
    client.ensure("crm.lost.reason", ["id", "name"], reasons)
    source = ["source_call_centre", "Call centre", "outbound", "phone"]
    fields = ["id", "name", "direction", "flywheel_kind"]
    client.ensure("utm.source", fields, [source])
    mediums = [[f"medium_{code}", name] for code, name in MEDIUMS.items()]
    client.ensure("utm.medium", ["id", "name"], mediums)


def _set_up_tags(client):
    groups = [[f"tag_{slug(name)}", name] for name in TAG_GROUPS]
    client.ensure("res.partner.category", ["id", "name"], groups)
    rows = [
        [f"tag_{slug(name)}", name, external(f"tag_{slug(group)}"), str(color)]
        for color, (group, names) in enumerate(TAG_GROUPS.items(), 1)
        for name in names
    ]
    fields = ["id", "name", "parent_id/id", "color"]
    client.ensure("res.partner.category", fields, rows)


def _set_up_personas(client):
    personas = json.loads((HERE / "personas.json").read_text(encoding="utf-8"))
    sections = list(personas[0]["sections"])
    rows = [
        [
            f"persona_{persona['key']}",
            persona["name"],
            persona["tagline"],
            str(persona["min_confidence"]),
            avatar(persona["picture"]),
            *(_bullets(persona["sections"][section]) for section in sections),
        ]
        for persona in personas
    ]
    fields = ["id", "name", "tagline", "min_confidence", "image_1920", *sections]
    client.ensure("flywheel.persona", fields, rows, "Personas")
    rules = [
        [
            f"persona_rule_{persona['key']}_{index}",
            external(f"persona_{persona['key']}"),
            rule["name"],
            "res.partner",
            repr([tuple(condition) for condition in rule["domain"]]),
            str(rule["weight"]),
            "True",
        ]
        for persona in personas
        for index, rule in enumerate(persona["rules"], 1)
    ]
    fields = ["id", "persona_id/id", "name", "model", "domain", "weight", "active"]
    client.ensure("flywheel.persona.rule", fields, rules, "Persona rules")


def _bullets(lines):
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def _set_up_fit_rules(client):
    """Put a version of the score model into force that has the bank's fit rules.

    It is made as anybody would: the version in force as a file, changed, imported,
    activated.
    """
    keys = [f"bank-fit-{index}" for index in range(1, len(FIT_RULES) + 1)]
    found = client.search_read(
        "flywheel.fit.rule",
        [("key", "in", keys), ("active", "in", [True, False])],
        ["score_model_id"],
        limit=1,
    )
    if found:
        draft = found[0]["score_model_id"][0]
    else:
        file = json.loads(_export_active_model(client))
        file["fit_rules"] = [
            {
                "key": key,
                "name": name,
                "model": model,
                "domain": repr(domain),
                "points": points,
                "sequence": 10,
                "active": True,
            }
            for key, (name, model, domain, points) in zip(keys, FIT_RULES, strict=True)
        ]
        file["note"] = "What speaks for a customer of the bank"
        text = json.dumps(file)
        (draft,) = client.call("flywheel.score.model", "import_json", text=text)
    drafts = [("id", "=", draft), ("state", "=", "draft")]
    if client.search_read("flywheel.score.model", drafts, ["name"]):
        client.call("flywheel.score.model", "action_activate", ids=[draft])


def _export_active_model(client):
    active = client.search_read(
        "flywheel.score.model", [("state", "=", "active")], ["export_file"], limit=1
    )
    if not active:
        raise LoadError("no score model is active: activate one and load again")
    return base64.b64decode(active[0]["export_file"])
