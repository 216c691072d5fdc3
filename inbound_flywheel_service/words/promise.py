# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: promises and next steps."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "promise_made": _lt("%(user)s promised until %(due)s: %(text)s"),
    "promise_kept": _lt("Promise kept: %(text)s"),
    "promise_late": _lt("Promise made good, after %(due)s: %(text)s"),
    "promise_broken": _lt("Promise broken, it was due on %(due)s: %(text)s"),
    "promise_withdrawn": _lt("Promise withdrawn: %(text)s"),
    "promise_closed": _lt("Closed while it was still promised until %(due)s: %(text)s"),
}
