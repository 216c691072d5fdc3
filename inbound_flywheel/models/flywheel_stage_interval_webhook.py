# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class FlywheelStageInterval(models.Model):
    _inherit = "flywheel.stage.interval"

    @api.model
    def _set_stages(self, final, values=(), closed=()):
        result = super()._set_stages(final, values, closed)
        self.env["flywheel.webhook"]._notice_stages(values)
        return result
