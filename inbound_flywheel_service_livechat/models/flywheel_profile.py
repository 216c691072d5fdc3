# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _get_strip_records(self):
        groups = super()._get_strip_records()
        Ticket = self.env["helpdesk.ticket"]
        if not Ticket.has_access("read"):
            return groups
        cases = Ticket.search(
            [("flywheel_profile_id", "=", self.id), ("closed", "=", False)], limit=5
        )
        return groups + self._prepare_strip_records(self.env._("Open cases"), cases)
