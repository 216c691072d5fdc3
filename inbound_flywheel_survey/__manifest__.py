# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Inbound Flywheel: Surveys",
    "summary": "Answers become facts, evidence for personas, and recommendations",
    "version": "19.0.1.0.0",
    "category": "Marketing/Surveys",
    "license": "LGPL-3",
    "author": "Inbound Flywheel",
    "website": "https://github.com/inbound-flywheel/inbound-flywheel",
    "depends": ["inbound_flywheel", "survey"],
    "data": [
        "security/ir.model.access.csv",
        "security/survey_security.xml",
        "data/ir_cron_data.xml",
        "views/survey_question_views.xml",
        "views/survey_survey_views.xml",
        "views/survey_templates.xml",
        "views/survey_user_input_views.xml",
        "views/flywheel_survey_nps_views.xml",
        "views/menus.xml",
    ],
    "auto_install": True,
}
