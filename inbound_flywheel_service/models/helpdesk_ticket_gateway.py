# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from ..engine import mail_verdict


class HelpdeskTicketGateway(models.Model):
    """Mails to a case that is there already."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """The exact address, by its index, instead of a scan for a part of it."""
        return Domain("sender_email", "=", email_from_normalized)

    def message_update(self, msg, update_vals=None):
        result = super().message_update(msg, update_vals=update_vals)
        mail = self.env.context.get("flywheel_mail") or {}
        if mail and mail["verdict"] != mail_verdict.HUMAN:
            self.env["flywheel.case.trace"]._add(
                [
                    self.env["flywheel.case.trace"]._line(
                        ticket,
                        "mail",
                        "reply_machine",
                        verdict={"selection": ["mail_verdict", mail["verdict"]]},
                        evidence=mail["evidence"],
                    )
                    for ticket in self
                ]
            )
        return result
