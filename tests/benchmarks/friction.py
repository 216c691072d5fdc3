"""The friction report, beside one bare pass over the same stays."""

from datetime import timedelta

from odoo import fields

from .harness import Row, measure

# Stays of a person on the journey: leads × STAYS is the number of stays reported on.
STAYS = 10
PERSONAS = 6
# The report tells next stages apart, and people by persona, and has three quantiles.
AIM = 6.0
STATEMENTS = (
    "DELETE FROM flywheel_stage_interval WHERE track = 'journey'",
    """
    INSERT INTO flywheel_persona (name, active, sequence, state, version,
                                  min_confidence, human_share, create_uid, write_uid)
    SELECT jsonb_build_object('en_US', 'Persona ' || n), TRUE, n, 'draft', 1, 0.5, 0.5,
           2, 2
      FROM generate_series(1, %(personas)s) n
    """,
    """
    UPDATE flywheel_profile p
       SET persona_id = k.ids[1 + p.id %% array_length(k.ids, 1)]
      FROM (SELECT array_agg(id ORDER BY id) AS ids FROM flywheel_persona) k
     WHERE p.name LIKE 'Lead %%'
    """,
    # Each stay begins when the one before ended; the last one is still open. Days in
    # a stage are between 1 and 60, in no order of the people.
    """
    INSERT INTO flywheel_stage_interval
           (profile_id, stage_id, track, date_from, date_to, source)
    SELECT w.id, w.ids[1 + (w.id + w.k) %% array_length(w.ids, 1)], 'journey',
           %(now)s - (w.after + w.days) * interval '1 day',
           CASE WHEN w.after > 0 THEN %(now)s - w.after * interval '1 day' END, 'rule'
      FROM (SELECT d.*, COALESCE(SUM(days) OVER (
                       PARTITION BY id ORDER BY k DESC
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS after
              FROM (SELECT p.id, k, s.ids,
                           1 + (hashint8(p.id * 31 + k) & 2147483647) %% 60 AS days
                      FROM flywheel_profile p
                      JOIN generate_series(1, %(stays)s) k ON TRUE
                      JOIN (SELECT array_agg(id ORDER BY sequence) AS ids
                              FROM flywheel_stage WHERE track = 'journey') s ON TRUE
                     WHERE p.name LIKE 'Lead %%') d) w
     ORDER BY w.id, w.k
    """,
)
BARE = """
    SELECT stage_id, COUNT(*), percentile_cont(0.5) WITHIN GROUP
               (ORDER BY EXTRACT(epoch FROM date_to - date_from)::float8)
      FROM flywheel_stage_interval WHERE track = 'journey' AND date_to IS NOT NULL
     GROUP BY stage_id
"""


def run(core, ours, size):
    """Return the rows of this benchmark."""
    fill(ours)
    year = fields.Date.today() - timedelta(days=364)

    def report(**kwargs):
        def call():
            found = ours.env["flywheel.friction"].get_report(**kwargs)
            if not found["rows"]:
                raise AssertionError("Nothing was counted.")

        return call

    def bare():
        ours.env.cr.execute(BARE)
        ours.cr.fetchall()

    whole, by_team, in_year, base = measure(
        report(), report(by="team"), report(date_from=year), bare, repetitions=3
    )
    against = "one median by stage"
    name = f"friction, {size * STAYS:,} stays"
    return [
        Row(f"{name}, by persona", size, whole, base, against, aim=AIM),
        Row(f"{name}, by team", size, by_team, base, against, aim=AIM),
        Row(f"{name}, a year, and the one before", size, in_year, base, against),
    ]


def fill(world):
    """Give every lead's person a history of the journey and a persona."""
    env = world.env
    values = {
        "personas": PERSONAS,
        "stays": STAYS,
        "now": fields.Datetime.now(),
    }
    for statement in STATEMENTS:
        env.cr.execute(statement, values)
    world.vacuum()
