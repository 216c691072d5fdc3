# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: the stages of a case."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "thanks": _lt("The customer only said thank you: nothing to do."),
    "follow_up": _lt(
        "Follows up on %(number)s, which was closed too long ago to be opened again."
    ),
    "followed": _lt("The customer wrote again after a long time: see %(number)s."),
    "reopened": _lt("Opened again, for the %(count)s. time."),
}
