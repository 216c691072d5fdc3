# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class FlywheelCaseAcknowledge(models.AbstractModel):
    _inherit = "flywheel.case.acknowledge"

    @api.model
    def _get_own_sources(self):
        """Customers who chat get their receipt as those who write do."""
        return (*super()._get_own_sources(), "chat")
