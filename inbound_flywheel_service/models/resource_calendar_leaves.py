# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._flywheel_closing_changed()
        return leaves

    def write(self, vals):
        result = super().write(vals)
        self._flywheel_closing_changed()
        return result

    def unlink(self):
        closing = self.filtered(lambda leave: not leave.resource_id)
        result = super().unlink()
        if closing:
            self.env["resource.calendar"]._flywheel_hours_changed()
        return result

    def _flywheel_closing_changed(self):
        # Somebody's own leave closes nothing.
        if self.filtered(lambda leave: not leave.resource_id):
            self.env["resource.calendar"]._flywheel_hours_changed()
