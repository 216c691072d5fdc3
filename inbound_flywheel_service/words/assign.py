# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: assignment."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "assign": _lt("Given to %(user)s, who has the least open work (open: %(load)s)."),
    "assign_given": _lt("%(user)s was chosen by whoever entered the case."),
    "assign_nobody": _lt("Not assigned: no member of %(team)s is available."),
    "assign_no_team": _lt("Not assigned: the case has no team."),
    "assign_off": _lt("Not assigned: %(team)s assigns by hand."),
    "assign_machine": _lt("Not assigned: the mail was not written by a person."),
    "assign_queued": _lt(
        "Waiting for assignment: other cases of %(team)s are being assigned."
    ),
}

ABSENCES = {
    "archived": _lt("archived"),
    "out_of_office": _lt("out of office"),
    "company": _lt("other company"),
}
