# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads.filtered("origin_channel_id")._flywheel_follow_chat()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"origin_channel_id", "partner_id", "email_from", "phone"}:
            self.filtered("origin_channel_id")._flywheel_follow_chat()
        return result

    def _flywheel_follow_chat(self):
        """A lead that was made in a chat says who talked."""
        # sudo: the flow remembers, whoever makes the lead
        for lead in self.sudo():
            chat = self.env["flywheel.chat"]._of(lead.origin_channel_id)
            if not chat:
                continue
            if not chat.lead_id:
                chat.lead_id = lead
            told = lead.partner_id or lead.email_normalized or lead.phone_sanitized
            if told and not chat.profile_id:
                chat._belong_to(lead.flywheel_profile_id, "staff")
                if chat.transcript:
                    chat._record_chat()
