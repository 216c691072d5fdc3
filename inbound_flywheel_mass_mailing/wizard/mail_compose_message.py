# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _prepare_mail_values_mailing_traces(self, mail_values_all):
        """Mark the mails of people who do not want to be tracked, a batch at once."""
        traces = super()._prepare_mail_values_mailing_traces(mail_values_all)
        told = {key: values for key, values in traces.items() if values}
        if self.mass_mailing_id and told:
            emails = {key: values["email"] for key, values in told.items()}
            for key in self.mass_mailing_id._find_untracked(emails):
                told[key]["flywheel_untracked"] = True
        return traces
