# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: knowledge."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "inserted_article": _lt("%(user)s put the text of an article into an answer."),
    "inserted_case": _lt("%(user)s put the solution of another case into an answer."),
    "diverged": _lt(
        "The answer that %(user)s gave says something else than the approved one to "
        "“%(question)s” (%(share)s %% of it is missing)."
    ),
    "diverged_others": _lt(
        "The answer that %(user)s gave says something else than the approved one to "
        "“%(question)s” (%(share)s %% of it is missing). %(count)s other answers to "
        "it were given within 30 days."
    ),
}
