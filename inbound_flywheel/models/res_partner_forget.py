# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _flywheel_get_blanks(self, person):
        blanks = super()._flywheel_get_blanks(person)
        # A contact that is nobody belongs to the same company, in its own name.
        for name in ("commercial_partner_id", "parent_id", "self"):
            blanks.pop(name, None)
        name = SQL("%s || ' ' || id", self.env._("Forgotten person"))
        blanks.update(name=name, complete_name=name, active=SQL("FALSE"))
        return blanks

    def _flywheel_forget_words(self, person):
        result = super()._flywheel_forget_words(person)
        self.env.cr.execute(
            "DELETE FROM res_partner_res_partner_category_rel"
            " WHERE partner_id = ANY(%s)",
            [self.ids],
        )
        return result
