# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class FlywheelTouchpoint(models.Model):
    """What differs when an outside system calls instead of a colleague."""

    _inherit = "flywheel.touchpoint"

    @api.model
    def ingest(self, items):
        """Take touchpoints from an outside system, idempotently.

        As for a colleague, but its keys are its own, it names people by their address
        or its own id only, and the answer says nothing about what others sent:
        ``quarantined`` is always 0.
        """
        system = self.env["flywheel.system"]._get_own()
        if not system:
            return super().ingest(items)
        system._check_call(items)
        # The caller's own context, such as another company, is left out.
        own = self.with_env(self.env(context=system._get_call_context()))
        answer = own._ingest(items)
        answer["quarantined"] = 0
        system._log_call("touchpoints", len(items), answer)
        return answer

    @api.model
    def _check_references(self, cleaned, errors):
        system = self.env["flywheel.system"]._get_own()
        if system:
            return system._restrict(cleaned, errors)
        return super()._check_references(cleaned, errors)

    @api.model
    def _find_foreign_keys(self, rows, created):
        # That two addresses are one person, or are not, is not for it to know.
        if self.env["flywheel.system"]._get_own():
            return []
        return super()._find_foreign_keys(rows, created)
