# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        records = super()._get_personal_records()
        addresses = self.identity_ids.filtered(lambda i: i.kind == "email")
        addresses = addresses.mapped("value")
        inputs = self.env["survey.user_input"].search(
            Domain("flywheel_profile_id", "in", self.ids)
            | Domain("partner_id", "in", self.partner_id.ids)
            | Domain("flywheel_profile_id", "=", False)
            & (
                Domain("email", "in", addresses)
                | Domain("flywheel_invited", "in", addresses)
            )
        )
        records["survey.user_input"] = inputs
        records["survey.user_input.line"] = inputs.user_input_line_ids
        return records
