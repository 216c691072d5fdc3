"""Pages of the website with and without the flywheel, and reading 100,000 visits,
against bare SQL."""

import time

from werkzeug.test import Client

import odoo.http
import odoo.modules.registry
import odoo.sql_db

from bootstrap import install

from .harness import Row, measure
from .worlds import CORE, OURS, World, Worlds

SITE_CORE, SITE_OURS = f"{CORE}_site", f"{OURS}_site"
# Requests of one repetition, and how often these are repeated.
REQUESTS, REPETITIONS = 5, 31
VISITS, VISITORS = 100_000, 2_000
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
COLUMNS = (
    "profile_id, origin_id, type_id, date, external_key, content, res_model, res_id,"
    " company_id, state, pending, create_uid, create_date, write_uid, write_date"
)


def run(core, ours, size):
    """Return the rows of this benchmark."""
    core.cr.rollback()
    ours.cr.rollback()
    worlds = Worlds(None)
    for source, name, addons in (
        (core, SITE_CORE, "website_crm"),
        (ours, SITE_OURS, "website_crm,inbound_flywheel_website"),
    ):
        worlds.databases.drop(name)
        copy(worlds, source, name)
        log = worlds.settings.logs / f"{name}.log"
        install.run_odoo(worlds.settings, log, "-d", name, "-i", addons)
    try:
        return compare(SITE_CORE, SITE_OURS, size)
    finally:
        for name in (SITE_CORE, SITE_OURS):
            worlds.databases.drop(name)


def copy(worlds, source, name):
    """Copy a database that is in use: its connections rest meanwhile."""
    source.cr.close()
    odoo.sql_db.close_db(source.name)
    worlds.databases.copy(source.name, name)
    source.cr = source.registry.cursor()


def compare(core_name, ours_name, size):
    """Return the rows for two databases with the same website."""
    core, ours = World(core_name), World(ours_name)
    try:
        return [*requests(core, ours, size), *reading(ours, size)]
    finally:
        core.close()
        ours.close()


# ----------------------------------------------------------------------
# Requests
# ----------------------------------------------------------------------
class Browser:
    """A visitor of the website of one database.

    :param world: the database
    """

    def __init__(self, world):
        session = odoo.http.root.session_store.new()
        session.update(odoo.http.get_default_session(), db=world.name)
        session.context["lang"] = "en_US"
        odoo.http.root.session_store.save(session)
        self.client = Client(odoo.http.root)
        self.client.set_cookie("session_id", session.sid, domain="localhost")

    def get(self, path):
        """Fetch something.

        :raise AssertionError: it is not there
        """
        headers = {"User-Agent": AGENT}
        with self.client.get(path, headers=headers, buffered=True) as answer:
            assert answer.status_code == 200, (path, answer.status)

    def timed(self, path):
        """Return the seconds that one fetch takes, as the mean of several."""
        started = time.perf_counter()
        for _request in range(REQUESTS):
            self.get(path)
        return (time.perf_counter() - started) / REQUESTS


def requests(core, ours, size):
    """Time a tracked page and a file, by a stranger and by a person."""
    paths = {}
    for world in (core, ours):
        paths[world] = prepare(world)
    rows = []
    for name, kind, known in (
        ("page, anonymous visitor", "page", False),
        ("page, known person", "page", True),
        ("file, known person", "file", True),
    ):
        browsers = [Browser(core), Browser(ours)]
        if known:
            browsers[1].get(paths[ours]["page"])
            identify_last(ours)
        calls = [
            lambda b=browser, path=paths[world][kind]: b.timed(path)
            for browser, world in zip(browsers, (core, ours), strict=True)
        ]
        base, own = measure(*calls, repetitions=REPETITIONS)
        rows.append(Row(f"{name}, one request", size, own, base))
    return rows


def prepare(world):
    """Put a file on the website and have its front page tracked.

    :return: {kind: path}
    """
    env = world.env
    attachment = env["ir.attachment"].create(
        {
            "name": "Guide.pdf",
            "raw": b"%PDF-1.4",
            "mimetype": "application/pdf",
            "public": True,
        }
    )
    views = env["ir.ui.view"].search([("key", "=", "website.contactus")])
    views.track = True
    world.cr.commit()
    return {"page": "/contactus", "file": f"/web/content/{attachment.id}"}


def identify_last(world):
    """Let the last visitor be a person."""
    env = world.env
    visitor = env["website.visitor"].search([], limit=1, order="id desc")
    people = env["flywheel.identity"]._resolve([("email", "known@bench.example")])
    person = env["flywheel.profile"].browse(people.values())
    visitor._flywheel_identify(person)
    world.cr.commit()


# ----------------------------------------------------------------------
# Reading visits
# ----------------------------------------------------------------------
def reading(world, size):
    """Time how visits of people get into the ledger, and the same rows by bare SQL."""
    env = world.env
    website = env["website"].search([], limit=1)
    visitors = make_people(world, website)
    cr = world.cr
    cr.execute("DROP TABLE IF EXISTS bench_bare")
    cr.execute("CREATE TABLE bench_bare (LIKE flywheel_touchpoint INCLUDING ALL)")
    cr.commit()
    state = {"last": 0}

    def ours():
        state["last"] = make_visits(world, visitors)
        track = world.env["website.track"]
        started = time.perf_counter()
        last = state["last"]
        while batch := track._flywheel_pull_next(last):
            last, _count = batch
            world.cr.commit()
        return time.perf_counter() - started

    def bare():
        started = time.perf_counter()
        cr.execute(
            f"INSERT INTO bench_bare ({COLUMNS}) SELECT {COLUMNS}"
            " FROM flywheel_touchpoint WHERE res_model = 'flywheel.page'"
            " AND substr(external_key, 15)::int > %s",
            [state["last"]],
        )
        assert cr.rowcount == VISITS, cr.rowcount
        cr.commit()
        return time.perf_counter() - started

    own, base = measure(ours, bare, repetitions=5)
    cr.execute("DROP TABLE bench_bare")
    cr.commit()
    return [
        Row("reading 100,000 visits", size, own, base, "bare SQL", VISITS),
    ]


def make_people(world, website):
    """Make visitors who are people.

    :return: their ids
    """
    cr = world.cr
    cr.execute(
        """
        INSERT INTO website_visitor (access_token, website_id, create_date,
                                     last_connection_datetime, visit_count)
        SELECT md5('bench' || n), %s, now(), now(), 1
          FROM generate_series(1, %s) n
     RETURNING id
        """,
        [website.id, VISITORS],
    )
    visitors = [row[0] for row in cr.fetchall()]
    cr.commit()
    env = world.env
    people = env["flywheel.profile"]._create_bare(
        [{"name": f"Visitor {visitor}", "company_id": None} for visitor in visitors]
    )
    claims = list(zip(visitors, people, strict=True))
    env["website.visitor"]._flywheel_claim(claims)
    cr.commit()
    return visitors


def make_visits(world, visitors):
    """Store visits of 100 pages, as the website does.

    :return: the id of the last visit before
    """
    cr = world.cr
    cr.execute("SELECT COALESCE(MAX(id), 0) FROM website_track")
    [last] = cr.fetchone()
    # Half an hour apart for each page: every visit counts.
    cr.execute(
        """
        INSERT INTO website_track (visitor_id, url, visit_datetime)
        SELECT v.id, 'http://localhost/page-' || (v.n * 7 + k) %% 100 || '?round=' || k,
               now() + %s * interval '1 second' + k * interval '40 minutes'
          FROM unnest(%s) WITH ORDINALITY v (id, n)
          JOIN generate_series(1, %s) k ON TRUE
      ORDER BY k
        """,
        [last, visitors, VISITS // VISITORS],
    )
    cr.commit()
    cr.execute("ANALYZE website_track")
    cr.commit()
    return last
