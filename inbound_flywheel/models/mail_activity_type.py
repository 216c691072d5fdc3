# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

# What Odoo says an activity does, and by which channel that is.
CATEGORIES = {"phonecall": "phone", "meeting": "meeting"}
EMAIL = "mail.mail_activity_data_email"


class MailActivityType(models.Model):
    _name = "mail.activity.type"
    _inherit = ["mail.activity.type", "flywheel.cached.mixin"]

    flywheel_channel_id = fields.Many2one(
        "flywheel.channel",
        string="Contact Channel",
        ondelete="set null",
        help="By which channel a person is contacted with activities of this type. "
        "Empty: phone for calls, a meeting for meetings, email for emails.",
    )

    @api.model
    @tools.ormcache()
    def _get_flywheel_channels(self):
        """Return {type id: channel id} of the types that are contacts with people."""
        # sudo: settings
        channels = self.env["flywheel.channel"].sudo().search_fetch([], ["code"])
        by_code = {channel.code: channel.id for channel in channels}
        email_type = self.env["ir.model.data"]._xmlid_to_res_id(
            EMAIL, raise_if_not_found=False
        )
        found = {}
        types = self.sudo().with_context(active_test=False)
        for kind in types.search_fetch([], ["category", "flywheel_channel_id"]):
            code = "email" if kind.id == email_type else CATEGORIES.get(kind.category)
            channel_id = kind.flywheel_channel_id.id or by_code.get(code)
            if channel_id:
                found[kind.id] = channel_id
        return found
