# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _flywheel_get_blanks(self, person):
        blanks = super()._flywheel_get_blanks(person)
        # What was won or lost stays in the reports; nobody works on the rest.
        blanks["active"] = SQL("active AND won_status <> 'pending'")
        return blanks
