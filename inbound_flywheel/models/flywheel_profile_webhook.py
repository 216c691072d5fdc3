# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        """What webhooks told others of a person is kept for a while as well."""
        # sudo: whoever may export or erase a person reaches all that is kept
        deliveries = self.env["flywheel.webhook.delivery"].sudo()
        found = deliveries.search([("profile_id", "in", self.ids)])
        return {
            **super()._get_personal_records(),
            "flywheel.webhook.delivery": found.with_env(self.env),
        }
