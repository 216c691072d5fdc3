# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Inbound Flywheel: Live Chat",
    "summary": "Chatbots that ask, note, qualify and forward; conversations in the "
    "picture of every person",
    "version": "19.0.1.0.0",
    "category": "Website/Live Chat",
    "license": "LGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel", "crm_livechat"],
    "data": [
        "security/flywheel_chat_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/chatbot_script_views.xml",
        "views/chatbot_script_step_views.xml",
        "views/flywheel_chat_views.xml",
        "views/menus.xml",
        "data/chatbot_script_data.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "inbound_flywheel_livechat/static/src/common/*",
            "inbound_flywheel_livechat/static/src/info/*",
        ],
        "im_livechat.assets_embed_core": [
            "inbound_flywheel_livechat/static/src/common/*",
            "inbound_flywheel_livechat/static/src/embed/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
