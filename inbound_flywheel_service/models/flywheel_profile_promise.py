# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class FlywheelProfilePromise(models.Model):
    """Promises go with the person they were made to."""

    _inherit = "flywheel.profile"

    def _move_lines(self, others):
        self.env["flywheel.promise"]._move_to(others.ids, self.id)
        return super()._move_lines(others)

    def _move_parts(self, other, *parts):
        result = super()._move_parts(other, *parts)
        self.env.cr.execute(
            """
            UPDATE flywheel_promise p SET profile_id = t.flywheel_profile_id
              FROM helpdesk_ticket t
             WHERE t.id = p.ticket_id AND p.profile_id = %s
               AND t.flywheel_profile_id = %s
            """,
            [self.id, other.id],
        )
        self.env["flywheel.promise"].invalidate_model(["profile_id"], flush=False)
        return result
