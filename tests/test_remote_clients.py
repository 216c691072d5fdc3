"""Outside systems send touchpoints: XML-RPC, JSON-2 with an API key, OdooRPC."""

import http.client
import itertools
import json
import urllib.error
import urllib.request
import xmlrpc.client

import odoorpc
import pytest

from demo.client import Client

from . import served

numbers = itertools.count()


def item(**more):
    """Return an item with a key and a person of its own."""
    number = next(numbers)
    return {
        "type": "form",
        "date": "2026-01-31 13:45:00",
        "email": f"remote{number}@example.com",
        "external_key": f"remote-{number}",
        **more,
    }


@pytest.fixture(scope="module")
def json2(server):
    """Return a client that speaks JSON-2 with an API key of the administrator."""
    client = Client(server.url(), server.database, served.LOGIN, served.PASSWORD)
    yield client
    client.close()


@pytest.fixture(scope="module")
def portal_user(server):
    """Return (uid, password) of a customer who may sign in to the portal."""
    password = "customer-of-ours"
    uid = server.call(
        "res.users",
        "create",
        {
            "name": "Carla Customer",
            "login": "carla@example.com",
            "password": password,
            "group_ids": [(6, 0, [server.ref("base", "group_portal")])],
        },
    )
    return uid, password


def test_xmlrpc(server):
    good, bad = item(), item(type="telepathy")
    answer = server.ingest([good, bad, good])
    assert (answer["created"], answer["duplicates"]) == (1, 1)
    assert [error["index"] for error in answer["errors"]] == [1]
    assert "telepathy" in answer["errors"][0]["error"]


def test_explain_adds_up(server):
    person = "explained@example.com"
    answer = server.ingest(
        [item(email=person, type=code) for code in ("form", "call_in", "meeting")]
    )
    assert answer["created"] == 3
    profile_id = server.call(
        "flywheel.identity", "search_read", [("value", "=", person)], ["profile_id"]
    )[0]["profile_id"][0]
    lines = server.call("flywheel.profile", "explain", [profile_id])
    assert len(lines) == 3
    assert {"rule", "type", "date", "points", "now"} <= lines[0].keys()
    score = server.call("flywheel.profile", "read", [profile_id], ["engagement_score"])
    total = sum(line["now"] for line in lines)
    assert total > 0
    assert score[0]["engagement_score"] == pytest.approx(total, rel=1e-4)


def test_json2(json2):
    first = item()
    answer = json2.call("flywheel.touchpoint", "ingest", items=[first])
    empty = {"quarantined": 0, "errors": []}
    assert answer == {"created": 1, "duplicates": 0, **empty}
    answer = json2.call("flywheel.touchpoint", "ingest", items=[first])
    assert answer == {"created": 0, "duplicates": 1, **empty}


def post(server, key, body):
    """Post to the JSON-2 address of ingest; return (status, answer)."""
    request = urllib.request.Request(
        f"{server.url()}/json/2/flywheel.touchpoint/ingest",
        data=body,
        headers={"Content-Type": "application/json", "Authorization": f"bearer {key}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_json2_wants_a_key(server):
    status, _answer = post(server, "wrong", b'{"items": []}')
    assert status == http.client.UNAUTHORIZED


@pytest.mark.parametrize("items", ["text", {"type": "form"}, 5, None])
def test_json2_items_are_no_list(server, json2, items):
    status, answer = post(server, json2._key, json.dumps({"items": items}).encode())
    assert status == http.client.UNPROCESSABLE_ENTITY
    assert "list of touchpoints" in answer["message"]


@pytest.mark.parametrize("thing", [None, 5, "text", [], {}, {"type": ["form"]}])
def test_json2_item_is_no_item(json2, thing):
    answer = json2.call("flywheel.touchpoint", "ingest", items=[thing, item()])
    assert answer["created"] == 1
    assert [error["index"] for error in answer["errors"]] == [0]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e300, "1", True])
def test_json2_value_is_no_number(json2, value):
    answer = json2.call("flywheel.touchpoint", "ingest", items=[item(value=value)])
    assert answer["created"] == 0
    assert answer["errors"][0]["error"].startswith("value:")


def test_odoorpc(server):
    client = odoorpc.ODOO("127.0.0.1", port=server.ports[0])
    client.login(server.database, served.LOGIN, served.PASSWORD)
    answer = client.env["flywheel.touchpoint"].ingest([item(), item()])
    assert answer["created"] == 2


def test_ten_thousand_at_once(json2):
    items = [
        item(email=f"crowd{number % 2000}@example.com") for number in range(10_000)
    ]
    answer = json2.call("flywheel.touchpoint", "ingest", items=items)
    assert (answer["created"], answer["errors"]) == (10_000, [])
    answer = json2.call("flywheel.touchpoint", "ingest", items=items)
    assert (answer["created"], answer["duplicates"]) == (0, 10_000)


def test_portal_user_is_refused(server, portal_user):
    with pytest.raises(xmlrpc.client.Fault, match="not allowed to create"):
        server.ingest([item()], user=portal_user)


def test_portal_user_reads_nothing(server, portal_user):
    for model in ("flywheel.profile", "flywheel.touchpoint", "flywheel.identity"):
        with pytest.raises(xmlrpc.client.Fault, match="not allowed to access"):
            server.call(model, "search_read", [], user=portal_user)


@pytest.mark.parametrize("method", ["_record", "_append", "_insert", "_apply_lines"])
def test_private_methods_are_private(server, method):
    with pytest.raises(xmlrpc.client.Fault, match="[Pp]rivate"):
        server.call("flywheel.touchpoint", method, [])
