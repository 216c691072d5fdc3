# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Inbound Flywheel: Email Marketing",
    "summary": "Opens, clicks, answers and bounces in the picture of every person; "
    "machines told from people",
    "version": "19.0.1.0.0",
    "category": "Marketing/Email Marketing",
    "license": "LGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel", "mass_mailing"],
    "data": [
        "security/inbound_flywheel_mass_mailing_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "data/flywheel_machine_sign_data.xml",
        "data/flywheel_machine_agent_data.xml",
        "data/mailing_filter_data.xml",
        "views/flywheel_machine_agent_views.xml",
        "views/flywheel_mailing_report_views.xml",
        "views/flywheel_quarantine_report_views.xml",
        "views/flywheel_mailing_hit_views.xml",
        "views/mailing_contact_views.xml",
        "views/mailing_mailing_views.xml",
    ],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
