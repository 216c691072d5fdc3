# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: groups of cases."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "group_proposed": _lt(
        "Looks like one incident: %(count)s similar cases of %(customers)s customers "
        "within %(hours)s hours. Words: %(words)s."
    ),
    "group_joined_proposed": _lt("Looks like the proposed incident “%(group)s”."),
    "group_joined": _lt("Joined the incident “%(group)s”, %(percent)s %% alike."),
    "group_confirmed": _lt("%(user)s confirmed the incident “%(group)s”."),
    "group_left": _lt("%(user)s said that it is not the incident “%(group)s”."),
    "group_dissolved": _lt("%(user)s dissolved the incident “%(group)s”."),
    "group_answered": _lt("Answered together with the incident “%(group)s”."),
    "group_answer_failed": _lt(
        "The answer of the incident “%(group)s” could not be sent: %(error)s"
    ),
    "group_closed": _lt("Closed together with the incident “%(group)s”."),
}
