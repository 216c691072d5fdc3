# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class FlywheelPersonaPartMixin(models.AbstractModel):
    """A line that is part of what a persona says (``persona_id``): it changes only
    while the persona is a draft, whichever way it is written."""

    _name = "flywheel.persona.part.mixin"
    _description = "Part of a Persona"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.persona_id._check_draft()
        return parts

    def write(self, vals):
        self.check_access("write")
        self.persona_id._check_draft()
        result = super().write(vals)
        if "persona_id" in vals:
            self.persona_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft(self):
        self.persona_id._check_draft()
