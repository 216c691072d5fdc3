# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError


class FlywheelReachMixin(models.AbstractModel):
    """Something that is set up for people: those of a company of whoever sets it up.

    Without a company it is about everybody: only those who are in all companies set
    that up. It acts on people, or tells of them, whom a manager of one company may
    not see.
    """

    _name = "flywheel.reach.mixin"
    _description = "Set Up for People"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_reach()
        return records

    def write(self, vals):
        self._check_reach()
        result = super().write(vals)
        self._check_reach()
        return result

    def _check_reach(self):
        """Refuse companies that are not the user's.

        The rules alone do not say so: core asks them before it writes, not afterwards.

        :raise AccessError: there are people whom the user has nothing to do with
        """
        if self.env.su:
            return
        own = self.env.user.company_ids
        # sudo: a company that the user does not see is the one looked for
        foreign = self.sudo().company_id - own
        if foreign:
            raise AccessError(
                self.env._(
                    "%(companies)s: not a company of yours.",
                    companies=", ".join(foreign.mapped("name")),
                )
            )
        if all(record.company_id for record in self):
            return
        # sudo: as above
        companies = self.env["res.company"].sudo()
        if companies.search_count([("id", "not in", own.ids)], limit=1):
            raise AccessError(
                self.env._(
                    "Without a company this is about the people of all companies: "
                    "choose one of yours."
                )
            )
