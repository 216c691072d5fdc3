# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class FlywheelPersona(models.Model):
    _inherit = "flywheel.persona"

    lapse_days = fields.Integer(
        string="Lapsed After (Days)",
        help="Days without an incoming touchpoint after which such a person has "
        "lapsed. 0: the company's standard.",
    )

    _check_lapse_days = models.Constraint(
        "CHECK (lapse_days >= 0)", "Days of silence cannot be less than none."
    )

    @api.model_create_multi
    def create(self, vals_list):
        personas = super().create(vals_list)
        if any(personas.mapped("lapse_days")):
            self.env.registry.clear_cache()
        return personas

    def write(self, vals):
        result = super().write(vals)
        if "lapse_days" in vals:
            self.env.registry.clear_cache()
            # sudo: when to look at people is the flow's, whoever sets the standard
            self.env["flywheel.profile"].sudo()._look_for_silence(
                SQL("p.persona_id = ANY(%s)", self.ids)
            )
        return result
