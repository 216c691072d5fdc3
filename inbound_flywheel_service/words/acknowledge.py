# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: what customers are told."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "ack": _lt("Receipt confirmed to %(email)s."),
    "told_progress": _lt("Told %(email)s that we are still at it."),
    "told_reminder": _lt("Reminded %(email)s of our answer."),
    "told_lapsed": _lt("Told %(email)s that the case is closed without an answer."),
    "told_closed": _lt("Told %(email)s that the case is solved."),
    "told_rating": _lt("Asked %(email)s for a rating."),
    "ack_done": _lt("No second confirmation."),
    "ack_no_address": _lt("No mail to the customer: there is no address."),
    "ack_machine": _lt(
        "No mail to the customer: a machine would get it (%(evidence)s)."
    ),
    "ack_own": _lt("No mail to the customer: %(email)s is an address of our own."),
    "ack_bounced": _lt("No mail to the customer: the last to %(email)s came back."),
    "ack_blocked": _lt("No mail to the customer: %(email)s is on the blacklist."),
    "ack_declined": _lt("No mail to the customer: the person wants none of this kind."),
    "ack_restricted": _lt(
        "No mail to the customer: for restricted cases people write themselves."
    ),
    "ack_backend": _lt("No confirmation: the case was entered by staff."),
    "ack_team": _lt("No confirmation: %(team)s sends none."),
    "ack_limit": _lt(
        "No mail now: %(email)s had %(count)s of them within %(hours)s hours."
    ),
    "ack_day": _lt("No mail now: %(email)s had %(day)s of them within a day."),
    "ack_busy": _lt("No mail now: another one to %(email)s is being sent."),
    "closed_idle": _lt(
        "Closed: the customer did not answer for %(days)s days after the reminder."
    ),
}
