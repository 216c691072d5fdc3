# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.mail.tools.discuss import add_guest_to_context


class FlywheelLivechat(http.Controller):
    @http.route(
        "/inbound_flywheel/chat/person", type="jsonrpc", auth="public", methods=["POST"]
    )
    @add_guest_to_context
    def chat_person(self, channel_id):
        """The visitor of a bot asks for a person: the next step is to get one. A
        conversation that is over goes on.

        :param channel_id: id of a conversation of the visitor
        :return: whether the bot goes on; false where a person is there already
        """
        if not isinstance(channel_id, int):
            return False
        channel = request.env["discuss.channel"].search([("id", "=", channel_id)])
        return bool(channel) and channel._flywheel_want_person()
