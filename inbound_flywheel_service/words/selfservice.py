# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: what the customer looked for before he wrote."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "help_searched": _lt(
        "The customer searched for “%(question)s” and read no article."
    ),
    "help_read": _lt("The customer searched for “%(question)s” and read: %(articles)s"),
}
