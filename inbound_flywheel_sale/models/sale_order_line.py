# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Who bought what, in the order in which repetitions fall together: what similar
    # customers buy is read from it alone, not from the lines, which are wide. Its
    # condition is the one of the query, word for word: else it cannot be used.
    _flywheel_basket_idx = models.Index(
        "(order_partner_id, product_id, company_id)"
        " WHERE state = 'sale' AND display_type IS NULL AND product_uom_qty > 0"
        " AND NOT COALESCE(is_downpayment, FALSE)"
    )
