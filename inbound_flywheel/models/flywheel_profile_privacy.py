# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelProfile(models.Model):
    """What is known of a person, to be handed out or forgotten."""

    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        """Return what is kept of these people, in all apps.

        An addon whose records tell something of people adds them.

        :return: {name of a model: recordset}
        """
        return {
            "flywheel.touchpoint": self.touchpoint_ids,
            "flywheel.identity": self.identity_ids,
        }
