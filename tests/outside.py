"""Outside systems that send many events while somebody works: what the test of it and
its long run share."""

import http.client
import json
import math
import random
import threading
import time

TYPES = ("page", "form", "email_click", "order", "chat")


def make_event(number, people):
    """Return one of a fixed set of events: the same number, the same event."""
    dice = random.Random(number)
    return {
        "type": dice.choice(TYPES),
        "date": f"2026-10-{dice.randrange(1, 28):02d} 10:{dice.randrange(60):02d}:00",
        "email": f"load{dice.randrange(people)}@example.com",
        "external_key": f"load-{number}",
        "value": dice.randrange(100),
        "summary": f"Event {number}",
    }


class Sender(threading.Thread):
    """A client that sends its share of the events and repeats what went wrong, as the
    document says."""

    def __init__(self, port, key, batches):
        super().__init__()
        self.port, self.key, self.batches = port, key, batches
        self.created = self.repeated = self.retries = 0
        self.errors, self.seconds = [], []

    def run(self):
        for items in self.batches:
            start = time.monotonic()
            answer = self.send(items)
            self.seconds.append(time.monotonic() - start)
            self.created += answer["created"]
            self.repeated += answer["duplicates"]
            self.errors += answer["errors"]

    def send(self, items):
        body = json.dumps({"items": items})
        headers = {
            "Authorization": f"bearer {self.key}",
            "Content-Type": "application/json",
        }
        for attempt in range(60):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                path = "/json/2/flywheel.touchpoint/ingest"
                connection.request("POST", path, body, headers)
                reply = connection.getresponse()
                text = reply.read()
                if reply.status == 200:
                    return json.loads(text)
                assert reply.status >= 500, text
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            self.retries += 1
            time.sleep(min(0.2 * 2**attempt, 2))
        raise AssertionError("the server does not answer")


class Worker(threading.Thread):
    """A salesperson: opens the timeline of somebody, writes a lead, again and again."""

    def __init__(self, server, port, people, leads):
        super().__init__()
        self.server, self.port = server, port
        self.people, self.leads = people, leads
        self.reads, self.writes, self.faults = [], [], []
        self.stop = threading.Event()

    def run(self):
        dice = random.Random(1)
        while not self.stop.is_set():
            person, lead = dice.choice(self.people), dice.choice(self.leads)
            self.measure(self.reads, "flywheel.profile", "get_timeline", [person])
            values = {"expected_revenue": dice.randrange(1000)}
            self.measure(self.writes, "crm.lead", "write", [lead], values)
            time.sleep(0.05)

    def measure(self, seconds, *call):
        start = time.monotonic()
        try:
            self.server.call(*call, port=self.port)
        except Exception as error:  # noqa: BLE001
            self.faults.append(repr(error)[:300])
        seconds.append(time.monotonic() - start)


def percentile(seconds, share):
    """Return the value that so large a share of the numbers does not exceed."""
    ordered = sorted(seconds) or [0.0]
    return ordered[min(math.ceil(share * len(ordered)), len(ordered)) - 1]


def share_out(events, clients, size):
    """Return the batches of each client: people are not shared out, so that clients
    meet at them."""
    batches = [events[at : at + size] for at in range(0, len(events), size)]
    return [batches[number::clients] for number in range(clients)]
