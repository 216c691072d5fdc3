# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["resource.calendar"]._flywheel_hours_changed()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.env["resource.calendar"]._flywheel_hours_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["resource.calendar"]._flywheel_hours_changed()
        return result
