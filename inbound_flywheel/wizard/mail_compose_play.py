# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        """Note the use of the play that the mail was opened from, once it is sent."""
        result = super()._action_send_mail(auto_commit=auto_commit)
        play_id = self.env.context.get("flywheel_play_id")
        if play_id and self.env["flywheel.play.use"].has_access("create"):
            for wizard in self.filtered("model"):
                wizard._flywheel_log_play(play_id)
        return result

    def _flywheel_log_play(self, play_id):
        for record in self.env[self.model].browse(self._evaluate_res_ids()):
            profile = "flywheel_profile_id" in record and record.flywheel_profile_id
            if profile:
                lead_id = record.id if record._name == "crm.lead" else None
                profile.use_play(play_id, "send", lead_id)
