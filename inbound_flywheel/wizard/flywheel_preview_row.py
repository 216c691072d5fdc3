# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class FlywheelPreviewRow(models.TransientModel):
    """A row of the matrix of a preview: people who are this now, by what they would
    be then."""

    _name = "flywheel.preview.row"
    _description = "Preview Row"
    _order = "id"

    preview_id = fields.Many2one(
        "flywheel.preview", required=True, readonly=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [("band", "Temperature"), ("grade", "Grade")], required=True, readonly=True
    )
    value = fields.Selection(
        [
            ("hot", "Hot"),
            ("warm", "Warm"),
            ("cool", "Cool"),
            ("cold", "Cold"),
            ("A", "A"),
            ("B", "B"),
            ("C", "C"),
            ("D", "D"),
            ("none", "No Grade"),
        ],
        string="Now",
        readonly=True,
    )
    to_1 = fields.Integer(readonly=True)
    to_2 = fields.Integer(readonly=True)
    to_3 = fields.Integer(readonly=True)
    to_4 = fields.Integer(readonly=True)
    to_5 = fields.Integer(readonly=True)
    now_count = fields.Integer(string="Total Now", readonly=True)
    then_count = fields.Integer(string="Total Then", readonly=True)

    @api.depends("value")
    def _compute_display_name(self):
        labels = dict(self._fields["value"]._description_selection(self.env))
        for row in self:
            row.display_name = labels.get(row.value)

    def action_open_people(self):
        """Open the people of this row for whom something changes."""
        self.ensure_one()
        value = False if self.value == "none" else self.value
        return self.preview_id._open_people(
            [(f"{self.kind}_now", "=", value)], self.display_name
        )
