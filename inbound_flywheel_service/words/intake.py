# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: what came in and from whom."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "mail": _lt("The mail was judged to be: %(verdict)s."),
    "mail_evidence": _lt("The mail was judged to be: %(verdict)s (%(evidence)s)."),
    "is_person": _lt("%(user)s says that a person wrote this mail."),
    "reply": _lt("A mail of %(sender)s came in: %(verdict)s."),
    "reply_machine": _lt("A mail of %(sender)s came in: %(verdict)s (%(evidence)s)."),
    "joined": _lt(
        "It joined this case by the number in its subject: %(sender)s takes part in "
        "the case."
    ),
    "as_note": _lt(
        "It was kept as an internal note: only the number in its subject says that "
        "%(sender)s answers this case. Answer a mail of the case to reach the customer."
    ),
    "refused": _lt(
        "The mail names %(numbers)s, but %(sender)s does not take part there: a case "
        "of its own."
    ),
    "refused_forged": _lt(
        "The mail names %(numbers)s, but our mail server says that it is not of "
        "%(sender)s: a case of its own."
    ),
    "absent": _lt("The customer is away until %(date)s."),
    "bounced": _lt("Our mail to %(sender)s did not arrive (%(evidence)s)."),
    "flood": _lt(
        "Too many mails of %(sender)s: this one was kept as a note, without an answer."
    ),
    "contact": _lt("New contact: %(name)s."),
    "contact_child": _lt(
        "New contact: %(name)s of %(company)s, since the address is at %(domain)s."
    ),
    "person": _lt("Recognised as %(person)s."),
    "person_none": _lt("No person is known for this case."),
    "person_machine": _lt("No person: this mail was not written by one."),
    "failed": _lt("This step failed and was skipped: %(error)s"),
}
