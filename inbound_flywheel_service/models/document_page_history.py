# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class DocumentPageHistory(models.Model):
    _inherit = "document.page.history"

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions._flywheel_index_pages()
        return versions

    def write(self, vals):
        result = super().write(vals)
        if "content" in vals:
            self._flywheel_index_pages()
        return result

    def _flywheel_index_pages(self):
        # sudo: flywheel.text.index - kept by the system, whoever edits
        self.env["flywheel.text.index"]._refresh(self.sudo().page_id)
