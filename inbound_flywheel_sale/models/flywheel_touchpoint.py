# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class FlywheelTouchpoint(models.Model):
    _inherit = "flywheel.touchpoint"

    @api.model
    def _search(self, *args, **kwargs):
        # Who looks sees the orders of the same transaction as well.
        self.env["sale.order"].sudo()._book_changed()
        return super()._search(*args, **kwargs)
