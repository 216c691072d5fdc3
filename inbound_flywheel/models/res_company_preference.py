# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    flywheel_channel_id = fields.Many2one(
        "flywheel.channel",
        string="Default Channel",
        ondelete="set null",
        help="By which people are reached of whom nothing is known. Empty: email.",
        prefetch="flywheel",
    )
    flywheel_tone = fields.Selection(
        [("formal", "Formal"), ("neutral", "Neutral"), ("casual", "Casual")],
        string="Default Tone",
        default="neutral",
        prefetch="flywheel",
    )
    flywheel_contacts_per_month = fields.Integer(
        string="Contacts per Month",
        help="How often people may be contacted at most of whom nothing is known. 0: "
        "no limit.",
        prefetch="flywheel",
    )

    def _flywheel_get_preferences(self):
        """Return {aspect: value} of how people are reached unless more is known."""
        self.ensure_one()
        # sudo: defaults are everybody's
        company = self.sudo()
        channel = company.flywheel_channel_id or self.env["flywheel.channel"].search(
            [("code", "=", "email")], limit=1
        )
        return {
            "channel": channel.id,
            "lang": company.partner_id.lang,
            "tone": company.flywheel_tone,
            "frequency": company.flywheel_contacts_per_month,
        }
