# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelStage(models.Model):
    _inherit = "flywheel.stage"

    next_step = fields.Text(
        translate=True, help="What helps a person on from here: shown to all teams."
    )

    def _get_next_stage(self):
        """Return the stage of the track that follows, exits left out; empty after the
        last."""
        return (
            self.search(
                [
                    ("track", "=", self.track),
                    ("sequence", ">", self.sequence),
                    ("is_exit", "=", False),
                ],
                order="sequence, id",
                limit=1,
            )
            if self
            else self
        )
