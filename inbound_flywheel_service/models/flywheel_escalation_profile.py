# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class FlywheelProfile(models.Model):
    """Another tier or reach: the person's open cases are served accordingly."""

    _inherit = "flywheel.profile"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"tier_id", "reach"}:
            # sudo: helpdesk.ticket - cases follow the person, whoever serves him
            cases = self.env["helpdesk.ticket"].sudo()
            domain = [("flywheel_profile_id", "in", self.ids)]
            found = cases.search([*domain, ("stage_id.closed", "=", False)], limit=200)
            found._flywheel_escalate_again()
            cases._flywheel_look_again(domain)
        return result
