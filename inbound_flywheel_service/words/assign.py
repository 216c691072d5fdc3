# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: assignment."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "assign": _lt("Given to %(user)s, who has the least open work (open: %(load)s)."),
    "assign_familiar": _lt(
        "Given to %(user)s, who knows the customer from case %(case)s (open: %(load)s)."
    ),
    "assign_online": _lt(
        "Given to %(user)s, who is online outside working hours: top priority."
    ),
    "assign_next": _lt("Outside working hours: given to %(user)s, who starts next."),
    "assign_last_resort": _lt(
        "Nobody else can: given to %(user)s, who is absent, as %(team)s has set."
    ),
    "assign_given": _lt("%(user)s was chosen by whoever entered the case."),
    "assign_nobody": _lt("Not assigned: no member of %(team)s is available."),
    "assign_night": _lt("Waits for the working hours of %(team)s."),
    "assign_no_team": _lt("Not assigned: the case has no team."),
    "assign_off": _lt("Not assigned: %(team)s assigns by hand."),
    "assign_machine": _lt("Not assigned: the mail was not written by a person."),
    "assign_queued": _lt(
        "Waiting for assignment: other cases of %(team)s are being assigned."
    ),
    "assign_away": _lt("Taken back into the queue from %(user)s: %(why)s."),
    "assign_returned": _lt("%(user)s gave it back to the queue: %(reason)s"),
    "assign_taken": _lt("%(user)s took the case."),
    "assign_hand": _lt("%(by)s gave it to %(user)s."),
    "assign_hand_reason": _lt("%(by)s gave it to %(user)s: %(reason)s"),
    "assign_removed": _lt("%(by)s took it from %(user)s."),
}

ABSENCES = {
    "archived": _lt("archived"),
    "out_of_office": _lt("out of office"),
    "company": _lt("other company"),
}

# Why somebody could not take a case; "…_until" when the end is known.
EXCLUSIONS = {
    **ABSENCES,
    "external": _lt("no internal user"),
    "left": _lt("no longer in the team"),
    "stranger": _lt("not in the team"),
    "out_of_office_until": _lt("out of office until %(arg)s"),
    "outside": _lt("outside working hours"),
    "outside_until": _lt("outside working hours until %(arg)s"),
    "full": _lt("full, %(arg)s"),
    "skill": _lt("lacks %(arg)s"),
    "lang": _lt("does not speak %(arg)s"),
    "declined": _lt("gave it back"),
}

# What a case asked for and did not get.
DROPPED = {
    "nobody": _lt("%(what)s (nobody in the team has it)"),
    "waited": _lt("%(what)s (after %(minutes)s minutes in the queue)"),
}

# Why cases wait, in the task of a team's leader.
ALERTS = {
    "full": _lt("%(count)s: whoever could take them is full"),
    "skill": _lt("%(count)s: nobody who is present has %(skills)s"),
    "lang": _lt("%(count)s: nobody who is present speaks the language"),
    "declined": _lt("%(count)s: whoever could take them gave them back"),
    "out_of_office": _lt("%(count)s: everybody is out of office"),
    "night": _lt("%(count)s: for working hours, as the team has set"),
    "urgent": _lt("%(count)s of top priority: nobody is online outside working hours"),
    "nobody": _lt("%(count)s: the team has no member who could take them"),
}
