# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class FlywheelCasePartMixin(models.AbstractModel):
    """What belongs to a case is as visible as the case, whatever its rules are.

    A model that inherits this has a field ``ticket_id``.
    """

    _name = "flywheel.case.part.mixin"
    _description = "Belongs to a Case"

    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            cases = self.env["helpdesk.ticket"]._search([], active_test=False)
            visible = Domain("ticket_id", "in", cases) | Domain("ticket_id", "=", False)
            domain = Domain(domain) & visible
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        # sudo: the case's own rules decide, they are asked as the user
        parts = self.sudo().filtered("ticket_id")
        if not parts:
            return result
        cases = parts.ticket_id.with_env(self.env)
        allowed = cases._filtered_access("read" if operation == "read" else "write")
        hidden = parts.filtered(lambda part: part.ticket_id.id not in allowed._ids)
        if not hidden:
            return result
        forbidden = self.browse(hidden.ids)
        if result:
            forbidden |= result[0]
        return forbidden, lambda: AccessError(
            self.env._("You may not do this with a case that you cannot open.")
        )
