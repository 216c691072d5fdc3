# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Inbound Flywheel: Service",
    "summary": "Cases routed, assigned and acknowledged with the reasons, "
    "similar solved cases and articles beside them",
    "version": "19.0.1.1.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": [
        "inbound_flywheel",
        "helpdesk_mgmt",
        "helpdesk_mgmt_sla",
        "helpdesk_mgmt_rating",
        "document_page",
    ],
    "external_dependencies": {"python": ["opencc"]},
    "data": [
        "security/inbound_flywheel_service_security.xml",
        "security/ir.model.access.csv",
        "security/helpdesk_access.xml",
        "data/mail_template_data.xml",
        "data/ir_cron_data.xml",
        "views/flywheel_case_trace_views.xml",
        "views/flywheel_case_link_views.xml",
        "views/flywheel_routing_rule_views.xml",
        "views/helpdesk_ticket_views.xml",
        "views/helpdesk_ticket_person_views.xml",
        "views/helpdesk_ticket_team_views.xml",
        "views/helpdesk_ticket_stage_views.xml",
        "views/helpdesk_portal_templates.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "inbound_flywheel_service/static/src/**/*",
        ],
        "web.assets_tests": ["inbound_flywheel_service/static/tests/tours/*.js"],
    },
    "post_init_hook": "post_init_hook",
}
