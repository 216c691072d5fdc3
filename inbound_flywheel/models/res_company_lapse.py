# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_lapse_days = fields.Integer(
        string="Lapsed After (Days)",
        default=90,
        required=True,
        help="Days without an incoming touchpoint after which a person has lapsed. "
        "Who has a slower rhythm of their own is given 1.5 times their usual pause.",
        prefetch="flywheel",
    )

    _check_flywheel_lapse_days = models.Constraint(
        "CHECK (flywheel_lapse_days > 0)", "Let at least one day of silence pass."
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "flywheel_lapse_days" in vals:
            self.env.registry.clear_cache()
            # sudo: when to look at people is the flow's, whoever sets the standard
            self.env["flywheel.profile"].sudo()._look_for_silence(
                SQL("p.company_id IS NULL OR p.company_id = ANY(%s)", self.ids)
            )
        return result
