# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class FlywheelPersonaRule(models.Model):
    """A criterion that speaks for a persona."""

    _name = "flywheel.persona.rule"
    _description = "Persona Criterion"
    _inherit = "flywheel.profile.rule"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="persona_id.company_id", store=True)
    weight = fields.Float(default=1.0)

    _check_weight = models.Constraint(
        "CHECK (weight > 0)", "The weight of a criterion is above zero."
    )

    @api.model
    def _get_force_domain(self):
        return [("persona_id.active", "=", True)]
