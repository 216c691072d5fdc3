"""An outside system with a key of its own: the document's examples as they stand, three
client libraries, and what a key does not open."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import xmlrpc.client
from pathlib import Path

import odoolib
import odooly
import odoorpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.inbound_flywheel.engine import webhooks

ADDON = Path(__file__).resolve().parent.parent / "inbound_flywheel"
DOCUMENT = ADDON / "doc" / "outside_systems.md"
# Models that tell something about people or the company, and core's own.
MODELS = (
    "flywheel.profile",
    "flywheel.touchpoint",
    "flywheel.identity",
    "flywheel.system",
    "flywheel.touchpoint.type",
    "res.partner",
    "res.users",
    "res.company",
    "crm.lead",
    "mail.message",
    "ir.config_parameter",
    "ir.model",
    "ir.rule",
)


def blocks(language):
    """Return the code blocks of the document in a language."""
    text = DOCUMENT.read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


class System:
    """A connected system: its login, its key, and the server that it sends to."""

    def __init__(self, server, **values):
        self.server = server
        wizard = server.call(
            "flywheel.system.connect",
            "create",
            {"name": "Remote", "duration": "30", "may_learn": True, **values},
        )
        action = server.call("flywheel.system.connect", "action_connect", [wizard])
        self.context = action["context"]
        self.key = self.context["default_key"]
        self.login = self.context["default_login"]
        proxy = server.proxy("common")
        self.uid = proxy.authenticate(server.database, self.login, self.key, {})
        self.user = (self.uid, self.key)

    def record(self):
        """Return what the list of connected systems says of it."""
        domain = [("login", "=", self.login)]
        found = self.server.call("flywheel.system", "search_read", domain)
        return found[0]

    def post(self, path, body, key=None):
        """Post to JSON-2; return (status, answer)."""
        request = urllib.request.Request(
            f"{self.server.url()}/json/2/{path}",
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"bearer {key or self.key}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


@pytest.fixture(scope="module")
def system(server):
    return System(server)


def item(number, **more):
    return {
        "type": "form",
        "date": "2026-01-31 13:45:00",
        "email": f"outside{number}@example.com",
        "external_key": f"outside-{number}",
        **more,
    }


# -- the document ---------------------------------------------------------------


def run(system, language, text):
    """Run an example as its reader would; return what it prints."""
    env = dict(
        os.environ,
        FLYWHEEL_URL=system.server.url(),
        FLYWHEEL_DB=system.server.database,
        FLYWHEEL_LOGIN=system.login,
        FLYWHEEL_KEY=system.key,
        NO_PROXY="127.0.0.1",
    )
    words = ["sh", "-ec", text] if language == "sh" else [sys.executable, "-c", text]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout


@pytest.mark.parametrize("number", range(4))
def test_shell_examples(system, number):
    text = blocks("sh")[number]
    if "curl" not in text:
        return
    first = json.loads(run(system, "sh", text))
    assert first["errors"] == []
    again = json.loads(run(system, "sh", text))
    assert not again.get("created")


@pytest.mark.parametrize("number", range(3))
def test_python_examples(system, number):
    text = blocks("python")[number]
    first = run(system, "python", text).split()
    assert int(first[0]) > 0 and first[1] == "0"
    again = run(system, "python", text).split()
    assert again[0] == "0" and int(again[1]) > 0


def test_no_example_is_left_out():
    assert len(blocks("sh")) == 4
    assert len(blocks("python")) == 4


def test_verification_of_webhooks():
    """What the document gives receivers tells our messages from others."""
    names = {}
    exec(blocks("python")[3], names)  # noqa: S102
    verify = names["verify_webhook"]
    secret, now = webhooks.new_secret(), str(int(time.time()))
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": now,
        "webhook-signature": webhooks.sign(secret, "evt_1", now, b"{}"),
    }
    assert verify(secret, headers, b"{}")
    assert not verify(secret, headers, b"{ }")
    assert not verify(webhooks.new_secret(), headers, b"{}")
    assert not verify(secret, {**headers, "webhook-id": "evt_2"}, b"{}")
    old = {**headers, "webhook-timestamp": str(int(now) - 900)}
    assert not verify(secret, old, b"{}")


@pytest.mark.parametrize("name", ["curl", "python", "xmlrpc"])
def test_examples_of_the_dialogue(server, system, name):
    shown = server.call(
        "flywheel.system.key", "default_get", [name], context=system.context
    )
    text = re.sub(r"http://[^\"/]*", server.url(), shown[name])
    printed = run(system, "sh" if name == "curl" else "python", text)
    assert re.search(r"1.*0.*\[\]", printed), printed


# -- three client libraries -------------------------------------------------------


def exchange(call, start):
    """Send new touchpoints, the same again, and bad ones; check the answers."""
    items = [item(f"{start}-{number}") for number in range(3)]
    assert call(items)["created"] == 3
    answer = call([*items, item(f"{start}-x", type="telepathy")])
    assert (answer["created"], answer["duplicates"]) == (0, 3)
    assert [error["index"] for error in answer["errors"]] == [3]
    assert "telepathy" in answer["errors"][0]["error"]


def test_odoorpc(server, system):
    client = odoorpc.ODOO("127.0.0.1", port=server.ports[0])
    client.login(server.database, system.login, system.key)
    exchange(client.env["flywheel.touchpoint"].ingest, "odoorpc")
    with pytest.raises(odoorpc.error.RPCError, match="(?i)not allowed|access"):
        client.env["res.partner"].search([])


def test_odooly(server, system):
    url = f"http://127.0.0.1:{server.ports[0]}"
    client = odooly.Client(url, server.database, system.login, api_key=system.key)
    Touchpoint = client.env["flywheel.touchpoint"]
    # By position it would look the name up in a documentation for colleagues.
    exchange(lambda items: Touchpoint.ingest(items=items), "odooly")


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc", "xmlrpc"])
def test_odoo_client_lib(server, system, protocol):
    connection = odoolib.get_connection(
        hostname="127.0.0.1",
        protocol=protocol,
        port=server.ports[0],
        database=server.database,
        login=system.login,
        password=system.key,
        user_id=system.uid,
    )
    model = connection.get_model("flywheel.touchpoint")
    if protocol == "json2":
        exchange(lambda items: model.ingest(items=items), protocol)
    else:
        exchange(model.ingest, protocol)


# -- what the key does not open ------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_reads_nothing(server, system, model):
    for method in ("search", "search_read", "search_count"):
        with pytest.raises(xmlrpc.client.Fault, match="not allowed to access|access"):
            server.call(model, method, [], user=system.user)
        status, _answer = system.post(f"{model}/{method}", {"domain": []})
        assert status == 403
    if model != "res.users":
        status, _answer = system.post(f"{model}/read", {"ids": [1]})
        assert status == 403


def test_creates_nothing(server, system):
    with pytest.raises(xmlrpc.client.Fault, match="not allowed to create|access"):
        server.call("flywheel.touchpoint", "create", {}, user=system.user)
    values = {"vals_list": [{"name": "x"}]}
    assert system.post("res.partner/create", values)[0] == 403


def test_web_client_is_closed(server, system):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    body = {
        "params": {
            "db": server.database,
            "login": system.login,
            "password": system.key,
        }
    }
    request = urllib.request.Request(
        f"{server.url()}/web/session/authenticate",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with opener.open(request, timeout=60) as reply:
        assert json.load(reply)["error"]["data"]["name"].endswith("AccessDenied")
    with pytest.raises(urllib.error.HTTPError, match="40[13]|303"):
        request = urllib.request.Request(
            f"{server.url()}/odoo", headers={"Authorization": f"bearer {system.key}"}
        )
        reply = opener.open(request, timeout=60)
        assert "/web/login" in reply.url
        raise urllib.error.HTTPError(reply.url, 303, "303", {}, None)


def test_too_many(system):
    status, answer = system.post(
        "flywheel.touchpoint/ingest", {"items": [item(1)] * 10_001}
    )
    assert status == 422
    assert "10001 items" in answer["message"]


def test_foreign_company(server, system):
    branch = server.call("res.company", "create", {"name": "Not Theirs"})
    status, _answer = system.post(
        "flywheel.touchpoint/ingest",
        {"items": [item(2)], "context": {"allowed_company_ids": [branch]}},
    )
    assert status == 403


def test_list_of_systems_and_revoking(server):
    system = System(server, name="Short-Lived")
    body = {"items": [item("short"), {"type": "telepathy"}]}
    assert system.post("flywheel.touchpoint/ingest", body)[0] == 200
    record = system.record()
    assert (record["created_count"], record["error_count"]) == (1, 1)
    assert record["last_date"] and record["state"] == "errors"
    server.call("flywheel.system", "action_revoke", [record["id"]])
    assert system.post("flywheel.touchpoint/ingest", body)[0] == 401
    # Both processes have forgotten that they once let it in.
    for port in server.ports:
        with pytest.raises(xmlrpc.client.Fault, match="(?i)denied"):
            server.call(
                "flywheel.touchpoint", "ingest", [], user=system.user, port=port
            )


# -- hostile input ------------------------------------------------------------------

# Lone surrogates and NUL included: JSON carries both.
texts = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "a\x00b@example.com",
        "\ud800",
        "'; DROP TABLE flywheel_touchpoint; --",
        "%(x)s %s {0}",
        "<script>alert(1)",
        "x" * 300,
        "9" * 5000,
        "2026-01-31 13:45:00",
        "1900-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "0000-00-00 00:00:00",
        "2026-01-31T13:45:00+25:00",
        "form",
        "fuzz@example.com",
        "+886912345678",
    ]
)
things = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=True, allow_infinity=True)
    | texts,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    *("type", "date", "email", "phone", "external_id", "external_key", "value"),
    *("summary", "utm_source", "utm_medium", "utm_campaign", "res_model", "res_id"),
    *("partner_id", "lead_id"),
)
# One or two places of a good item are spoilt; or it is no item at all.
spoilt = st.dictionaries(st.sampled_from(KEYS), things, max_size=2).map(
    lambda broken: {
        "type": "form",
        "date": "2026-01-31 13:45:00",
        "email": "fuzz@example.com",
        **broken,
    }
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(items=st.lists(spoilt | things | st.dictionaries(texts, things), max_size=8))
def test_hostile_items(server, system, items):
    count = "SELECT count(*) FROM flywheel_touchpoint"
    before = server.number(count)
    status, answer = system.post("flywheel.touchpoint/ingest", {"items": items})
    assert status == 200, answer
    errors = [error["index"] for error in answer["errors"]]
    assert len(errors) == len(set(errors))
    assert answer["created"] + answer["duplicates"] + len(errors) == len(items)
    assert server.number(count) - before == answer["created"]


@settings(max_examples=80, deadline=None)
@given(items=things, context=things)
def test_hostile_calls(server, system, items, context):
    body = {"items": items, "context": context}
    status, answer = system.post("flywheel.touchpoint/ingest", body)
    assert status < 500 or "context" in str(answer), answer
