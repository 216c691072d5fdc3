# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import sql

COLUMNS = {"flywheel_industry_id": "int4", "flywheel_seniority": "varchar"}


class CrmLead(models.Model):
    """Industry and seniority on leads, as on contacts, where rules can use them."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "flywheel.seniority.mixin"]

    flywheel_industry_id = fields.Many2one(
        "res.partner.industry",
        string="Industry",
        compute="_compute_flywheel_person",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="set null",
    )
    flywheel_seniority = fields.Selection(
        compute="_compute_flywheel_person", store=True, readonly=False
    )

    def _auto_init(self):
        # Leads that are there get their values in one statement, not one by one.
        if not sql.column_exists(self.env.cr, self._table, "flywheel_industry_id"):
            for name, kind in COLUMNS.items():
                sql.create_column(self.env.cr, self._table, name, kind)
            self.env.cr.execute(
                "UPDATE crm_lead l SET flywheel_industry_id = p.industry_id"
                " FROM res_partner p"
                " WHERE p.id = l.partner_id AND p.industry_id IS NOT NULL"
            )
        return super()._auto_init()

    @api.depends("partner_id")
    def _compute_flywheel_person(self):
        for lead in self:
            partner = lead.partner_id
            lead.flywheel_industry_id = (
                partner.industry_id
                or partner.commercial_partner_id.industry_id
                or lead.flywheel_industry_id
            )
            lead.flywheel_seniority = (
                partner.flywheel_seniority or lead.flywheel_seniority
            )

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        values["industry_id"] = self.flywheel_industry_id.id
        if not is_company:
            values["flywheel_seniority"] = self.flywheel_seniority
        return values

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), *COLUMNS]
