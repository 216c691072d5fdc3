# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

CASE = "helpdesk.ticket"


class RatingRating(models.Model):
    """A rating names its case and quotes the customer: it is as visible as the case.

    Odoo shows all ratings to all employees, with the token by which one rates.
    """

    _inherit = "rating.rating"

    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            cases = self.env[CASE]
            visible = Domain("res_model", "!=", CASE) | Domain("res_model", "=", False)
            if cases.has_access("read"):
                visible |= Domain("res_id", "in", cases._search([], active_test=False))
            domain = Domain(domain) & visible
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        # sudo: the case's own rules decide, they are asked as the user
        ratings = self.sudo().filtered(lambda r: r.res_model == CASE and r.res_id)
        if not ratings:
            return result
        cases = self.env[CASE].browse(ratings.mapped("res_id")).exists()
        needed = "read" if operation == "read" else "write"
        allowed = set(cases._filtered_access(needed).ids)
        hidden = ratings.filtered(lambda r: r.res_id not in allowed)
        if not hidden:
            return result
        forbidden = self.browse(hidden.ids)
        if result:
            forbidden |= result[0]
        return forbidden, lambda: AccessError(
            self.env._("You may not do this with a case that you cannot open.")
        )
