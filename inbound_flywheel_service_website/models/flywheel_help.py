# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class FlywheelHelp(models.AbstractModel):
    _inherit = "flywheel.help"

    @api.model
    def _base_url(self):
        """Articles are on the website: one address for everybody."""
        return "/help"

    @api.model
    def _key_query(self, page_id):
        """Everybody may read them."""
        return ""
