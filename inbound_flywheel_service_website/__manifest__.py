# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Inbound Flywheel: Service on the Website",
    "summary": "Published articles and a contact form for everybody, in the language "
    "of the visitor",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel_service", "website"],
    "data": [
        "data/ir_model_data.xml",
        "data/website_data.xml",
        "views/document_page_views.xml",
        "views/help_templates.xml",
    ],
    "assets": {
        "website.website_builder_assets": [
            "inbound_flywheel_service_website/static/src/builder/*.js",
        ],
    },
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
