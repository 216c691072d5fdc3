# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    survey_survey,
    survey_question,
    survey_question_nps,
    survey_question_answer,
    survey_user_input,
    survey_user_input_facts,
    survey_user_input_nps,
    survey_user_input_prefill,
    survey_user_input_interview,
    survey_user_input_line,
    flywheel_profile,
    flywheel_persona_probe_survey,
    flywheel_survey_nps,
)
