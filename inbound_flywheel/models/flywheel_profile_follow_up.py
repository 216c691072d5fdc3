# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelProfile(models.Model):
    """What was followed up belongs to what is kept of a person."""

    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        lines = self.env["flywheel.follow.up.line"].search(
            [("touchpoint_id.profile_id", "in", self.ids)]
        )
        return {**super()._get_personal_records(), lines._name: lines}
