# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Inbound Flywheel: Service in the Chat",
    "summary": "Chats become cases, with the whole conversation",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel_service", "inbound_flywheel_livechat"],
    "data": [
        "data/helpdesk_ticket_channel_data.xml",
        "views/chatbot_script_step_views.xml",
        "views/flywheel_chat_views.xml",
        "views/helpdesk_ticket_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "inbound_flywheel_service_livechat/static/src/commands/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
