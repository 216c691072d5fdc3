# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: routing rules."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "tier": _lt("Served as %(tier)s: %(reason)s."),
    "route": _lt("Rule “%(rule)s” applied, since %(reason)s: %(changes)s."),
    "route_nothing": _lt(
        "Rule “%(rule)s” applied, since %(reason)s; it had nothing to change."
    ),
    "route_kept": _lt("Rule “%(rule)s” left alone what a person chose: %(fields)s."),
    "route_none": _lt("None of %(count)s routing rules applied."),
}

# Words for the reasons of a rule.
REASONS = {
    "always": _lt("it applies always"),
    "channel": _lt("the case came in by %(word)s"),
    "domain": _lt("the case meets its condition"),
    "domain_word": _lt("the case meets its condition and says “%(word)s”"),
    "reach": _lt("the person reaches %(word)s people"),
    "tier": _lt("the person is in tier %(word)s"),
    "word": _lt("the text says “%(word)s”"),
}

# Why somebody is in a tier.
TIER_FACTS = {
    "hand": _lt("chosen by hand"),
    "reach": _lt("reaches %(value)s people"),
    "won": _lt("opportunities won for %(value)s"),
    "tenure": _lt("with us for %(value)s months"),
    "domain": _lt("meets the condition"),
}
