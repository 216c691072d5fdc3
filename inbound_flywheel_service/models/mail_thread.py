# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import codecs

from odoo import api, models
from odoo.tools import email_normalize

from ..engine.mail_verdict import judge


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        """Read mails whose character set does not exist, too: garbled letters are
        better than a customer who is not heard."""
        for part in message.walk():
            charset = part.get_content_charset()
            try:
                codecs.lookup(charset or "utf-8")
            except LookupError:
                part.set_param("charset", "utf-8")
        return super().message_parse(message, save_original=save_original)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Judge the mail here, where its headers are still at hand: ``message_new``
        and ``message_update`` only get a few of them."""
        if any(route[0] == "helpdesk.ticket" for route in routes or ()):
            verdict = judge(message, self._flywheel_own_addresses(message_dict))
            self = self.with_context(
                flywheel_source="mail",
                flywheel_mail={
                    "verdict": verdict.kind,
                    "evidence": verdict.evidence,
                    "message_id": message_dict.get("message_id"),
                },
            )
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _flywheel_own_addresses(self, message_dict):
        """The sender, if it is one of our aliases or system addresses."""
        sender = email_normalize(message_dict.get("email_from") or "")
        if not sender:
            return []
        # sudo: mail.alias.domain - the gateway may run as a user without rights
        return self.env["mail.alias.domain"].sudo()._find_aliases([sender])
