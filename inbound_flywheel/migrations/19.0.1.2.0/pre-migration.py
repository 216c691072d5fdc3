# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Fill the first touchpoint and the entries in one statement each: the ORM would
    ask person by person. And let go of an index that writing every person's persona
    had to write as well."""
    cr.execute("DROP INDEX IF EXISTS flywheel_profile__persona_id_index")
    cr.execute(
        "ALTER TABLE flywheel_profile ADD COLUMN IF NOT EXISTS first_date timestamp"
    )
    cr.execute(
        """
        UPDATE flywheel_profile p SET first_date = t.first
          FROM (SELECT profile_id, MIN(date) AS first FROM flywheel_touchpoint
                 WHERE state = 'valid' GROUP BY profile_id) t
         WHERE t.profile_id = p.id AND p.first_date IS NULL
        """
    )
    cr.execute(
        "ALTER TABLE flywheel_stage_interval ADD COLUMN IF NOT EXISTS entry_no int4"
    )
    cr.execute(
        """
        UPDATE flywheel_stage_interval i SET entry_no = e.number
          FROM (SELECT id, row_number() OVER (
                       PARTITION BY profile_id, track, stage_id
                           ORDER BY date_from, id) AS number
                  FROM flywheel_stage_interval) e
         WHERE e.id = i.id AND i.entry_no IS NULL
        """
    )
