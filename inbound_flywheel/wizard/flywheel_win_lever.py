# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import date_utils
from odoo.tools.misc import format_date, get_lang

from ..engine.levers import Counts, contributions, simulate

MONTHS = {"month": 1, "quarter": 3, "year": 12}
FORMATS = {"month": "MMM yyyy", "quarter": "QQQ yyyy", "year": "yyyy"}


class FlywheelWinLever(models.TransientModel):
    """The win rate over time, what moved it, and what would."""

    _name = "flywheel.win.lever"
    _description = "Win Rate and Its Levers"

    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: date_utils.start_of(fields.Date.today(), "month")
        - relativedelta(months=11),
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: fields.Date.today()
    )
    interval = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        string="Period Length",
        required=True,
        default="month",
    )
    definition = fields.Selection(
        [("total", "Won ÷ all opportunities"), ("closed", "Won ÷ (won + lost)")],
        string="Win Rate",
        required=True,
        default="total",
        help="All opportunities: by the day they were made, open ones included. Won + "
        "lost: by the day they were closed.",
    )
    base = fields.Selection(
        [("previous", "The period before"), ("first", "The first period")],
        string="Compared with",
        required=True,
        default="previous",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team")
    user_id = fields.Many2one("res.users", string="Salesperson")
    source_id = fields.Many2one("utm.source")
    line_ids = fields.One2many(
        "flywheel.win.lever.line",
        "lever_id",
        string="Periods",
        compute="_compute_line_ids",
        store=True,
    )
    rate = fields.Float(compute="_compute_totals", string="Win Rate without Junk")
    rate_all = fields.Float(compute="_compute_totals", string="With Junk")
    total = fields.Integer(compute="_compute_totals", string="Opportunities")
    chart = fields.Json(compute="_compute_chart")

    stage_id = fields.Many2one("crm.stage", domain=[("is_won", "=", False)])
    uplift = fields.Float(string="More Get through (%)", default=10.0)
    simulation = fields.Char(compute="_compute_simulation")
    simulated_rate = fields.Float(compute="_compute_simulation", string="Win Rate Then")

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Win Rate and Its Levers")

    # ------------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------------
    def _get_date_field(self):
        return "date_closed" if self.definition == "closed" else "date"

    def _get_domain(self, date_from=None, date_to=None):
        """Return the domain of the win report's rows, of the whole time or a part."""
        name = self._get_date_field()
        last = (date_to or self.date_to) + relativedelta(days=1)
        domain = Domain(name, ">=", self._localize(date_from or self.date_from))
        domain &= Domain(name, "<", self._localize(last))
        if self.definition == "closed":
            domain &= Domain("won_status", "!=", "pending")
        for field in ("team_id", "user_id", "source_id"):
            if self[field]:
                domain &= Domain(field, "=", self[field].id)
        return domain

    def _localize(self, date):
        """Return when a day begins for the user, as naive UTC."""
        start = self.env.tz.localize(fields.Datetime.to_datetime(date))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_counts(self):
        """Return {first day of a period: Counts}, in order of time."""
        Report = self.env["flywheel.win.report"]
        domain, period = self._get_domain(), f"{self._get_date_field()}:{self.interval}"
        sums = ["total:sum", "junk:sum"]
        rows = Report._read_group(domain, [period], sums, order=period)
        clean = domain & Domain("junk", "=", 0)
        won = dict(Report._read_group(clean, [period], ["won:sum"]))
        return {
            start.date(): Counts(total, junk, won.get(start, 0))
            for start, total, junk in rows
        }

    @api.depends(
        "date_from",
        "date_to",
        "interval",
        "definition",
        "base",
        "team_id",
        "user_id",
        "source_id",
    )
    def _compute_line_ids(self):
        for lever in self:
            commands = [Command.clear()]
            if lever.date_from and lever.date_to and lever.interval:
                commands += map(Command.create, lever._prepare_lines())
            lever.line_ids = commands

    def _prepare_lines(self):
        """Return the values of a line a period."""
        base, lines = None, []
        for start, counts in self._get_counts().items():
            effects = base and contributions(base, counts)
            lines.append(
                {
                    "name": self._get_label(start),
                    "date_from": max(start, self.date_from),
                    "date_to": min(
                        start
                        + relativedelta(months=MONTHS[self.interval])
                        - relativedelta(days=1),
                        self.date_to,
                    ),
                    "total": counts.total,
                    "junk": counts.junk,
                    "won": counts.won,
                    "rate": counts.rate or 0.0,
                    "rate_all": counts.share_won,
                    "compared": bool(effects),
                    "win_effect": effects[0] if effects else 0.0,
                    "filter_effect": effects[1] if effects else 0.0,
                    "change": counts.rate - base.rate if effects else 0.0,
                }
            )
            if counts.rate is not None and not (base and self.base == "first"):
                base = counts
        return lines

    def _get_label(self, date):
        lang = get_lang(self.env).code
        return format_date(self.env, date, lang, FORMATS[self.interval])

    # ------------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------------
    @api.depends("line_ids")
    def _compute_totals(self):
        for lever in self:
            counts = lever._get_sum()
            lever.total = counts.total
            lever.rate = counts.rate or 0.0
            lever.rate_all = counts.share_won if counts.total else 0.0

    def _get_sum(self):
        lines = self.line_ids
        return Counts(*(sum(lines.mapped(name)) for name in ("total", "junk", "won")))

    @api.depends("line_ids")
    def _compute_chart(self):
        for lever in self:
            lines = lever.line_ids
            lever.chart = {
                "type": "bar",
                "labels": lines.mapped("name"),
                "datasets": [
                    {
                        "label": self.env._("Effect of wins"),
                        "data": lines._get_points("win_effect"),
                    },
                    {
                        "label": self.env._("Effect of the junk filter"),
                        "data": lines._get_points("filter_effect"),
                    },
                    {
                        "label": self.env._("Win rate without junk"),
                        "type": "line",
                        "axis": "y2",
                        "data": [round(line.rate * 100, 2) for line in lines],
                    },
                ],
                "stacked": True,
                "y_title": self.env._("Change in percentage points"),
                "y2_title": self.env._("Win rate in %"),
                "empty": self.env._("No opportunities in this time."),
            }

    @api.depends("line_ids", "stage_id", "uplift")
    def _compute_simulation(self):
        self.simulation = False
        self.simulated_rate = 0.0
        for lever in self:
            counts = lever._get_sum()
            if not lever.stage_id or counts.rate is None:
                continue
            passed, lost = lever._get_passage()
            result = simulate(passed, lost, counts.won, lever.uplift / 100)
            counted = counts.total - counts.junk
            lever.simulated_rate = (counts.won + result.wins) / counted
            lever.simulation = self.env._(
                "%(passed)s got past %(stage)s, %(lost)s were lost there. If "
                "%(moved).1f of the lost went on, %(wins).1f more would be won: "
                "%(before).1f %% → %(after).1f %%.",
                passed=passed,
                stage=lever.stage_id.name,
                lost=lost,
                moved=result.moved,
                wins=result.wins,
                before=counts.rate * 100,
                after=lever.simulated_rate * 100,
            )

    def _get_passage(self):
        """Return how many opportunities got past the stage, and how many were lost in
        it, junk left out.

        The stage that an opportunity is in, or was lost in, tells how far it came.
        """
        domain = self._get_domain() & Domain("junk", "=", 0)
        rows = self.env["flywheel.win.report"]._read_group(
            domain, ["stage_id"], ["total:sum", "lost:sum"]
        )
        here = (self.stage_id.sequence, self.stage_id.id)
        passed = lost = 0
        for stage, total, lost_there in rows:
            if stage == self.stage_id:
                lost = lost_there
            elif stage and (stage.is_won or (stage.sequence, stage.id) > here):
                passed += total
        return passed, lost

    def action_open(self):
        """Open the opportunities of the whole time."""
        return self._open(self._get_domain())

    def action_open_period(self, date_from, date_to):
        """Open the opportunities of a period.

        :param date_from: its first day
        :param date_to: its last day
        """
        self.ensure_one()
        days = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        return self._open(self._get_domain(*days))

    def _open(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_win_report_action"
        )
        return {
            **action,
            "domain": list(domain),
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }
