# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _get_lead_to_assign_domain(self):
        """Leave alone who waits in our queue, and who is being nurtured."""
        domain = Domain("state", "=", "waiting") | (
            Domain("state", "=", "returned")
            & Domain("nurture_date", ">", fields.Date.today())
        )
        return Domain(super()._get_lead_to_assign_domain()) & Domain(
            "flywheel_handover_ids", "not any!", domain
        )
