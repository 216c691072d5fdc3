# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


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
            Domain("id", "in", ids)
            | Domain("partner_id", "in", self.partner_id.ids)
            | Domain("lead_ids", "in", self.lead_ids.ids)
        )

    @api.model
    def _get_erasure_policies(self, options):
        return {
            **super()._get_erasure_policies(options),
            "website.track": "deleted",
        }

    def _drop_watched(self):
        """Visits are kept by the website, too."""
        counts = super()._drop_watched()
        # sudo is on: who may carry out a withdrawal was checked
        tracks = self._get_visitors().website_track_ids
        if tracks:
            counts = [*counts, (tracks._name, "deleted", len(tracks))]
            tracks.unlink()
        return counts
