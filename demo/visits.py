"""The bank's website: its pages, and who looked at them of late.

People with an account, people whom a form made known, and visitors who are nobody.
"""

import hashlib
import random
from datetime import timedelta

from . import crons
from .bank import is_open
from .client import external
from .rights import granted
from .timeline import text

ADDON = "inbound_flywheel_website"
KNOWN, BY_FORM, ANONYMOUS = 340, 60, 300
# Working days within which they came. Odoo forgets who is nobody after 60 days.
DAYS, VISITS = 38, 6
WEBSITE = "website.default_website"
GROUPS = (("group_savings", "Savings and deposits", "/savings*\n/deposits*", "5", "2"),)
# key, address, name, words, how often it is looked at
PAGES = (
    ("home", "/", None, None, 30),
    ("savings", "/savings", "Savings plans", "Put something aside each month.", 22),
    ("deposits", "/deposits", "Term deposits", "Fix the rate for the whole term.", 22),
    ("pricing", "/pricing", "Rates and prices", "What it earns, what it costs.", 14),
    ("contact", "/contactus", None, None, 5),
    ("faq", "/faq", "Questions and answers", "Cards, limits, lost passwords.", 9),
)
# For whom a page is: personas and stages.
MARKS = {
    "/deposits": (("gina", "sam"), ("consideration",)),
    "/pricing": (("gina", "ada"), ("decision",)),
    "/savings": (("nora", "sam"), ("awareness",)),
}


def load_visits(client, rows, people, timeline):
    """Load the website and its visits; what is there stays."""
    if not client.has_model("flywheel.page"):
        return
    pages = _make_pages(client)
    visitors, tracks = make_visits(rows, people, timeline)
    partners = client.known("res.partner")
    pull = crons.find(client, ADDON, "cron_pull_visits")
    crons.let_run(client, pull, False)
    fields = ["id", "access_token", "website_id/id", "visit_count"]
    fields += ["last_connection_datetime", "lead_ids/id"]
    values = [_visitor_row(visitor, partners) for visitor in visitors]
    with granted(client, "website.visitor"):
        client.ensure("website.visitor", fields, values, "Visitors of the website")
    fields = ["id", "visitor_id/id", "page_id/.id", "url", "visit_datetime"]
    values = [
        [key, external(visitor), str(pages[page]), _url(page), text(moment)]
        for key, visitor, page, moment in tracks
    ]
    client.ensure("website.track", fields, values, "Pages they looked at")
    crons.let_run(client, pull, True)


def mark_pages(client):
    """Say for whom pages are, once the ledger knows them."""
    if not client.has_model("flywheel.page"):
        return
    personas = client.known("flywheel.persona")
    stages = client.search_read("flywheel.stage", [], ["code"])
    codes = {stage["code"]: stage["id"] for stage in stages}
    domain = [("path", "in", list(MARKS)), ("persona_ids", "=", False)]
    for page in client.search_read("flywheel.page", domain, ["path"]):
        keys, names = MARKS[page["path"]]
        vals = {
            "persona_ids": [(6, 0, [personas[f"persona_{key}"] for key in keys])],
            "stage_ids": [(6, 0, [codes[name] for name in names])],
        }
        client.call("flywheel.page", "write", ids=[page["id"]], vals=vals)


def _url(page):
    return next(address for key, address, *_words in PAGES if key == page)


# -- pages -----------------------------------------------------------------------


def _make_pages(client):
    """Return {key: page id}; make the pages that are missing."""
    fields = ["id", "name", "patterns", "sequence", "color"]
    client.ensure("flywheel.page.group", fields, [list(group) for group in GROUPS])
    fields = ["id", "name", "url", "key", "type", "arch", "is_published", "track"]
    fields += ["website_indexed", "website_id/id"]
    rows = [
        [
            f"page_{key}",
            name,
            url,
            f"website.flywheel_bank_{key}",
            "qweb",
            _arch(key, name, words),
            "True",
            "True",
            "True",
            WEBSITE,
        ]
        for key, url, name, words, _often in PAGES
        if name
    ]
    known = client.ensure("website.page", fields, rows, "Pages of the website")
    found = {name.removeprefix("page_"): page for name, page in known.items()}
    for key, url, name, *_words in PAGES:
        if not name:
            domain = [("url", "=", url)]
            page = client.search_read("website.page", domain, ["url"], limit=1)
            found[key] = page[0]["id"] if page else ""
    return found


def _arch(key, name, words):
    return (
        f'<t t-name="website.flywheel_bank_{key}"><t t-call="website.layout">'
        '<div id="wrap" class="oe_structure oe_empty"><section class="pt48 pb48">'
        f'<div class="container"><h1>{name}</h1><p class="lead">{words}</p>'
        '<p><a class="btn btn-primary" href="/contactus">Talk to us</a></p>'
        "</div></section></div></t></t>"
    )


# -- visits ----------------------------------------------------------------------


def make_visits(rows, people, timeline):
    """Return visitors and what they looked at, the same for the same rows.

    :return: list of (key, row number or None, whether a form told who it is, visits,
        last visit), and list of (key, key of the visitor, page, moment)
    """
    numbers = [int(row["row"]) for row in rows if is_open(row)]
    random.Random("visitors").shuffle(numbers)
    numbers = numbers[: KNOWN + BY_FORM] + [None] * ANONYMOUS
    visitors, tracks = [], []
    for place, number in enumerate(numbers):
        chance = random.Random(f"visits {place}")
        interest = random.Random(f"interest {number}").betavariate(0.8, 2.2)
        key = f"visitor_{place}"
        count = 1 + int(interest * 5) if number else chance.choice((1, 1, 1, 2, 3))
        seen = sorted(
            track
            for visit in chance.sample(range(VISITS), min(count, VISITS))
            for track in _visit(chance, timeline, interest, visit)
        )
        by_form = KNOWN <= place < KNOWN + BY_FORM
        visitors.append((key, number, by_form, count, seen[-1][0]))
        for n, (moment, page) in enumerate(seen):
            tracks.append((f"visit_{place}_{n}", key, page, moment))
    return visitors, sorted(tracks, key=lambda track: track[3])


def _visit(chance, timeline, interest, visit):
    """Return the (moment, page) of one visit; each page once."""
    # One visit a day, so that no two of them run into each other.
    days = DAYS / VISITS
    moment = timeline.at(1, visit * days + chance.uniform(0.2, days - 1.2))
    weights = [often for *_words, often in PAGES]
    # Who is interested looks for the price.
    weights[3] += int(40 * interest)
    keys = [page[0] for page in PAGES]
    pages = dict.fromkeys(chance.choices(keys, weights, k=chance.randint(1, 4)))
    found = []
    for page in pages:
        found.append((moment, page))
        moment += timedelta(seconds=chance.randint(20, 240))
    return found


def _visitor_row(visitor, partners):
    """Return the import row of a visitor. Odoo tells by the token who signed in."""
    key, number, by_form, count, last = visitor
    token, lead = hashlib.md5(key.encode()).hexdigest(), ""
    if number and by_form:
        lead = external(f"lead_{number}")
    elif number:
        token = str(partners[f"contact_{number}"])
    return [key, token, WEBSITE, str(count), text(last), lead]
