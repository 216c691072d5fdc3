# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class MailActivityPromise(models.Model):
    """Who marks the reminder of a promise as done has kept it."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        promises = self.env["flywheel.promise"]
        if not self.env.context.get("flywheel_promise_done"):
            # sudo: whose activity it is may finish it
            promises = promises.sudo().search([("activity_id", "in", self.ids)])
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if promises:
            promises.action_keep()
        return result
