# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelPersonaChannel(models.Model):
    """How much people of a persona like a channel."""

    _name = "flywheel.persona.channel"
    _description = "Channel Preference of a Persona"
    _inherit = "flywheel.persona.part.mixin"
    _order = "weight desc, id"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(
        "flywheel.channel", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(related="channel_id.kind")
    weight = fields.Float(
        default=0.5, help="From 0 (never) to 1 (the channel they like best)."
    )
    company_id = fields.Many2one(related="persona_id.company_id", store=True)

    _channel_uniq = models.Constraint(
        "UNIQUE (persona_id, channel_id)", "This persona has that channel already."
    )
    _check_weight = models.Constraint(
        "CHECK (weight >= 0 AND weight <= 1)", "A weight lies between 0 and 1."
    )
