# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        records = super()._get_personal_records()
        orders = self.env["sale.order"].with_context(active_test=False)
        records["sale.order"] = orders.search(
            [("partner_id", "in", self.partner_id.ids)]
        )
        return records
