# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompanySatisfaction(models.Model):
    """How often customers are asked how we do, and what follows."""

    _inherit = "res.company"

    flywheel_rating_pause_days = fields.Integer(
        string="Pause Between Ratings (Days)",
        default=14,
        help="Nobody is asked for a second rating within so many days.",
    )
    flywheel_nps_active = fields.Boolean(string="Ask Whether People Recommend Us")
    flywheel_nps_months = fields.Integer(
        string="Months Between Two Questions",
        default=6,
        help="Nobody is asked again within so many months.",
    )
    flywheel_nps_per_day = fields.Integer(
        string="People per Day",
        default=20,
        help="So many people, drawn by lot, are asked a day at most.",
    )
    flywheel_nps_stage_ids = fields.Many2many(
        "flywheel.stage",
        "flywheel_nps_stage_rel",
        string="Whom to Ask",
        domain=[("track", "=", "lifecycle")],
        help="People in these lifecycle stages. Empty: whoever had a case solved "
        "within the last 90 days.",
    )
    flywheel_recovery_days = fields.Integer(
        string="Days to Win Back",
        default=3,
        help="Until then somebody has talked to an unhappy customer.",
    )
    flywheel_referral = fields.Selection(
        [
            ("none", "Nobody"),
            ("activity", "The contact's salesperson, in person"),
            ("mail", "A mail with a link"),
        ],
        string="Who Asks Promoters for a Referral",
        default="activity",
        required=True,
    )
    flywheel_referral_months = fields.Integer(
        string="Months Between Two Referral Requests", default=6
    )
    flywheel_referral_url = fields.Char(
        string="Referral Page", help="Where promoters recommend us to others."
    )

    _flywheel_satisfaction_range = models.Constraint(
        "CHECK (flywheel_rating_pause_days >= 0 AND flywheel_nps_months > 0 "
        "AND flywheel_nps_per_day > 0 AND flywheel_recovery_days >= 0 "
        "AND flywheel_referral_months > 0)",
        "Days are not negative; months and people per day are positive.",
    )
