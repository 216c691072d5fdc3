# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: classification."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "classify_category": _lt(
        "Sorted into “%(label)s” with %(percent)s %% confidence: %(words)s."
    ),
    "classify_kept": _lt(
        "The classifier says “%(label)s” (%(percent)s %%: %(words)s); what was chosen "
        "before stays."
    ),
    "classify_abstained": _lt(
        "Not sorted: “%(label)s” is most likely, but %(percent)s %% confidence is less "
        "than the %(least)s %% it takes. Words: %(words)s."
    ),
    "classify_unsure": _lt(
        "Not sorted: “%(label)s” is most likely (%(percent)s %%: %(words)s), but the "
        "classifier has not been right often enough to decide by itself."
    ),
    "classify_nothing": _lt("Not sorted: no word of the text is known."),
    "classify_off": _lt(
        "Proposed: “%(label)s” with %(percent)s %% confidence (%(words)s). The "
        "classifier only proposes."
    ),
    "classify_tags": _lt("Tags added: %(labels)s."),
    "classify_priority": _lt(
        "Priority raised to %(label)s with %(percent)s %% confidence: %(words)s."
    ),
    "classify_urgent": _lt(
        "Priority raised to %(label)s, since the text says: %(words)s."
    ),
    "classify_urgent_kept": _lt("The text says that it is urgent: %(words)s."),
    "classify_upset": _lt("The customer is upset: %(words)s."),
    "classify_broken": _lt(
        "Not sorted: the stored classifier cannot be read: %(error)s"
    ),
    "classify_confirmed": _lt("%(user)s confirmed the category “%(label)s”."),
    "classify_changed": _lt("%(user)s chose the category “%(label)s”, not “%(old)s”."),
    "classify_outside": _lt("%(user)s said that none of the categories fits."),
}
