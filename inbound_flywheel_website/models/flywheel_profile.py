# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        records = super()._get_personal_records()
        visitors = self._get_visitors()
        records["website.visitor"] = visitors
        records["website.track"] = self.env["website.track"].search(
            [("visitor_id", "in", visitors.ids)]
        )
        return records

    def _get_visitors(self):
        """Return the website visitors who are these people."""
        identities = self.identity_ids.filtered(lambda i: i.kind == "visitor")
        ids = [int(value) for value in identities.mapped("value") if value.isdigit()]
        visitors = self.env["website.visitor"]
        return visitors.search(
            ["|", ("id", "in", ids), ("partner_id", "in", self.partner_id.ids)]
        )
