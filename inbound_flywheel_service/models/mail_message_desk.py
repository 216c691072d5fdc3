# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class MailMessageDesk(models.Model):
    """What is said on cases, found by its date."""

    _inherit = "mail.message"

    _flywheel_desk_idx = models.Index(
        "(date) WHERE model = 'helpdesk.ticket' AND message_type IN ('comment',"
        " 'email', 'email_outgoing', 'sms', 'whatsapp_message')"
    )
