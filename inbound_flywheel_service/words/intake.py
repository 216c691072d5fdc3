# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: what came in and from whom."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "mail": _lt("The mail was judged to be: %(verdict)s."),
    "mail_evidence": _lt("The mail was judged to be: %(verdict)s (%(evidence)s)."),
    "reply_machine": _lt("An answer by a machine came in: %(verdict)s (%(evidence)s)."),
    "person": _lt("Recognised as %(person)s."),
    "person_none": _lt("No person is known for this case."),
    "person_machine": _lt("No person: this mail was not written by one."),
    "failed": _lt("This step failed and was skipped: %(error)s"),
}
