# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Inbound Flywheel: Website",
    "summary": "Visits, downloads and forms in the picture of every person, also "
    "what came before the name",
    "version": "19.0.1.0.0",
    "category": "Website/Website",
    "license": "LGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel", "website_crm"],
    "data": [
        "security/ir.model.access.csv",
        "security/inbound_flywheel_website_security.xml",
        "data/ir_cron_data.xml",
        "data/flywheel_page_group_data.xml",
        "views/flywheel_page_report_views.xml",
        "views/flywheel_page_views.xml",
        "views/flywheel_page_group_views.xml",
        "views/flywheel_profile_views.xml",
        "views/flywheel_touchpoint_views.xml",
        "views/website_page_views.xml",
        "views/website_visitor_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "inbound_flywheel_website/static/src/interest/*",
        ],
        "web.assets_frontend": [
            "inbound_flywheel_website/static/src/agreed/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
