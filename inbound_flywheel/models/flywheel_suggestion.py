# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from importlib import import_module

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .flywheel_condition_mixin import check_domain, probe_domain


class FlywheelSuggestion(models.Model):
    """Points that the closed leads of the past suggest.

    A run reads what was known of each closed lead at its decision, fits whole points
    to won and lost, and lists them with what speaks for each. Nothing changes until
    somebody accepts, and then only a draft.
    """

    _name = "flywheel.suggestion"
    _description = "Suggestion from History"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        default=lambda self: self.env._(
            "From history, %s", fields.Date.context_today(self)
        ),
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("done", "To Review"),
            ("abstained", "Nothing to Suggest"),
            ("accepted", "Accepted"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    score_model_id = fields.Many2one(
        "flywheel.score.model",
        string="Based On",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env["flywheel.score.model"]._get_active_id(),
        help="Its half-life is kept, and what no suggested rule replaces.",
    )
    mode = fields.Selection(
        [("replace", "Instead of its rules"), ("add", "In addition to its rules")],
        string="Accepted Rules Come",
        default="replace",
        required=True,
    )
    target_id = fields.Many2one(
        "flywheel.score.model",
        string="Into Draft",
        domain=[("state", "=", "draft")],
        ondelete="set null",
        help="Empty: a new version is made.",
    )
    result_id = fields.Many2one(
        "flywheel.score.model",
        string="Accepted Into",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    # Which closed leads
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    date_from = fields.Date(string="Decided From")
    date_to = fields.Date(string="Decided Until")
    domain = fields.Char(string="Leads", default="[]", required=True)

    # What came out
    line_ids = fields.One2many("flywheel.suggestion.line", "suggestion_id")
    rule_line_ids = fields.One2many(
        "flywheel.suggestion.line",
        "suggestion_id",
        string="Suggested Rules",
        domain=[("kind", "!=", "refused")],
    )
    refused_line_ids = fields.One2many(
        "flywheel.suggestion.line",
        "suggestion_id",
        string="Left Out",
        domain=[("kind", "=", "refused")],
    )
    message = fields.Text(readonly=True, copy=False)
    run_date = fields.Datetime(string="Run On", readonly=True, copy=False)
    closed_count = fields.Integer(string="Closed Leads", readonly=True, copy=False)
    won_count = fields.Integer(string="Won", readonly=True, copy=False)
    auc = fields.Float(
        string="AUC of the Points",
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(4, 3),
        help="Chance that a won lead has more points than a lost one, on leads that "
        "were held back: 0.5 is chance, 1 is certain.",
    )
    auc_boosting = fields.Float(
        string="AUC of Gradient Boosting",
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(4, 3),
        help="The yardstick: what a model that explains nothing reaches with the "
        "same values.",
    )
    auc_exact = fields.Float(
        string="AUC before Rounding",
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(4, 3),
    )
    auc_ordered = fields.Float(
        string="AUC on Later Leads",
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(4, 3),
        help="Points from earlier leads, judged by later ones.",
    )
    auc_ordered_boosting = fields.Float(
        string="Boosting on Later Leads",
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(4, 3),
    )
    hot_threshold = fields.Float(string="Hot From")
    grade_a = fields.Float(string="Grade A From")
    grade_b = fields.Float(string="Grade B From")
    grade_c = fields.Float(string="Grade C From")
    accepted_count = fields.Integer(compute="_compute_accepted_count")

    @api.depends("line_ids.accepted", "line_ids.kind")
    def _compute_accepted_count(self):
        groups = self.env["flywheel.suggestion.line"]._read_group(
            [
                ("suggestion_id", "in", self.ids),
                ("kind", "!=", "refused"),
                ("accepted", "=", True),
            ],
            ["suggestion_id"],
            ["__count"],
        )
        counts = {suggestion.id: count for suggestion, count in groups}
        for suggestion in self:
            suggestion.accepted_count = counts.get(suggestion.id, 0)

    @api.constrains("domain")
    def _check_domain(self):
        for suggestion in self:
            try:
                probe_domain(self.env["crm.lead"], suggestion.domain)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "This cannot select leads: %(domain)s\n%(error)s",
                        domain=suggestion.domain,
                        error=error,
                    )
                ) from error

    # ------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------
    def action_run(self):
        """Read the closed leads and propose points; nothing else changes.

        :raise UserError: scikit-learn is not installed, or it was accepted already
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "accepted":
            raise UserError(
                self.env._("It was accepted. Duplicate it to run it again.")
            )
        engine = self._get_engine()
        started = time.monotonic()
        history = self._read_history()
        included = set(self.refused_line_ids.filtered("include").mapped("column"))
        result = engine.suggest(history.columns, history.outcomes, included)
        self._store(history, result, included)
        self._log_run(time.monotonic() - started)
        return True

    @api.model
    def _get_engine(self):
        """Return the module that fits points.

        :raise UserError: what it needs is not installed
        """
        try:
            return import_module("..engine.suggest", __package__)
        except ImportError as error:
            raise UserError(
                self.env._(
                    "Suggestions need the Python packages scikit-learn and numpy. "
                    "Have them installed on the server: pip install scikit-learn\n"
                    "(%s)",
                    error,
                )
            ) from error

    def _get_lead_domain(self):
        """Return the domain of the closed leads that are looked at."""
        domain = Domain("won_status", "in", ("won", "lost"))
        domain &= Domain("company_id", "in", [self.company_id.id, False])
        domain &= check_domain(self.env["crm.lead"], self.domain)
        if self.team_id:
            domain &= Domain("team_id", "=", self.team_id.id)
        if self.date_from:
            domain &= Domain("date_closed", ">=", self.date_from)
        if self.date_to:
            end = fields.Date.add(self.date_to, days=1)
            domain &= Domain("date_closed", "<", end)
        return domain

    def _store(self, history, result, included):
        figures, thresholds = result.figures, result.thresholds
        values = self._prepare_lines(history, result, included)
        self.line_ids.unlink()
        # sudo: figures and state are set here alone
        self.sudo().write(
            {
                "state": "abstained" if result.abstained else "done",
                "run_date": fields.Datetime.now(),
                "message": self._get_message(result),
                "closed_count": figures["closed"],
                "won_count": figures["won"],
                **{
                    name: figures.get(name) or 0.0
                    for name in (
                        "auc",
                        "auc_exact",
                        "auc_boosting",
                        "auc_ordered",
                        "auc_ordered_boosting",
                    )
                },
                "hot_threshold": thresholds.get("hot") or 0.0,
                "grade_a": thresholds.get("a", 0.0),
                "grade_b": thresholds.get("b", 0.0),
                "grade_c": thresholds.get("c", 0.0),
                "line_ids": [Command.create(line) for line in values],
            }
        )

    def _get_message(self, result):
        """Say in words what came out."""
        figures = result.figures
        if result.abstained == "few":
            engine = self._get_engine()
            return self.env._(
                "%(closed)s closed leads, %(won)s of them won, are too few to tell "
                "what makes the difference. It takes %(least)s, with %(each)s won and "
                "%(each)s lost.",
                closed=figures["closed"],
                won=figures["won"],
                least=engine.LEAST_CLOSED,
                each=engine.LEAST_EACH,
            )
        if result.abstained:
            return self.env._(
                "Nothing that was known of the %(closed)s closed leads tells won from "
                "lost better than chance does.",
                closed=figures["closed"],
            )
        share = figures["auc"] / figures["auc_boosting"]
        return self.env._(
            "Of a won and a lost lead that were held back, the won one has more "
            "points in %(auc).0f of 100 cases. That is %(share).0f %% of what gradient "
            "boosting, which explains nothing, reaches with the same values.",
            auc=100 * figures["auc"],
            share=100 * share,
        )

    def _log_run(self, seconds):
        self.message_post(
            body=self.env._(
                "Read %(closed)s closed leads in %(seconds).0f s: %(rules)s rules "
                "suggested, %(refused)s values left out.",
                closed=self.closed_count,
                seconds=seconds,
                rules=len(self.rule_line_ids),
                refused=len(self.refused_line_ids),
            )
        )

    # ------------------------------------------------------------------
    # Accepting
    # ------------------------------------------------------------------
    def action_accept_all(self):
        """Tick all suggested rules."""
        self.ensure_one()
        self.rule_line_ids.action_accept()

    def action_decline_all(self):
        """Untick all suggested rules."""
        self.ensure_one()
        self.rule_line_ids.action_decline()

    def action_accept(self):
        """Write the ticked rules into a draft, and open it.

        The version in force stays in force.

        :raise UserError: nothing is ticked, or there is nothing to accept
        """
        self.ensure_one()
        self.check_access("write")
        lines = self.rule_line_ids.filtered(lambda line: line.accepted and line.points)
        if self.state != "done" or not lines:
            raise UserError(self.env._("Tick at least one suggested rule."))
        target = self.target_id or self.score_model_id.copy()
        self._fill(target, lines)
        # sudo: the state is set here alone
        self.sudo().write({"state": "accepted", "result_id": target.id})
        target.message_post(
            body=self.env._(
                "%(count)s rules accepted from %(suggestion)s.",
                count=len(lines),
                suggestion=self.name,
            )
        )
        return target._get_records_action()

    def _fill(self, target, lines):
        fit = lines.filtered(lambda line: line.kind == "fit")
        score = lines - fit
        values = {}
        for name, chosen, prepare in (
            ("fit_rule_ids", fit, "_prepare_fit_rule"),
            ("rule_ids", score, "_prepare_score_rule"),
        ):
            commands = [Command.create(getattr(line, prepare)()) for line in chosen]
            if self.mode == "replace" and chosen:
                old = target.with_context(active_test=False)[name]
                if name == "rule_ids":
                    # What people adjust by hand is no matter of history.
                    old = old.filtered(
                        lambda rule: "adjustment" not in rule.type_ids.mapped("code")
                    )
                commands = [Command.delete(rule.id) for rule in old] + commands
            values[name] = commands
        if fit and self.mode == "replace":
            values.update(
                grade_a=self.grade_a, grade_b=self.grade_b, grade_c=self.grade_c
            )
        if score and self.mode == "replace" and self.hot_threshold:
            values.update(self._scale_thresholds(target))
        target.write(values)

    def _scale_thresholds(self, target):
        """Return the thresholds with the suggested hot one, the others in step."""
        ratio = self.hot_threshold / (target.hot_threshold or 1.0)
        return {
            "hot_threshold": self.hot_threshold,
            "warm_threshold": target.warm_threshold * ratio,
            "cool_threshold": target.cool_threshold * ratio,
        }
