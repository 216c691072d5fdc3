# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .flywheel_condition_mixin import probe_domain

# What people choose; all else is what the test has found.
CHOSEN = {
    "name",
    "score_model_id",
    "company_ids",
    "team_id",
    "date_from",
    "date_to",
    "domain",
}


class FlywheelBacktest(models.Model):
    """A score model against history: what it would have said of every closed lead on
    the day of the decision, and whether it was right."""

    _name = "flywheel.backtest"
    _description = "Backtest"
    _order = "date_run desc, id desc"

    name = fields.Char(compute="_compute_name", store=True, readonly=False, copy=False)
    score_model_id = fields.Many2one(
        "flywheel.score.model",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self._default_score_model(),
    )
    version = fields.Integer(related="score_model_id.version")
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        required=True,
        default=lambda self: self.env.companies,
        help="Leads of these companies, and those that no company owns.",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null")
    date_from = fields.Date(string="Decided From")
    date_to = fields.Date(string="Decided To")
    domain = fields.Char(
        string="Leads",
        default="[]",
        required=True,
        help="Only leads that meet this condition; archived ones included.",
    )
    state = fields.Selection(
        [("draft", "Not Run"), ("done", "Done"), ("empty", "Nothing to Test")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    message = fields.Text(readonly=True, copy=False)
    left_out = fields.Html(
        string="Rules Left Out",
        readonly=True,
        copy=False,
        help="Rules that only later knowledge can satisfy say nothing about a test.",
    )
    is_outdated = fields.Boolean(compute="_compute_is_outdated")
    date_run = fields.Datetime(string="Run On", readonly=True, copy=False)
    duration = fields.Float(
        string="Took (s)", readonly=True, copy=False, aggregator=None
    )

    # What it found
    lead_count = fields.Integer(string="Closed Leads", readonly=True, copy=False)
    won_count = fields.Integer(string="Won", readonly=True, copy=False)
    win_rate = fields.Float(readonly=True, copy=False, aggregator=None)
    weeks = fields.Float(
        readonly=True,
        copy=False,
        aggregator=None,
        help="From the first decision to the last.",
    )
    auc = fields.Float(
        string="AUC",
        readonly=True,
        copy=False,
        aggregator=None,
        help="The chance that a won lead had a higher total than a lost one. 0.5 is "
        "guessing, 1 is perfect.",
    )
    auc_newest = fields.Float(
        string="AUC, Newest 30 %",
        readonly=True,
        copy=False,
        aggregator=None,
        help="The same on the newer 30 % of the decisions alone. 0: it cannot be said.",
    )
    auc_engagement = fields.Float(
        string="AUC, Engagement", readonly=True, copy=False, aggregator=None
    )
    auc_fit = fields.Float(
        string="AUC, Fit", readonly=True, copy=False, aggregator=None
    )
    auc_recent = fields.Float(
        string="AUC, Most Recent First",
        readonly=True,
        copy=False,
        aggregator=None,
        help="The base line: whoever was in touch most recently comes first.",
    )
    base_model_id = fields.Many2one(
        "flywheel.score.model",
        string="Compared With",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The version that was active when the test ran.",
    )
    base_auc = fields.Float(
        string="AUC, Active", readonly=True, copy=False, aggregator=None
    )
    delta_auc = fields.Float(
        string="Difference of AUC", readonly=True, copy=False, aggregator=None
    )
    up_count = fields.Integer(string="Become Hot", readonly=True, copy=False)
    down_count = fields.Integer(string="No Longer Hot", readonly=True, copy=False)

    band_ids = fields.One2many("flywheel.backtest.band", "backtest_id", readonly=True)
    decile_ids = fields.One2many(
        "flywheel.backtest.band",
        "backtest_id",
        domain=[("kind", "=", "decile")],
        readonly=True,
    )
    calibration_ids = fields.One2many(
        "flywheel.backtest.band",
        "backtest_id",
        domain=[("kind", "=", "calibration")],
        readonly=True,
    )
    engagement_ids = fields.One2many(
        "flywheel.backtest.band",
        "backtest_id",
        domain=[("kind", "=", "engagement")],
        readonly=True,
    )
    total_ids = fields.One2many(
        "flywheel.backtest.band",
        "backtest_id",
        domain=[("kind", "=", "total")],
        readonly=True,
    )
    lift_chart = fields.Json(compute="_compute_charts")
    gain_chart = fields.Json(compute="_compute_charts")
    calibration_chart = fields.Json(compute="_compute_charts")

    _check_dates = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The first day of a backtest is not after the last.",
    )

    @api.model
    def _default_score_model(self):
        """Return the latest draft: what one wants to know before it is activated."""
        models = self.env["flywheel.score.model"]
        draft = models.search([("state", "=", "draft")], order="id desc", limit=1)
        return draft or models.search([("state", "=", "active")], limit=1)

    @api.constrains("domain")
    def _check_domain(self):
        for backtest in self:
            try:
                probe_domain(self.env["crm.lead"], backtest.domain)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition on leads cannot be used: %(domain)s\n%(error)s",
                        domain=backtest.domain,
                        error=error,
                    )
                ) from error

    @api.depends("score_model_id")
    def _compute_name(self):
        for backtest in self:
            model = backtest.score_model_id
            backtest.name = model.display_name if model else False

    @api.depends("date_run", "score_model_id.state")
    def _compute_is_outdated(self):
        for backtest in self:
            # sudo: whether rules have changed says nothing that is not shown
            model = backtest.score_model_id.sudo().with_context(active_test=False)
            changes = [model.write_date, *model.rule_ids.mapped("write_date")]
            changes += model.fit_rule_ids.mapped("write_date")
            latest = max(filter(None, changes), default=None)
            ran = backtest.date_run
            # Only drafts change.
            backtest.is_outdated = bool(
                ran and latest and latest > ran and model.state == "draft"
            )

    # ------------------------------------------------------------------
    # Charts
    # ------------------------------------------------------------------
    @api.depends("band_ids")
    def _compute_charts(self):
        for backtest in self:
            backtest.lift_chart = backtest._get_lift_chart()
            backtest.gain_chart = backtest._get_gain_chart()
            backtest.calibration_chart = backtest._get_calibration_chart()

    def _get_lift_chart(self):
        rows = self.decile_ids
        datasets = [{"label": self.env._("Lift"), "data": rows.mapped("lift")}]
        if self.base_model_id and self.win_rate:
            datasets.append(
                {
                    "label": self.env._("Lift, active version"),
                    "data": [row.base_rate / self.win_rate for row in rows],
                }
            )
        datasets.append(
            {
                "label": self.env._("All leads"),
                "type": "line",
                "data": [1.0 for _row in rows],
            }
        )
        return {
            "type": "bar",
            "labels": [str(row.sequence) for row in rows],
            "datasets": datasets,
            "x_title": self.env._("Tenth of the leads, best first"),
            "y_title": self.env._("Lift"),
            "empty": self.env._("Run the backtest to see the lift."),
        }

    def _get_gain_chart(self):
        rows = self.decile_ids
        shares, reached = [0.0], 0
        for row in rows:
            reached += row.leads
            shares.append(reached / self.lead_count if self.lead_count else 0.0)
        return {
            "type": "line",
            "labels": [f"{share:.0%}" for share in shares] if rows else [],
            "datasets": [
                {
                    "label": self.env._("Won caught, %"),
                    "data": [0.0] + [100 * row.gain for row in rows],
                },
                {
                    "label": self.env._("At random, %"),
                    "data": [100 * share for share in shares],
                },
            ],
            "x_title": self.env._("Share of the leads, best first"),
            "empty": self.env._("Run the backtest to see the gain."),
        }

    def _get_calibration_chart(self):
        rows = self.calibration_ids
        return {
            "type": "bar",
            "labels": [row.label for row in rows],
            "datasets": [
                {
                    "label": self.env._("Expected, %"),
                    "data": [100 * row.expected for row in rows],
                },
                {
                    "label": self.env._("Observed, %"),
                    "data": [100 * row.rate if row.leads else None for row in rows],
                },
            ],
            "y_title": self.env._("Win rate"),
            "empty": self.env._("Too few decisions to check one part on the other."),
        }

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_chosen(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_chosen(vals)
        return super().write(vals)

    @api.model
    def _check_chosen(self, vals):
        found = vals.keys() - CHOSEN
        if found and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(fields)s of a backtest are found by running it.",
                    fields=", ".join(sorted(found)),
                )
            )

    # ------------------------------------------------------------------
    # Behind the numbers
    # ------------------------------------------------------------------
    def _open_cases(self, domain, title):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_backtest_case_action"
        )
        action["domain"] = domain
        action["context"] = {}
        action["display_name"] = f"{self.display_name}: {title}"
        return action

    def _open_leads(self, domain, title):
        cases = self.env["flywheel.backtest.case"]._search(domain)
        ids = self.env.execute_query(cases.select("lead_id"))
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.display_name}: {title}",
            "res_model": "crm.lead",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", [row[0] for row in ids])],
            "context": {"active_test": False},
        }

    def action_open_cases(self):
        """Open all leads of the test, with their scores."""
        self.ensure_one()
        domain = [("backtest_id", "=", self.id)]
        return self._open_cases(domain, self.env._("Closed leads"))

    def action_open_up(self):
        """Open the leads that become hot, compared with the active version."""
        self.ensure_one()
        domain = [("backtest_id", "=", self.id), ("move", "=", "up")]
        return self._open_cases(domain, self.env._("Become hot"))

    def action_open_down(self):
        """Open the leads that are no longer hot, compared with the active version."""
        self.ensure_one()
        domain = [("backtest_id", "=", self.id), ("move", "=", "down")]
        return self._open_cases(domain, self.env._("No longer hot"))

    def action_open_bands(self):
        """Open the tenths as a graph and a pivot table."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_backtest_band_action"
        )
        action["domain"] = [("backtest_id", "=", self.id)]
        return action

    def _get_lead_domain(self):
        """Return the domain of the leads that the test is limited to."""
        self.ensure_one()
        domain = [("company_id", "in", [False, *self.company_ids.ids])]
        if self.team_id:
            domain.append(("team_id", "=", self.team_id.id))
        return domain + literal_eval(self.domain)

    def _format_left_out(self, rules):
        """Return names and reasons of rules that were left out as a list."""
        items = Markup().join(Markup("<li><b>%s</b>: %s</li>") % rule for rule in rules)
        return Markup("<ul>%s</ul>") % items if rules else False
