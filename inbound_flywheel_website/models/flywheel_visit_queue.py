# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class FlywheelVisitQueue(models.Model):
    """Visitors who became known, and whose past has yet to join the person."""

    _name = "flywheel.visit.queue"
    _description = "Visitor Whose Past Joins"
    _log_access = False

    visitor_id = fields.Many2one(
        "website.visitor", required=True, ondelete="cascade", index=True
    )

    def _put(self, visitor_ids):
        """Have the past of visitors read soon: one insert, which waits for nobody."""
        if not visitor_ids:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO flywheel_visit_queue (visitor_id) SELECT unnest(%s)",
                list(visitor_ids),
            )
        )
        self.invalidate_model(flush=False)
        self.env["website.track"]._flywheel_trigger()
