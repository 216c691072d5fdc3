# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _init_store_data(self, store):
        result = super()._init_store_data(store)
        store.add_global_values(
            has_access_create_case=self.env["helpdesk.ticket"].has_access("create")
            and self.env.user._is_internal()
        )
        return result
