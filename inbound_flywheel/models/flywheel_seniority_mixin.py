# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelSeniorityMixin(models.AbstractModel):
    """How high somebody stands in an organisation, whatever the post is called."""

    _name = "flywheel.seniority.mixin"
    _description = "Has a Seniority"

    flywheel_seniority = fields.Selection(
        [
            ("intern", "Intern"),
            ("specialist", "Specialist"),
            ("senior", "Senior"),
            ("manager", "Middle Manager"),
            ("director", "Director"),
            ("executive", "Executive"),
            ("owner", "Owner"),
        ],
        string="Seniority",
    )
