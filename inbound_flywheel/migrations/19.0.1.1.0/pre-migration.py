# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Give each rule a key of its own, and drop the lines that are derived now."""
    for table in ("flywheel_score_rule", "flywheel_fit_rule"):
        cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS key varchar")
        cr.execute(f"UPDATE {table} SET key = md5(random()::text || id)")
    cr.execute("DROP TABLE IF EXISTS flywheel_award")
