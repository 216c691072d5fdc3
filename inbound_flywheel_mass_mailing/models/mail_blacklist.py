# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import email_normalize


class MailBlacklist(models.Model):
    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        emails = [email_normalize(vals.get("email")) for vals in vals_list]
        known = self.with_context(active_test=False).search([("email", "in", emails)])
        entries = super().create(vals_list)
        (entries - known).filtered("active")._flywheel_note()
        return entries

    def write(self, vals):
        idle = self.filtered(lambda entry: not entry.active)
        result = super().write(vals)
        if vals.get("active"):
            idle._flywheel_note()
        return result

    def _flywheel_note(self):
        """Note down that these people want no mailings, if it was their wish."""
        context = self.env.context
        if not context.get("flywheel_bounced") and not context.get("import_file"):
            self.env["flywheel.mailing.hit"]._note(
                "blacklist", self.ids, mailing_id=context.get("flywheel_mailing_id")
            )
