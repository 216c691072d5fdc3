# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelConsentService(models.Model):
    """What people may decline of what service sends by itself.

    Neither needs consent: both can be declined by a line *Withdrawn*.
    """

    _inherit = "flywheel.consent"

    purpose = fields.Selection(
        selection_add=[
            ("service_mail", "News and Reminders about Cases"),
            ("survey", "Ratings and Surveys"),
        ],
        ondelete={"service_mail": "cascade", "survey": "cascade"},
    )
