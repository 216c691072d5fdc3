# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelSuggestionLine(models.Model):
    """A rule that history suggests, or a value that no rule should be made of."""

    _name = "flywheel.suggestion.line"
    _description = "Suggested Rule"
    _order = "suggestion_id, kind, sequence, id"

    suggestion_id = fields.Many2one(
        "flywheel.suggestion", required=True, ondelete="cascade", index=True
    )
    state = fields.Selection(related="suggestion_id.state")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("fit", "Fit"), ("score", "Engagement"), ("refused", "Left Out")],
        required=True,
        readonly=True,
    )
    name = fields.Char(required=True, readonly=True)
    model = fields.Selection(
        [("res.partner", "Contact"), ("crm.lead", "Lead")],
        string="Applies To",
        readonly=True,
    )
    domain = fields.Char(default="[]", string="Condition", readonly=True)
    type_ids = fields.Many2many(
        "flywheel.touchpoint.type", string="Touchpoint Types", readonly=True
    )
    cap = fields.Integer(string="At Most", readonly=True)
    cap_period = fields.Selection(
        [
            ("day", "per Day"),
            ("week", "per Week"),
            ("month", "per Month"),
            ("ever", "Ever"),
        ],
        string="Period",
        default="ever",
        readonly=True,
    )
    points = fields.Integer(help="Whole points; they may be changed before accepting.")
    n = fields.Integer(
        string="Closed Leads", readonly=True, help="Closed leads that it holds for."
    )
    won = fields.Integer(readonly=True)
    win_rate = fields.Float(readonly=True, aggregator="avg")
    lift = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Win rate of those it holds for, relative to all closed leads.",
    )
    confidence = fields.Float(
        readonly=True,
        aggregator="avg",
        help="How sure it is that the points have the right sign, given all other "
        "rules (Wald's test).",
    )
    accepted = fields.Boolean(default=True)
    column = fields.Char(readonly=True)
    auc = fields.Float(
        string="AUC Alone",
        readonly=True,
        aggregator="avg",
        help="How well this value alone tells won from lost: 0.5 is chance, 1 is "
        "certain.",
    )
    reason = fields.Char(readonly=True)
    suspect = fields.Boolean(
        readonly=True, help="History alone cannot tell whether it was known in time."
    )
    include = fields.Boolean(
        string="Take It All the Same",
        help="It was known before the decision: the next run makes rules of it.",
    )

    def action_accept(self):
        """Take the rules when the suggestion is accepted."""
        self.accepted = True

    def action_decline(self):
        """Leave the rules out."""
        self.accepted = False

    def _prepare_fit_rule(self):
        self.ensure_one()
        return {
            "name": self.name,
            "sequence": self.sequence,
            "model": self.model,
            "domain": self.domain,
            "points": self.points,
        }

    def _prepare_score_rule(self):
        self.ensure_one()
        return {
            "name": self.name,
            "sequence": self.sequence,
            "type_ids": [(6, 0, self.type_ids.ids)],
            "points": self.points,
            "cap": self.cap,
            "cap_period": self.cap_period,
        }
