"""Two databases with the same leads: one with the flywheel, one with crm alone."""

import os
import sys
from pathlib import Path

import odoo.api
import odoo.modules.registry
import odoo.sql_db
from odoo.tools import config

from bootstrap import install, python_env, settings
from bootstrap.database import Databases

ROOT = Path(__file__).resolve().parent.parent.parent
CRM = "flywheel_bench_crm"
CORE = "flywheel_bench_core"
OURS = "flywheel_bench_ours"
ADMIN = 2
TOUCHPOINTS = 3
# Leads of one sample; each is copied so often as the size wants.
SAMPLE = 50

LEADS = """
    INSERT INTO crm_lead ({columns}, name, email_from, email_normalized, phone,
                          phone_sanitized, expected_revenue, probability, stage_id,
                          create_date)
    SELECT {values}, 'Lead ' || n, 'lead' || n || '@bench.example',
           'lead' || n || '@bench.example', '+8862' || 10000000 + n,
           '+8862' || 10000000 + n, (n * 7919) %% 100000, (n * 31) %% 100,
           stages.ids[1 + n %% array_length(stages.ids, 1)],
           now() - (n %% 400) * interval '1 day'
      FROM generate_series(1, %(size)s) n
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM crm_lead) lead ON TRUE
      JOIN crm_lead l ON l.id = lead.ids[1 + n %% array_length(lead.ids, 1)]
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM crm_stage) stages ON TRUE
"""
OWN_COLUMNS = {
    "id",
    "name",
    "email_from",
    "email_normalized",
    "phone",
    "phone_sanitized",
    "expected_revenue",
    "probability",
    "stage_id",
    "create_date",
    "flywheel_profile_id",
}
PEOPLE = (
    """
    INSERT INTO flywheel_profile
           (name, momentum, fit_score, fit_grade, persona_confidence, persona_locked,
            no_profiling, company_id, journey_stage_id, lifecycle_stage_id, last_date,
            last_in_date, create_uid, create_date, write_uid, write_date)
    SELECT 'Lead ' || n, 0, n %% 60, (ARRAY['A', 'B', 'C', 'D'])[1 + n %% 4], 0, FALSE,
           FALSE, %(company)s, journey.ids[1 + n %% array_length(journey.ids, 1)],
           lifecycle.ids[1 + n %% array_length(lifecycle.ids, 1)], now(), now(),
           2, now(), 2, now()
      FROM generate_series(1, %(size)s) n
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM flywheel_stage
             WHERE track = 'journey') journey ON TRUE
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM flywheel_stage
             WHERE track = 'lifecycle') lifecycle ON TRUE
    """,
    """
    INSERT INTO flywheel_identity (profile_id, kind, value, company_id)
    SELECT p.id, 'email', l.email_normalized, %(company)s
      FROM crm_lead l JOIN flywheel_profile p USING (name)
     WHERE l.name LIKE 'Lead %%'
    """,
    """
    UPDATE crm_lead l SET flywheel_profile_id = p.id
      FROM flywheel_profile p WHERE p.name = l.name
    """,
    """
    INSERT INTO flywheel_touchpoint
           (profile_id, type_id, date, company_id, state, pending, external_key,
            content)
    SELECT p.id, types.ids[1 + (p.id * 7 + k * 3) %% array_length(types.ids, 1)],
           now() - ((p.id * 13 + k * 37) %% 180) * interval '1 day', %(company)s,
           'valid', FALSE, 'bench:' || p.id || ':' || k, 'Touchpoint ' || k
      FROM flywheel_profile p
      JOIN generate_series(1, %(touchpoints)s) k ON TRUE
      JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM flywheel_touchpoint_type
             WHERE code IN ('form', 'page', 'email_click', 'call_in', 'chat',
                            'meeting')) types ON TRUE
     WHERE p.name LIKE 'Lead %%'
    """,
    """
    INSERT INTO flywheel_stage_interval (profile_id, stage_id, track, date_from, source)
    SELECT p.id, s.id, s.track, now() - interval '90 days', 'rule'
      FROM flywheel_profile p
      JOIN flywheel_stage s ON s.id IN (p.journey_stage_id, p.lifecycle_stage_id)
     WHERE p.name LIKE 'Lead %%'
    """,
)


class World:
    """One database and its registry."""

    def __init__(self, name):
        self.name = name
        self.registry = odoo.modules.registry.Registry(name)
        self.cr = self.registry.cursor()

    @property
    def env(self):
        """A fresh environment: empty caches, as a request starts with."""
        self.cr.rollback()
        return odoo.api.Environment(self.cr, ADMIN, {"lang": "en_US", "tz": "UTC"})

    def vacuum(self):
        """Bring statistics and visibility up to date, as autovacuum does in time.

        What was filled by updating is packed: in life, leads have their person from
        the start.
        """
        self.cr.commit()
        connection = self.cr.connection
        level = connection.isolation_level
        connection.set_isolation_level(0)
        self.cr.execute("VACUUM FULL crm_lead")
        self.cr.execute("VACUUM ANALYZE")
        connection.set_isolation_level(level)

    def close(self):
        """Let go of the database."""
        self.cr.rollback()
        self.cr.close()
        odoo.modules.registry.Registry.delete(self.name)
        odoo.sql_db.close_db(self.name)


class Worlds:
    """Makes and drops the twins.

    :param console: where progress goes
    """

    def __init__(self, console):
        self.console = console
        self.settings = settings.from_environment(os.environ, ROOT, sys.executable)
        self.settings.prepare_folders()
        self.databases = Databases(self.settings)
        config.parse_config(["-c", str(self.settings.odoo_conf), "--log-level=error"])

    def make(self, size):
        """Return the worlds (core, ours) with ``size`` leads each."""
        self.ensure_crm()
        for name in (CORE, OURS):
            self.databases.drop(name)
            self.databases.copy(CRM, name)
        with self.console.step("Our addon"):
            log = self.settings.logs / "bench-ours.log"
            install.run_odoo(self.settings, log, "-d", OURS, "-i", "inbound_flywheel")
        worlds = World(CORE), World(OURS)
        with self.console.step(f"{size:,} leads"):
            try:
                for world in worlds:
                    fill(world, size)
                    world.vacuum()
            except BaseException:
                for world in worlds:
                    world.close()
                raise
        return worlds

    def drop(self):
        """Drop the twins; the database they are copied from stays."""
        for name in (CORE, OURS):
            self.databases.drop(name)

    def ensure_crm(self):
        """Make the database with crm alone, unless it is there."""
        pinned = python_env.fingerprint([ROOT / "requirements.txt"])
        state = {"crm": pinned[:16]}
        if self.databases.mark(CRM) == state:
            return
        with self.console.step("Odoo database with crm alone"):
            self.databases.drop(CRM)
            self.databases.copy("template0", CRM)
            log = self.settings.logs / "bench-crm.log"
            install.run_odoo(self.settings, log, "-d", CRM, "-i", "crm")
            self.databases.set_mark(CRM, **state)


def fill(world, size):
    """Put leads into a database, and their people with three touchpoints each."""
    env = world.env
    env["crm.lead"].create(
        [
            {
                "name": f"Sample {number}",
                "type": "opportunity",
                "contact_name": f"Contact {number}",
                "partner_name": f"Company {number % 7}",
                "phone": f"+886 2 2345 {number:04d}",
                "city": "Taipei",
                "priority": str(number % 4),
            }
            for number in range(SAMPLE)
        ]
    )
    env.flush_all()
    world.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'crm_lead' AND table_schema = current_schema"
    )
    columns = sorted({row[0] for row in world.cr.fetchall()} - OWN_COLUMNS)
    # The names are those of the table's own columns.
    world.cr.execute(
        LEADS.format(
            columns=", ".join(f'"{name}"' for name in columns),
            values=", ".join(f'l."{name}"' for name in columns),
        ),
        {"size": size - SAMPLE},
    )
    if "flywheel.profile" in env:
        fill_people(world, env, size)
    world.cr.commit()


def fill_people(world, env, size):
    """Give every lead a person with a history, and the awards it earns."""
    values = {
        "size": size - SAMPLE,
        "company": env.company.id,
        "touchpoints": TOUCHPOINTS,
    }
    for statement in PEOPLE:
        world.cr.execute(statement, values)
    for table in ("profile", "identity", "touchpoint"):
        world.cr.execute(f"ANALYZE flywheel_{table}")
    env["flywheel.score.model"]._reaward()
