# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class FlywheelBacktestBand(models.Model):
    """A row of a backtest's tables: a tenth of the leads, a band that was checked,
    or a threshold. Behind each of them are its leads."""

    _name = "flywheel.backtest.band"
    _description = "Backtest Band"
    _order = "backtest_id, kind, sequence, id"
    _log_access = False

    backtest_id = fields.Many2one(
        "flywheel.backtest",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    kind = fields.Selection(
        [
            ("decile", "Tenth of the Leads"),
            ("calibration", "Win Rate Checked"),
            ("engagement", "Threshold of Engagement"),
            ("total", "Threshold of the Total"),
        ],
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(readonly=True, aggregator=None)
    label = fields.Char(compute="_compute_label")
    score_from = fields.Float(readonly=True, aggregator=None)
    score_to = fields.Float(readonly=True, aggregator=None)
    is_lowest = fields.Boolean(readonly=True)
    leads = fields.Integer(readonly=True)
    won = fields.Integer(readonly=True)
    rate = fields.Float(string="Win Rate", readonly=True, aggregator=None)
    lift = fields.Float(
        readonly=True,
        aggregator=None,
        help="Win rate here over the win rate of all closed leads.",
    )
    gain = fields.Float(
        string="Won Caught",
        readonly=True,
        aggregator=None,
        help="Share of all won leads that are here or above.",
    )
    base_rate = fields.Float(
        string="Win Rate, Active",
        readonly=True,
        aggregator=None,
        help="Win rate of the same tenth by the version that was active.",
    )
    delta = fields.Float(
        string="Difference",
        readonly=True,
        aggregator=None,
        help="Win rate less that of the active version.",
    )
    expected = fields.Float(
        readonly=True,
        aggregator=None,
        help="Win rate of this band among the older 70 % of the decisions.",
    )
    lower = fields.Float(string="From", readonly=True, aggregator=None)
    upper = fields.Float(string="To", readonly=True, aggregator=None)
    verdict = fields.Selection(
        [("holds", "Holds"), ("off", "Off"), ("empty", "No Leads")],
        readonly=True,
        help="Holds: the expected win rate lies in the 95 % interval of the observed "
        "one (Wilson 1927).",
    )
    per_week = fields.Float(
        string="Leads a Week",
        readonly=True,
        aggregator=None,
        help="So many leads a week sales would have got.",
    )

    @api.depends("kind", "sequence", "score_from", "score_to", "is_lowest")
    def _compute_label(self):
        for band in self:
            band.label = band._get_label()

    def _get_label(self):
        if self.kind == "decile":
            return self.env._("Tenth %(number)s", number=self.sequence)
        if self.is_lowest and self.sequence == 1:
            return self.env._("All")
        if self.is_lowest:
            return self.env._("Below %(score).1f", score=self.score_to)
        return self.env._("From %(score).1f", score=self.score_from)

    @api.depends("label")
    def _compute_display_name(self):
        for band in self:
            band.display_name = band.label

    def _get_case_domain(self):
        """Return the domain of the leads behind this row."""
        self.ensure_one()
        domain = [("backtest_id", "=", self.backtest_id.id)]
        if self.kind == "decile":
            return domain + [("decile", "=", self.sequence)]
        if self.kind in ("engagement", "total"):
            return domain + [(self.kind, ">=", self.score_from)]
        domain.append(("newest", "=", True))
        if not self.is_lowest:
            domain.append(("total", ">=", self.score_from))
        if self.sequence > 1:
            domain.append(("total", "<", self.score_to))
        return domain

    def action_open_cases(self):
        """Open the leads behind this row, with their scores."""
        self.ensure_one()
        return self.backtest_id._open_cases(self._get_case_domain(), self.label)

    def action_open_leads(self):
        """Open the leads behind this row as leads."""
        self.ensure_one()
        return self.backtest_id._open_leads(self._get_case_domain(), self.label)
