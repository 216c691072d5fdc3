# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

AGENT = "helpdesk_mgmt.group_helpdesk_user_own"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    intake_source = fields.Selection(
        selection_add=[("chat", "Chat")], ondelete={"chat": "set null"}
    )
    chat_id = fields.Many2one(
        "flywheel.chat",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=AGENT,
    )

    @api.model
    def _flywheel_prepare(self, vals, source):
        vals = super()._flywheel_prepare(vals, source)
        if source == "chat":
            # Else the company's option makes whoever chats the assignee.
            vals.setdefault("user_id", False)
        return vals

    def action_open_chat(self):
        """Open the conversation from which the case came."""
        self.ensure_one()
        # sudo: who works on the case may see what was said in it
        chat = self.sudo().chat_id
        if chat.channel_id.with_env(self.env).has_access("read"):
            return chat.with_env(self.env).action_open_channel()
        return chat.with_env(self.env)._get_records_action()
