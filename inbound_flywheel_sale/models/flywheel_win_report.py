# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from .flywheel_persona import VALUE


class FlywheelWinReport(models.Model):
    """What opportunities have brought in orders."""

    _inherit = "flywheel.win.report"
    _depends = {
        "sale.order": ["state", "opportunity_id", "amount_untaxed", "currency_rate"],
    }

    orders = fields.Integer(readonly=True, help="Confirmed orders.")
    ordered_value = fields.Float(
        readonly=True,
        help="Confirmed orders, without taxes, in the currency of their company.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT w.*, COALESCE(b.orders, 0) AS orders, b.value AS ordered_value
              FROM (%s) w
              LEFT JOIN (
                   SELECT o.opportunity_id, COUNT(*)::int AS orders, SUM(%s) AS value
                     FROM sale_order o
                    WHERE o.state = 'sale' AND o.opportunity_id IS NOT NULL
                 GROUP BY o.opportunity_id) b ON b.opportunity_id = w.id
            """,
            super()._table_query,
            VALUE,
        )
