# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .ir_attachment import INTERVIEW


class MailMessage(models.Model):
    """A message on an interview shows recordings only with consent, also those that
    are attached to another record."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if any(
            vals.get("model") == INTERVIEW and vals.get("attachment_ids")
            for vals in vals_list
        ):
            messages._check_interview_consent()
        return messages

    def write(self, vals):
        result = super().write(vals)
        if {"attachment_ids", "model", "res_id"} & vals.keys():
            self._check_interview_consent()
        return result

    def _check_interview_consent(self):
        """Refuse recordings of people who have not agreed to be recorded.

        :raise UserError: naming the interview
        """
        # sudo: see the check of attachments
        for message in self.sudo():
            if message.model == INTERVIEW and any(
                attachment._is_recording() for attachment in message.attachment_ids
            ):
                self.env[INTERVIEW].browse(message.res_id)._check_recording_consent()
