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
    "data": [],
    "auto_install": True,
}
