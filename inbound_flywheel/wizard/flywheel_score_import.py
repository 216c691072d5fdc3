# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import fields, models


class FlywheelScoreImport(models.TransientModel):
    """Dialogue for making a draft of a score model's file."""

    _name = "flywheel.score.import"
    _description = "Import a Score Model"

    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()

    def action_import(self):
        """Make the draft and open it."""
        self.ensure_one()
        text = base64.b64decode(self.file)
        draft = self.env["flywheel.score.model"].import_json(text)
        return draft._get_records_action()
