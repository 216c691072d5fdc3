# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelBacktestCase(models.Model):
    """A closed lead in a backtest: what the score said on the day of the decision.

    Written by the backtest alone, in bulk; the row is narrow on purpose.
    """

    _name = "flywheel.backtest.case"
    _description = "Backtest Case"
    _order = "total desc, id"
    _log_access = False
    _rec_name = "lead_id"

    backtest_id = fields.Many2one(
        "flywheel.backtest", required=True, readonly=True, ondelete="cascade"
    )
    lead_id = fields.Many2one(
        "crm.lead", required=True, readonly=True, ondelete="cascade", index=True
    )
    profile_id = fields.Many2one(related="lead_id.flywheel_profile_id")
    date = fields.Datetime(
        string="Decided", readonly=True, help="Only what was known by then counts."
    )
    won = fields.Boolean(readonly=True)
    engagement = fields.Float(readonly=True, aggregator="avg")
    fit = fields.Float(readonly=True, aggregator="avg")
    total = fields.Float(readonly=True, aggregator="avg")
    decile = fields.Integer(
        readonly=True, aggregator=None, help="1: the tenth of the best leads."
    )
    newest = fields.Boolean(
        readonly=True, help="Among the newer 30 % of the decisions."
    )
    base_engagement = fields.Float(
        string="Engagement, Active",
        readonly=True,
        aggregator="avg",
        help="Engagement by the version that was active.",
    )
    base_total = fields.Float(
        string="Total, Active",
        readonly=True,
        aggregator="avg",
        help="Total by the version that was active.",
    )
    move = fields.Selection(
        [("up", "Becomes Hot"), ("down", "No Longer Hot")],
        readonly=True,
        help="Crosses the hot threshold, compared with the active version.",
    )

    _rank_idx = models.Index("(backtest_id, total DESC, id)")

    def action_open_lead(self):
        """Open the lead."""
        self.ensure_one()
        return self.lead_id._get_records_action()
