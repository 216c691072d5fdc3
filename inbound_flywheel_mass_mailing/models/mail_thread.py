# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        # An answer is one event, and tells that the mail was opened.
        told = self.with_context(flywheel_opened=True)
        return super(MailThread, told)._message_route_process(
            message, message_dict, routes
        )

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        # Addresses that bounce too often are blocked: nobody's wish.
        bounced = self.with_context(flywheel_bounced=True)
        return super(MailThread, bounced)._routing_handle_bounce(
            email_message, message_dict
        )
