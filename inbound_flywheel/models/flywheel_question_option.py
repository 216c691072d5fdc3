# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelQuestionOption(models.Model):
    """One of the answers to choose from."""

    _name = "flywheel.question.option"
    _description = "Choice of a Question"
    _order = "sequence, id"

    question_id = fields.Many2one(
        "flywheel.question", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="What the answer means to other parts.")
    channel_id = fields.Many2one(
        "flywheel.channel",
        ondelete="set null",
        help="The channel that this answer names.",
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="question_id.company_id", store=True)
