# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelPersonRowMixin(models.AbstractModel):
    """A row that is about one person, and gone with that person."""

    _name = "flywheel.person.row.mixin"
    _description = "Row about a Person"
    _rec_name = "profile_id"

    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )

    def action_open_person(self):
        """Open the person."""
        self.ensure_one()
        return self.profile_id._get_records_action()
