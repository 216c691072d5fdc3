# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _signup_create_user(self, values):
        user = super()._signup_create_user(values)
        if user.share:
            self.env["flywheel.touchpoint"]._record(
                [
                    {
                        "type": "signup",
                        "partner_id": user.partner_id.id,
                        "summary": self.env["website"].get_current_website().name,
                        "external_key": f"res.users:{user.id}:signup",
                        "res_model": "res.partner",
                        "res_id": user.partner_id.id,
                    }
                ],
                later=True,
            )
        return user
