# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        # Addresses that bounce too often are blocked: nobody's wish.
        bounced = self.with_context(flywheel_bounced=True)
        return super(MailThread, bounced)._routing_handle_bounce(
            email_message, message_dict
        )
