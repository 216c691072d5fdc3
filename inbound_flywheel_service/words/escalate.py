# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: escalation and service levels."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "escalated": _lt(
        "Escalated by “%(rule)s”. Priority: %(priority)s. Told: %(people)s."
    ),
    "escalated_word": _lt(
        "Escalated by “%(rule)s”: the customer wrote “%(word)s”. Priority: "
        "%(priority)s. Told: %(people)s."
    ),
    "restricted": _lt(
        "Restricted: only the owner, the people told, managers and the customer "
        "himself see the case."
    ),
    "too_few": _lt(
        "A security matter must be told to two people; there were %(count)s. Name "
        "more in the rule."
    ),
    "lifted": _lt(
        "The escalation by “%(rule)s” was lifted: %(reason)s. Priority: %(priority)s."
    ),
    "released": _lt(
        "The escalation by “%(rule)s” was lifted: %(reason)s. Priority: %(priority)s. "
        "The case is no longer restricted."
    ),
    "ladder": _lt("%(ladder)s – %(when)s: %(actions)s (told: %(people)s)."),
    "ladder_nobody": _lt(
        "%(ladder)s – %(when)s: %(actions)s. There was nobody to tell."
    ),
    "sla_set": _lt("Service levels: %(names)s."),
    "sla_missed": _lt("Missed: %(name)s."),
    "sla_warned": _lt("%(name)s will soon be missed. Told: %(people)s."),
}
