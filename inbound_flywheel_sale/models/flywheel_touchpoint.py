# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.arrays import array


class FlywheelTouchpoint(models.Model):
    _inherit = "flywheel.touchpoint"

    @api.model
    def _search(self, *args, **kwargs):
        # Who looks sees the orders of the same transaction as well.
        self.env["sale.order"].sudo()._book_changed()
        return super()._search(*args, **kwargs)

    def _apply(self):
        if self:
            # Lines that had to wait for somebody else, as their buyers had to.
            self._find_buyers()._try_measure()
        return super()._apply()

    def _find_buyers(self):
        """Return the people whom lines of orders name, and their companies."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, w.flywheel_profile_id
                  FROM flywheel_profile p
             LEFT JOIN res_partner c ON c.id = p.partner_id
             LEFT JOIN res_partner w ON w.id = c.commercial_partner_id
                 WHERE p.id IN (
                       SELECT t.profile_id FROM flywheel_touchpoint t
                        WHERE t.id = ANY(%s::int[])
                           AND t.res_model = 'sale.order')
                """,
                array(self.ids),
            )
        )
        ids = {profile_id for row in rows for profile_id in row if profile_id}
        return self.env["flywheel.profile"].browse(sorted(ids))
