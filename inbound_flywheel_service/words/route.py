# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: routing rules."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "route": _lt("Rule “%(rule)s” applied, since %(reason)s: %(changes)s."),
    "route_nothing": _lt(
        "Rule “%(rule)s” applied, since %(reason)s; it had nothing to change."
    ),
    "route_kept": _lt("Rule “%(rule)s” left alone what a person chose: %(fields)s."),
    "route_none": _lt("None of %(count)s routing rules applied."),
}

# Words for the reason of a rule.
REASONS = {
    "always": _lt("it applies always"),
    "domain": _lt("the case meets its condition"),
    "word": _lt("the text says “%(word)s”"),
    "domain_word": _lt("the case meets its condition and says “%(word)s”"),
}
