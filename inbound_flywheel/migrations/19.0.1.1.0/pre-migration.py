# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL


def migrate(cr, version):
    """Give each rule a key of its own; drop lines that are derived now, and the
    scheduled action that another one took the place of."""
    for table in ("flywheel_score_rule", "flywheel_fit_rule"):
        name = SQL.identifier(table)
        cr.execute(SQL("ALTER TABLE %s ADD COLUMN IF NOT EXISTS key varchar", name))
        cr.execute(SQL("UPDATE %s SET key = md5(random()::text || id)", name))
    cr.execute("DROP TABLE IF EXISTS flywheel_award")
    cr.execute(
        "DELETE FROM ir_model_data WHERE module = 'inbound_flywheel'"
        " AND name = 'cron_shift_landmark' RETURNING res_id"
    )
    for (cron_id,) in cr.fetchall():
        cr.execute(
            "DELETE FROM ir_cron WHERE id = %s RETURNING ir_actions_server_id",
            [cron_id],
        )
        cr.execute("DELETE FROM ir_act_server WHERE id = %s", cr.fetchone())
