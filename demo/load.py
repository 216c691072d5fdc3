"""Load the demo bank into a running Odoo.

    python -m demo.load --url http://127.0.0.1:8069 --db flywheel \\
        --login admin --password admin

A second load finds what is there and changes nothing; an interrupted one goes on.
"""

import argparse
import sys
import time
from datetime import datetime, timezone

from . import (
    articles,
    bank,
    config,
    desk,
    insight,
    method,
    questions,
    service,
    sources,
)
from .activity import made_up_touchpoints
from .client import Client, LoadError
from .people import make_people
from .progress import Progress
from .timeline import Timeline, positions, stored_anchor

INGEST_BATCH = 2000
KEY_DOMAIN = [
    "|",
    ("external_key", "=like", "bank:%"),
    ("external_key", "=like", "made-up:%"),
]


def load_contacts(client, rows, people):
    """Create the bank's contacts."""
    contacts = [bank.contact_row(row, people[int(row["row"])]) for row in rows]
    client.ensure("res.partner", bank.CONTACT_FIELDS, contacts, "Contacts")


def load_leads(client, rows, people, timeline, places):
    """Create the bank's leads: the older part won or lost, the newest open."""
    older, newest = [], []
    for row in rows:
        number = int(row["row"])
        leads = newest if bank.is_open(row) else older
        leads.append(
            bank.lead_row(row, people[number], timeline, places[number], config.SELLERS)
        )
    fields = bank.LEAD_FIELDS + bank.CLOSED_FIELDS
    client.ensure("crm.lead", fields, older, "Leads won and lost")
    client.ensure("crm.lead", bank.LEAD_FIELDS, newest, "Leads still open")


def make_items(rows, people, timeline, places):
    """Return all touchpoints, oldest first."""
    items = []
    for row in rows:
        number = int(row["row"])
        person = people[number]
        items += bank.touchpoints(row, person, timeline, places[number])
        items += made_up_touchpoints(row, person, timeline)
    return sorted(items, key=lambda item: (item["date"], item["external_key"]))


def send_touchpoints(client, items):
    """Send the touchpoints that are not there yet through the ingest API.

    :raises LoadError: the server refused an item
    """
    stored = client.call("flywheel.touchpoint", "search_count", domain=KEY_DOMAIN)
    progress = Progress("Touchpoints", len(items), done=min(stored, len(items)))
    # The keys make sending again harmless; counting them first makes it quick.
    if stored < len(items):
        progress.done = 0
        for start in range(0, len(items), INGEST_BATCH):
            batch = items[start : start + INGEST_BATCH]
            answer = client.call("flywheel.touchpoint", "ingest", items=batch)
            if answer["errors"]:
                first = answer["errors"][0]
                key = batch[first["index"]]["external_key"]
                raise LoadError(f"touchpoint {key}: {first['error']}")
            progress.add(len(batch))
    progress.close()


def load_bank(client):
    """Load contacts, leads and touchpoints; return rows, people and timeline."""
    rows = bank.read_rows()
    people = make_people(rows)
    timeline = Timeline(stored_anchor(client))
    places = positions(rows)
    load_contacts(client, rows, people)
    load_leads(client, rows, people, timeline, places)
    send_touchpoints(client, make_items(rows, people, timeline, places))
    return rows, people, timeline


def load_service(client, rows, people, timeline):
    """Load articles and questions, if the service addon is there to take them."""
    if not client.has_model("flywheel.routing.rule"):
        print("  The addon inbound_flywheel_service is not installed: questions and")
        print("  articles are left out. Install it and load again to add them.")
        return
    service.set_up(client)
    desk.let_run(client, False)
    desk.set_up(client)
    articles.load_articles(client)
    asked = questions.make_questions(rows, people, timeline)
    past = [question for question in asked if question.solved]
    cases = questions.send_questions(client, past, "Questions of the past")
    service.solve(client, past, cases)
    desk.rate(client, past, cases)
    desk.honour_customers(client)
    desk.learn(client)
    waiting = [question for question in asked if not question.solved]
    if len(questions.find_cases(client, waiting)) < len(waiting):
        service.assign_from_now_on(client)
    cases = questions.send_questions(client, waiting, "Questions still open")
    desk.answer(client, waiting, cases)
    now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    desk.promise(client, waiting, cases, now)
    desk.let_run(client, True)


def load(client):
    """Load everything that the installed addons can take."""
    if not client.has_model("flywheel.touchpoint"):
        raise LoadError("the addon inbound_flywheel is not installed in this database")
    config.set_up(client)
    insight.set_up(client)
    method.set_up(client)
    rows, people, timeline = load_bank(client)
    insight.look_at_history(client)
    method.know_people(client)
    load_service(client, rows, people, timeline)
    sources.load_sources(client, rows, people, timeline)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8069")
    parser.add_argument("--db", required=True)
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", default="admin")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        client = Client(options.url, options.db, options.login, options.password)
        try:
            load(client)
        finally:
            client.close()
    except LoadError as error:
        print(f"\nThe demo data could not be loaded: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Load again to go on from here.", file=sys.stderr)
        return 130
    print(f"  Demo data loaded in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
