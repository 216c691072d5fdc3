# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Inbound Flywheel: Sales",
    "summary": "Orders in the picture of every person: value, rhythm, and what "
    "similar customers buy",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel", "sale_crm"],
    "data": [
        "data/ir_cron_data.xml",
        "data/flywheel_stage_rule_data.xml",
        "views/flywheel_orders_views.xml",
        "views/flywheel_report_views.xml",
    ],
    "assets": {"web.assets_backend": ["inbound_flywheel_sale/static/src/**/*"]},
    "auto_install": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
