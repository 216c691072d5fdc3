# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..fields import ElapsedDays
from .flywheel_profile_mixin import GROUP

SHOWN = ("flywheel_still_until", "flywheel_tenure_days")


class FlywheelProfileMixin(models.AbstractModel):
    _inherit = "flywheel.profile.mixin"

    flywheel_still_until = fields.Date(
        related="flywheel_profile_id.still_until", groups=GROUP
    )
    flywheel_tenure_days = ElapsedDays(
        related="flywheel_profile_id.tenure_days", groups=GROUP
    )

    @api.model
    def _invalidate_picture(self):
        result = super()._invalidate_picture()
        for model in self._get_concrete_models():
            model.invalidate_model(SHOWN, flush=False)
        return result

    def action_flywheel_still(self):
        """Open the dialogue in which to note until when the person is interested."""
        self.ensure_one()
        self._flywheel_need_people()
        return self.flywheel_profile_id.action_still_interested()
