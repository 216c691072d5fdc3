# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelReturnReason(models.Model):
    """Why sales gives a person back to marketing, and how long to nurture."""

    _name = "flywheel.return.reason"
    _description = "Return Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    nurture_days = fields.Integer(
        string="Nurture (days)",
        default=90,
        help="For how long the person is not handed over again, unless the "
        "salesperson chooses another date.",
    )

    _name_uniq = models.Constraint("UNIQUE (name)", "This reason exists already.")
    _check_days = models.Constraint(
        "CHECK (nurture_days >= 0)", "The days to nurture are not negative."
    )
