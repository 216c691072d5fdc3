# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class ResUsers(models.Model):
    _inherit = "res.users"

    def _flywheel_get_blanks(self, person):
        blanks = super()._flywheel_get_blanks(person)
        blanks.update(
            login=SQL("'forgotten-' || id"), active=SQL("FALSE"), password=SQL("NULL")
        )
        # The contact of a login stays: it is nobody's, too.
        blanks.pop("partner_id", None)
        return blanks
