# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.proportion import FEW, difference

PERIOD = timedelta(days=90)


class FlywheelHelpEffect(models.TransientModel):
    """How many cases the articles saved: visitors with suggestions against those
    without, who were chosen by chance."""

    _name = "flywheel.help.effect"
    _description = "Effect of Self-Service"
    _rec_name = "verdict"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.today() - PERIOD,
    )
    date_to = fields.Date(
        string="Until", required=True, default=lambda self: fields.Date.today()
    )
    treated = fields.Integer(string="Visits With Suggestions", compute="_compute_all")
    control = fields.Integer(string="Visits Without", compute="_compute_all")
    treated_share = fields.Float(
        string="No Case, With Suggestions", compute="_compute_all"
    )
    control_share = fields.Float(string="No Case, Without", compute="_compute_all")
    effect = fields.Float(string="Difference", compute="_compute_all")
    effect_low = fields.Float(string="Lowest", compute="_compute_all")
    effect_high = fields.Float(string="Highest", compute="_compute_all")
    answered = fields.Integer(string="Found an Answer", compute="_compute_all")
    abandoned = fields.Integer(string="Left Without Reading", compute="_compute_all")
    false_count = fields.Integer(
        string="Said It Helped, Wrote All the Same", compute="_compute_all"
    )
    few = fields.Boolean(compute="_compute_all")
    verdict = fields.Char(compute="_compute_all")

    @api.depends("company_id", "date_from", "date_to")
    def _compute_all(self):
        for report in self:
            counts = report._counts()
            treated = {o: n for (g, o), (n, _d) in counts.items() if g == "treatment"}
            report.answered = treated.get("answered", 0)
            report.abandoned = treated.get("abandoned", 0)
            report.false_count = treated.get("false", 0)
            sizes, hits = {}, {}
            for (group, _outcome), (number, deflected) in counts.items():
                sizes[group] = sizes.get(group, 0) + number
                hits[group] = hits.get(group, 0) + deflected
            report._fill(
                hits.get("treatment", 0),
                sizes.get("treatment", 0),
                hits.get("control", 0),
                sizes.get("control", 0),
            )

    def _counts(self):
        """dict (group, outcome) -> (visits, those without a case), of this report."""
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("outcome", "!=", "running")
            & Domain("date", ">=", self.date_from)
            & Domain("date", "<", (self.date_to or fields.Date.today()) + timedelta(1))
        )
        rows = self.env["flywheel.help.report"]._read_group(
            domain, ["group", "outcome"], ["__count", "deflected:sum"]
        )
        return {
            (group, outcome): (number, round(deflected or 0))
            for group, outcome, number, deflected in rows
        }

    def _fill(self, hits, size, control_hits, control_size):
        """Set the figures from the counts of both groups."""
        gap = difference(hits, size, control_hits, control_size) or (0.0, 0.0, 0.0)
        self.treated, self.control = size, control_size
        self.treated_share = hits / size if size else 0.0
        self.control_share = control_hits / control_size if control_size else 0.0
        self.effect, self.effect_low, self.effect_high = gap
        self.few = min(size, control_size) < FEW
        self.verdict = self._words()

    def _words(self):
        """What the figures say, in a sentence."""
        if self.few:
            return self.env._(
                "Too few: a statement needs %(few)s visits in each group, older than a "
                "week.",
                few=FEW,
            )
        figures = {
            "effect": round(self.effect * 100),
            "low": round(self.effect_low * 100),
            "high": round(self.effect_high * 100),
        }
        if self.effect_low > 0:
            return self.env._(
                "The articles saved cases: of 100 visitors who look for help, "
                "%(effect)s fewer write to us (95 %% interval: %(low)s to %(high)s).",
                **figures,
            )
        if self.effect_high < 0:
            return self.env._(
                "With suggestions more visitors write to us, not fewer: of 100, "
                "%(effect)s (95 %% interval: %(low)s to %(high)s).",
                **figures,
            )
        return self.env._(
            "No effect can be told from chance: of 100 visitors, %(effect)s fewer "
            "write to us (95 %% interval: %(low)s to %(high)s).",
            **figures,
        )

    def action_visits(self):
        """The visits behind the figures."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_help_session_action"
        )
        action["domain"] = [
            ("company_id", "=", self.company_id.id),
            ("create_date", ">=", self.date_from),
            ("create_date", "<", self.date_to + timedelta(1)),
            ("asked_count", ">", 0),
        ]
        return action
