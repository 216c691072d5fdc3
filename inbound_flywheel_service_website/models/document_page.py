# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain


class DocumentPage(models.Model):
    _inherit = "document.page"

    website_id = fields.Many2one(
        "website",
        string="Only on Website",
        ondelete="set null",
        index="btree_not_null",
        domain="['|', (not company_id, '=', True), ('company_id', '=', company_id)]",
        help="Empty: on all websites of the company.",
    )

    @api.model
    def _flywheel_public_domain(self):
        """On a website: what belongs to it or to all."""
        domain = super()._flywheel_public_domain()
        website = self.env["website"].get_current_website(fallback=False)
        if not website:
            return domain
        return domain & Domain("website_id", "in", [False, website.id])
