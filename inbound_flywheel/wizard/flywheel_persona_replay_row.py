# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelPersonaReplayRow(models.TransientModel):
    """How many people would move from one persona to another."""

    _name = "flywheel.persona.replay.row"
    _description = "Move in a Replay"
    _order = "people_count desc, id"

    replay_id = fields.Many2one(
        "flywheel.persona.replay",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    earlier_id = fields.Many2one("flywheel.persona", string="Now", readonly=True)
    persona_id = fields.Many2one("flywheel.persona", string="Then", readonly=True)
    people_count = fields.Integer(string="People", readonly=True)

    def action_open_people(self):
        """Open the people who would make this move."""
        self.ensure_one()
        unknown = self.env._("unknown")
        now, then = self.earlier_id.name or unknown, self.persona_id.name or unknown
        return self.replay_id._open_people(
            [
                ("earlier_id", "=", self.earlier_id.id),
                ("persona_id", "=", self.persona_id.id),
            ],
            f"{now} → {then}",
        )
