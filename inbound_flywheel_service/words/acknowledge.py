# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: what customers are told."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "ack": _lt("Receipt confirmed to %(email)s."),
    "ack_done": _lt("No second confirmation."),
    "ack_no_address": _lt("No confirmation: there is no address."),
    "ack_machine": _lt("No confirmation: a machine would get it (%(evidence)s)."),
    "ack_own": _lt("No confirmation: %(email)s is an address of our own."),
    "ack_backend": _lt("No confirmation: the case was entered by staff."),
    "ack_team": _lt("No confirmation: %(team)s sends none."),
    "ack_limit": _lt(
        "No confirmation: %(email)s had %(count)s of them within %(hours)s hours."
    ),
    "ack_busy": _lt(
        "No confirmation: another message from %(email)s is being answered."
    ),
}
