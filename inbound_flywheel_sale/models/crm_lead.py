# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    flywheel_product_id = fields.Many2one(
        "product.template",
        string="Proposed Product",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        help="Similar customers buy it: that is how the opportunity came about.",
    )

    def _get_buyer_partner(self):
        return self.partner_id or super()._get_buyer_partner()

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "flywheel_product_id"]
