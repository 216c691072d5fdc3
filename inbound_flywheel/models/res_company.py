# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_usual_value = fields.Float(
        string="Usual Value of a Deal",
        readonly=True,
        help="Median expected revenue of won opportunities, those with a figure. It "
        "stands in for the value of leads without one. Updated every day.",
        prefetch="flywheel",
    )

    @api.model
    def _flywheel_update_usual_value(self):
        """Work out what a deal is usually worth."""
        self.env["crm.lead"].flush_model(["expected_revenue", "won_status"])
        self.env.cr.execute(
            """
            UPDATE res_company c SET flywheel_usual_value = v.value
              FROM (SELECT o.id, COALESCE(percentile_cont(0.5) WITHIN GROUP (
                               ORDER BY l.expected_revenue::float8), 0) AS value
                      FROM res_company o
                      LEFT JOIN crm_lead l
                        ON (l.company_id = o.id OR l.company_id IS NULL)
                       AND l.won_status = 'won' AND l.expected_revenue > 0
                  GROUP BY o.id) v
             WHERE c.id = v.id AND c.flywheel_usual_value IS DISTINCT FROM v.value
            """
        )
        self.invalidate_model(["flywheel_usual_value"])
