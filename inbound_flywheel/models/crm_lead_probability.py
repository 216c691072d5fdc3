# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from .flywheel_profile_mixin import GROUP


class CrmLead(models.Model):
    _inherit = "crm.lead"

    flywheel_probability_hint = fields.Char(
        string="About the Probability",
        compute="_compute_flywheel_probability_hint",
        groups=GROUP,
        help="Why Odoo's own probability says little about this lead. It is shown "
        "beside the score and never goes into it.",
    )

    @api.depends("won_status", "create_date")
    def _compute_flywheel_probability_hint(self):
        start = fields.Date.to_date(self._pls_get_safe_start_date() or None)
        # sudo: whether anything has been counted says nothing of any lead
        Frequency = self.env["crm.lead.scoring.frequency"].sudo()
        trained = bool(Frequency.search_count([], limit=1))
        for lead in self:
            hint = False
            if lead.won_status == "pending" and not trained:
                hint = self.env._("Not trained yet: no closed lead has been counted.")
            elif (
                lead.won_status == "pending"
                and start
                and lead.create_date
                and lead.create_date.date() < start
            ):
                hint = self.env._(
                    "Not kept up to date: the lead is older than %s.",
                    format_date(self.env, start),
                )
            lead.flywheel_probability_hint = hint
