# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo import models
from odoo.tools import html2plaintext

COMMAND = "/case"


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def execute_command_case(self, **kwargs):
        """Make a case of the conversation: ``/case what it is about``.

        :raise AccessError: the caller may not see the conversation
        """
        self.ensure_one()
        self.check_access("read")
        title = html2plaintext(kwargs["body"]).strip().removeprefix(COMMAND).strip()
        if not title:
            text = self.env._(
                "Open a case with: %(start)s/case what it is about%(end)s",
                start=Markup("<pre>"),
                end=Markup("</pre>"),
            )
        else:
            # With the operator's own rights: who may not open cases is told so.
            self.env["helpdesk.ticket"].check_access("create")
            chat = self.env["flywheel.chat"]._of(self)
            ticket = chat._create_case({"name": title[:250]}, self.env.user)
            text = self.env._("Opened a case: %s", ticket._get_html_link())
        self.env.user._bus_send_transient_message(self, text)
