# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the lines of a case's trace say, by their codes.

Lines are stored as code and values and put into words when they are read, so that
each colleague reads them in his own language.
"""

from . import (
    acknowledge,
    assign,
    classify,
    escalate,
    group,
    intake,
    knowledge,
    promise,
    rating,
    route,
    selfservice,
    stage,
)
from .assign import ABSENCES, DROPPED, EXCLUSIONS
from .route import REASONS, TIER_FACTS

MESSAGES = {
    **acknowledge.MESSAGES,
    **assign.MESSAGES,
    **classify.MESSAGES,
    **escalate.MESSAGES,
    **group.MESSAGES,
    **intake.MESSAGES,
    **knowledge.MESSAGES,
    **promise.MESSAGES,
    **rating.MESSAGES,
    **route.MESSAGES,
    **selfservice.MESSAGES,
    **stage.MESSAGES,
}

__all__ = ["ABSENCES", "DROPPED", "EXCLUSIONS", "MESSAGES", "REASONS", "TIER_FACTS"]
