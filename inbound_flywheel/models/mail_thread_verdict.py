# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import email_normalize

from ..engine.mail_verdict import HUMAN, judge


class MailThread(models.AbstractModel):
    """Automatic replies, bounces and lists are no sign of anybody's interest."""

    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if any(
            self.env[route[0]]._flywheel_correspondence
            for route in routes or ()
            if "flywheel_profile_id" in self.env[route[0]]._fields
        ):
            # The message is the only thing that goes from here to the processing.
            message.flywheel_machine = self._flywheel_is_machine(message, message_dict)
        return routes

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        if getattr(message, "flywheel_machine", False):
            self = self.with_context(flywheel_machine=True)
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _flywheel_is_machine(self, message, message_dict):
        """Whether the headers of a mail say that no person wrote it."""
        sender = email_normalize(message_dict.get("email_from") or "", strict=False)
        verdict = judge(
            message,
            self._flywheel_own_addresses([sender]) if sender else (),
            own_domains=self._flywheel_own_domains(),
        )
        return verdict.kind != HUMAN

    @api.model
    def _flywheel_own_domains(self):
        """Return the mail domains of this database, lower case."""
        # sudo: the gateway may run as a user without rights
        domains = self.env["mail.alias.domain"].sudo().search([("name", "!=", False)])
        return {domain.name.lower() for domain in domains}

    @api.model
    def _flywheel_own_addresses(self, addresses):
        """Return those of some addresses that are aliases or system addresses of
        ours."""
        # sudo: as above
        return self.env["mail.alias.domain"].sudo()._find_aliases(addresses)
