# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of the trace: satisfaction."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "rated": _lt("The customer rated us %(value)s of 5."),
    "recovery": _lt(
        "Unhappy: %(user)s wins the customer back until %(date)s; no promotions "
        "meanwhile."
    ),
    "recovery_nobody": _lt(
        "Unhappy: somebody is to win the customer back until %(date)s, and the team "
        "has no leader and no members; no promotions meanwhile."
    ),
    "recovery_known": _lt("Unhappy again: the customer is being won back already."),
    "recovery_kept": _lt("The customer stays with us: %(reason)s"),
    "recovery_lost": _lt("The customer is lost: %(reason)s"),
}
