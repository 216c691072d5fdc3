"""The client's import: it only ever adds what is not there."""

import io

import pytest

from demo import load
from demo.avatars import avatar
from demo.client import Client, LoadError, external
from demo.progress import Progress


class FakeClient(Client):
    """A client whose server is a dict of {model: {external name: id}}."""

    def __init__(self):
        self.records = {}
        self.batches = []

    def known(self, model):
        return dict(self.records.get(model, {}))

    def load(self, model, fields, data, context=None):
        records = self.records.setdefault(model, {})
        for row in data:
            name = row[0].removeprefix(external(""))
            assert name not in records
            records[name] = len(records) + 1
        self.batches.append(len(data))
        return list(records.values())[-len(data) :]


def test_ensure_adds_what_is_missing_in_batches():
    client = FakeClient()
    rows = [[f"r{n}", str(n)] for n in range(5)]
    assert client.ensure("m", ["id", "name"], rows[:2]) == {"r0": 1, "r1": 2}
    ids = client.ensure("m", ["id", "name"], rows, batch=2)
    assert ids == {f"r{n}": n + 1 for n in range(5)}
    assert client.batches == [2, 2, 1]
    client.ensure("m", ["id", "name"], rows)
    assert client.batches == [2, 2, 1]


class FailingImport(Client):
    def __init__(self):
        pass

    def call(self, model, method, /, **arguments):
        message = {"type": "error", "record": 1, "message": "No such tag"}
        return {"ids": False, "messages": [message]}


def test_refused_row_is_named():
    data = [["flywheel_bank.a"], ["flywheel_bank.b"]]
    with pytest.raises(LoadError, match="res.partner in flywheel_bank.b: No such tag"):
        FailingImport().load("res.partner", ["id"], data)


def test_no_server_gives_one_clear_line(capsys):
    arguments = ["--url", "http://127.0.0.1:9", "--db", "none"]
    assert load.main(arguments) == 1
    assert "http://127.0.0.1:9 does not answer" in capsys.readouterr().err


class Ledger:
    """A client of a ledger that holds some of the items already."""

    def __init__(self, stored=0, errors=()):
        self.stored = stored
        self.errors = list(errors)
        self.sent = []

    def call(self, model, method, /, **arguments):
        if method == "search_count":
            return self.stored
        self.sent += arguments["items"]
        return {"errors": self.errors}


def items(count):
    return [{"external_key": f"bank:{n}:1"} for n in range(count)]


def test_touchpoints_that_are_there_are_not_sent_again():
    client = Ledger(stored=7)
    load.send_touchpoints(client, items(7))
    assert client.sent == []


def test_interrupted_touchpoints_are_sent_again():
    client = Ledger(stored=3)
    load.send_touchpoints(client, items(7))
    assert len(client.sent) == 7


def test_refused_touchpoint_is_named():
    client = Ledger(errors=[{"index": 2, "error": "date lies in the future"}])
    with pytest.raises(LoadError, match="bank:2:1: date lies in the future"):
        load.send_touchpoints(client, items(7))


def test_progress_says_how_far_and_how_long():
    stream = io.StringIO()
    progress = Progress("Contacts", 4, stream=stream)
    progress.add(4)
    progress.close()
    assert "Contacts" in stream.getvalue()
    assert "4/4" in stream.getvalue()
    done = io.StringIO()
    Progress("Contacts", 4, done=4, stream=done).close()
    assert "already there" in done.getvalue()


def test_avatar_is_the_same_png_each_time():
    look = {"background": "#fff", "skin": "#fca", "hair": "#321", "shirt": "#036"}
    look |= {"style": "beard", "glasses": True}
    assert avatar(look) == avatar(look)
    assert avatar(look).startswith("iVBORw0KGgo")
