# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelHandover(models.Model):
    _inherit = "flywheel.handover"

    def _record(self, code):
        result = super()._record(code)
        changes = [
            (
                handover.profile_id.id,
                handover._get_key(),
                {
                    "handover_id": handover.id,
                    "lead_id": handover.lead_id.id or None,
                    "user_id": handover.user_id.id or None,
                    "score": handover.score,
                    "grade": handover.grade or None,
                    "reason": handover.return_reason_id.name or None,
                },
            )
            # sudo: what happens is told, whoever causes it
            for handover in self.sudo()
        ]
        event = code.replace("handover_", "handover.")
        self.env["flywheel.webhook"]._notice(event, changes)
        return result
