# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import email_normalize

# What a form of the website may say about a case; all else is ours to decide.
FORM_FIELDS = ("name", "description", "partner_name", "partner_email")
NAME = 250


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def website_form_input_filter(self, request, values):
        """Values of a case from a form of the website builder.

        :param dict values: what the form sent, of any field that was ever allowed
        """
        kept = {name: values[name] for name in FORM_FIELDS if values.get(name)}
        return {**kept, **self._flywheel_website_values(request, kept)}

    @api.model
    def _flywheel_website_values(self, request, sent):
        """Values that every case from the website gets.

        Only who is logged in is known: an address that somebody types proves nothing.

        :param dict sent: name, partner_email as the visitor sent them
        """
        user = request.env.user
        email = email_normalize(sent.get("partner_email") or "", strict=False)
        partner = user.partner_id.browse() if user._is_public() else user.partner_id
        channel = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_web", raise_if_not_found=False
        )
        return {
            "name": " ".join((sent.get("name") or "").split())[:NAME]
            or self.env._("Question from the website"),
            "partner_email": email or partner.email,
            "partner_id": partner.id,
            "company_id": request.website.company_id.id,
            "channel_id": channel and channel.id,
            "user_id": False,
        }
