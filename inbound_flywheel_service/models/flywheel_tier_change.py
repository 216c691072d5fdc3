# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelTierChange(models.Model):
    """When somebody came into another tier, and why."""

    _name = "flywheel.tier.change"
    _inherit = "flywheel.person.row.mixin"
    _description = "Change of Service Tier"
    _order = "id desc"

    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    earlier_id = fields.Many2one(
        "flywheel.tier", string="From", readonly=True, ondelete="set null"
    )
    tier_id = fields.Many2one(
        "flywheel.tier", string="To", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one("res.users", string="Chosen By", readonly=True)
    facts = fields.Json(readonly=True)
    reason = fields.Char(compute="_compute_reason")

    def _compute_reason(self):
        for change in self:
            facts = {"hand": 1} if change.user_id else change.facts
            change.reason = self.env["flywheel.profile"]._get_tier_words(facts)
