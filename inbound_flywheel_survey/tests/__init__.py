# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_survey_fact,
    test_survey_identity,
    test_survey_interview,
    test_survey_nps,
    test_survey_persona,
    test_survey_prefill,
    test_survey_privacy,
    test_survey_question,
    test_survey_request,
    test_survey_touchpoint,
)
