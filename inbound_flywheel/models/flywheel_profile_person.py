# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelProfileMixin(models.AbstractModel):
    _inherit = "flywheel.profile.mixin"

    def flywheel_get_person(self):
        """Return the id of the record's person, which is made if it is missing.

        :raise AccessError: the caller may not change the record
        :raise UserError: the person was forgotten
        """
        self.ensure_one()
        self.check_access("write")
        self._flywheel_need_people()
        return self._get_profile_ids()[self.id]
