"""Finding who has fallen silent, against bare SQL that knows one standard only."""

import time

from .harness import Row, measure

STANDARD = 90
BATCH = 2_000
# Everybody came into the stage long ago, so that silence alone counts.
PREPARE = (
    """
    UPDATE flywheel_stage_interval SET date_from = now() - interval '400 days'
     WHERE date_to IS NULL AND rule_id IS NULL
    """,
    """
    UPDATE flywheel_profile SET silence_check = now() - interval '1 day'
     WHERE lifecycle_stage_id = ANY(%(stages)s)
    """,
)
BARE = """
    WITH last AS (
         SELECT p.id, MAX(t.date) AS date, MAX(t.id) AS touchpoint_id
           FROM flywheel_profile p
           JOIN flywheel_touchpoint t ON t.profile_id = p.id AND t.state = 'valid'
           JOIN flywheel_touchpoint_type k ON k.id = t.type_id
                AND k.direction = 'in'
          WHERE p.lifecycle_stage_id = ANY(%(stages)s) GROUP BY p.id),
    silent AS (
         SELECT id, touchpoint_id, date + %(days)s * interval '1 day' AS date
           FROM last WHERE date < now() - %(days)s * interval '1 day'),
    closed AS (
         UPDATE flywheel_stage_interval i SET date_to = s.date FROM silent s
          WHERE i.profile_id = s.id AND i.track = 'lifecycle' AND i.date_to IS NULL
      RETURNING i.id),
    moved AS (
         UPDATE flywheel_profile p SET lifecycle_stage_id = %(lapsed)s FROM silent s
          WHERE p.id = s.id RETURNING p.id)
    INSERT INTO flywheel_stage_interval
           (profile_id, track, stage_id, date_from, source, touchpoint_id)
    SELECT id, 'lifecycle', %(lapsed)s, date, 'rule', touchpoint_id FROM silent
     WHERE (SELECT count(*) FROM closed) + (SELECT count(*) FROM moved) >= 0
"""


def run(_core, ours, size):
    """Return the rows of this benchmark."""
    env = ours.env
    rules = env["flywheel.stage.rule"].search(
        [("trigger", "=", "silence"), ("mode", "=", "move")]
    )
    values = {
        "stages": rules.from_stage_ids.ids,
        "lapsed": env.ref("inbound_flywheel.stage_lapsed").id,
        "days": STANDARD,
    }
    for statement in PREPARE:
        ours.cr.execute(statement, values)
    ours.vacuum()
    ours.cr.execute(
        "SELECT count(*) FROM flywheel_profile WHERE silence_check <= now()"
    )
    (watched,) = ours.cr.fetchone()

    def find():
        people = ours.env["flywheel.profile"].sudo()
        started = time.perf_counter()
        while people._find_silent(BATCH) == BATCH:
            pass
        took = time.perf_counter() - started
        ours.cr.rollback()
        return took

    def find_nobody():
        """The day after: nobody is due."""
        people = ours.env["flywheel.profile"].sudo()
        ours.cr.execute("UPDATE flywheel_profile SET silence_check = NULL")
        started = time.perf_counter()
        people._find_silent(BATCH)
        took = time.perf_counter() - started
        ours.cr.rollback()
        return took

    def bare():
        started = time.perf_counter()
        ours.cr.execute(BARE, values)
        took = time.perf_counter() - started
        ours.cr.rollback()
        return took

    own, base, idle = measure(find, bare, find_nobody, repetitions=3)
    return [
        Row("who is silent", size, own, base, "bare SQL", units=watched),
        Row("who is silent: the day after", size, idle, []),
    ]
