# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

# Whose orders are a company's follows from these.
BELONGING = {"parent_id", "is_company"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        if not BELONGING & vals.keys():
            return super().write(vals)
        # sudo: what a company has bought follows from its people, whoever moves them
        before = self.sudo().commercial_partner_id
        result = super().write(vals)
        moved = before | self.sudo().commercial_partner_id | self.sudo()
        orders = self.env["sale.order"].sudo()
        if orders.search_count([("partner_id", "child_of", self.ids)], limit=1):
            self.commercial_partner_id._flywheel_ensure_profiles()
            moved.flywheel_profile_id._try_measure()
        return result
