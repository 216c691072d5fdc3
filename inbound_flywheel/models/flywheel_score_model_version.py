# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelScoreModel(models.Model):
    _inherit = "flywheel.score.model"

    # ------------------------------------------------------------------
    # Activation
    # ------------------------------------------------------------------
    def action_activate(self):
        """Make this the version in force and score everybody by its rules."""
        self.ensure_one()
        self.check_access("write")
        # sudo: the states change together, here alone
        self._get_active().state = "archived"
        # Two rows may not be active at the same time.
        self.flush_model(["state"])
        self.sudo().state = "active"
        self._rules_changed()
        self._evaluate_people()
        return True
