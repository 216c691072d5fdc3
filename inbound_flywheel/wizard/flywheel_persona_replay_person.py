# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelPersonaReplayPerson(models.TransientModel):
    """A person who would get another persona.

    Written by the replay alone, in bulk, and gone with it.
    """

    _name = "flywheel.persona.replay.person"
    _inherit = "flywheel.person.row.mixin"
    _description = "Person in a Replay"
    _order = "confidence desc, id"

    replay_id = fields.Many2one(
        "flywheel.persona.replay",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    earlier_id = fields.Many2one("flywheel.persona", string="Now", readonly=True)
    persona_id = fields.Many2one("flywheel.persona", string="Then", readonly=True)
    confidence = fields.Float(readonly=True, aggregator="avg")
