# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..models.flywheel_approved_answer import REVIEW_DAYS


class FlywheelAnswerPublish(models.TransientModel):
    """Dialogue that makes the working copy of an answer the one that all teams give."""

    _name = "flywheel.answer.publish"
    _description = "Publish an Answer"

    answer_id = fields.Many2one("flywheel.approved.answer", required=True)
    reason = fields.Char(
        required=True, help="Why the answer says what it says now. Kept for good."
    )
    review_date = fields.Date(
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + timedelta(days=REVIEW_DAYS)
        ),
        help="From this day on the answer counts as expired, until it is published "
        "again.",
    )

    def action_publish(self):
        """Publish the working copy."""
        self.ensure_one()
        self.answer_id._publish(self.reason, self.review_date)
        return {"type": "ir.actions.act_window_close"}
