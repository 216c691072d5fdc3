# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..engine.decay import epoch
from .flywheel_profile import TRACKS

GRADES = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]
# Changing one of these makes another definition of it.
TERMS = {"threshold", "min_grade", "box_ids"}


class FlywheelHandoverDefinition(models.Model):
    """When a person is qualified by marketing, and how sales is called in."""

    _name = "flywheel.handover.definition"
    _description = "MQL Definition"
    _inherit = ["mail.thread", "mail.activity.mixin", "flywheel.cached.mixin"]
    _order = "company_id NULLS FIRST, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        help="Empty: for all companies without a definition of their own.",
    )
    version = fields.Integer(default=1, readonly=True, copy=False, tracking=True)
    threshold = fields.Float(
        tracking=True,
        help="Engagement score from which a person is handed over. 0: the hot "
        "threshold of the active score model.",
    )
    min_grade = fields.Selection(
        GRADES,
        string="Grade at Least",
        tracking=True,
        help="Empty: whatever the grade.",
    )
    box_ids = fields.Many2many(
        "flywheel.handover.box",
        string="Boxes to Fill",
        tracking=True,
        help="What has to be known of a person first.",
    )
    answer_time = fields.Float(
        string="Sales Answers Within",
        default=1.0,
        required=True,
        help="Working time by the calendar of the company.",
    )
    answer_unit = fields.Selection(
        [("hours", "Working Hours"), ("days", "Working Days")],
        string="Unit",
        default="days",
        required=True,
    )
    when_full = fields.Selection(
        [
            ("wait", "Wait until somebody has room"),
            ("overload", "Assign to the one with the least overload"),
        ],
        default="wait",
        required=True,
        string="When Everybody Is Full",
        help="How many leads somebody takes in 30 days is set on the sales team.",
    )
    convert = fields.Selection(
        [
            ("assigned", "When assigned"),
            ("accepted", "When sales accepts"),
            ("never", "Never"),
        ],
        string="Becomes an Opportunity",
        default="assigned",
        required=True,
    )
    on_return = fields.Selection(
        [
            ("lead", "Becomes a lead without salesperson"),
            ("unassign", "Loses its salesperson"),
            ("keep", "Stays as it is"),
        ],
        string="A Returned Lead",
        default="lead",
        required=True,
    )
    marketing_user_id = fields.Many2one(
        "res.users",
        string="Marketing Responsible",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Gets the tasks to fill empty boxes, and to take up returned people.",
    )
    manager_id = fields.Many2one(
        "res.users",
        string="Hand-Over Manager",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Is told, once a day, when nobody can take a waiting person.",
    )
    date_alert = fields.Date(string="Last Alert", readonly=True, copy=False)
    date_run = fields.Datetime(string="Last Assignment", readonly=True, copy=False)
    text = fields.Text(string="In Words", compute="_compute_text")

    _company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE active",
        "A company has one definition.",
    )
    _check_answer = models.Constraint(
        "CHECK (answer_time > 0)", "Sales needs some time to answer."
    )

    def write(self, vals):
        if TERMS & vals.keys():
            for definition in self:
                super(FlywheelHandoverDefinition, definition).write(
                    {"version": definition.version + 1}
                )
        return super().write(vals)

    @api.depends_context("lang")
    @api.depends(*TERMS, "answer_time", "answer_unit", "version")
    def _compute_text(self):
        for definition in self:
            definition.text = definition._get_text()

    # ------------------------------------------------------------------
    # What is in force
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _get_ids_in_force(self):
        """Return {company id or False: definition id}."""
        return {d.company_id.id: d.id for d in self.sudo().search([])}

    @api.model
    def _get_for(self, company):
        """Return the definition for a company, empty if there is none.

        :param company: a company, or none
        """
        ids = self._get_ids_in_force()
        # sudo: what is in force is for everybody to know
        return self.sudo().browse(ids.get(company.id) or ids.get(False) or ())

    @api.model
    def _get_all(self):
        """Return all definitions in force, with full rights."""
        return self.sudo().browse(self._get_ids_in_force().values())

    @api.model
    @tools.ormcache()
    def _get_lowest(self):
        """Return the lowest threshold of all definitions, None without any."""
        return min((d._get_threshold() for d in self._get_all()), default=None)

    def _get_threshold(self):
        """Return the score from which people are handed over."""
        self.ensure_one()
        hot = self.env["flywheel.score.model"]._get_thresholds().hot
        return self.threshold or hot

    @api.model
    def _get_worth(self):
        """Return what momentum 1.0 is worth now."""
        decay = self.env["flywheel.score.model"]._get_decay()
        return decay.worth(epoch(fields.Datetime.now()))

    def _get_company_sql(self, alias):
        """Return the condition that this definition is the one for the company in a
        table's column ``company_id``."""
        self.ensure_one()
        column = SQL.identifier(alias, "company_id")
        if self.company_id:
            return SQL("%s = %s", column, self.company_id.id)
        others = [c for c in self._get_ids_in_force() if c]
        return SQL("(%s IS NULL OR %s <> ALL(%s))", column, column, others)

    def _get_grade_sql(self, alias):
        """Return the condition that a person's grade is good enough."""
        self.ensure_one()
        if not self.min_grade:
            return SQL("TRUE")
        # A is the best.
        return SQL("%s <= %s", SQL.identifier(alias, "fit_grade"), self.min_grade)

    def _get_deadline(self, company):
        """Return when an answer is due that is asked for now (naive UTC).

        :param company: whose working hours count
        """
        self.ensure_one()
        now = fields.Datetime.now()
        company = company or self.company_id or self.env.company
        calendar = company.resource_calendar_id
        hours = self.answer_time
        if self.answer_unit == "days":
            hours *= calendar.hours_per_day or 24.0
        due = calendar and calendar.plan_hours(hours, now, compute_leaves=True)
        # A company that never works has no working hours to count.
        return due or now + timedelta(hours=hours)

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------
    def _get_text(self):
        """Say in the reader's language who is handed over, and what follows."""
        self.ensure_one()
        model = self.env["flywheel.score.model"]._get_active()
        lines = [
            self.env._(
                "A person is handed over to sales from a score of %(threshold)g on "
                '(score model "%(model)s", version %(version)s).',
                threshold=self._get_threshold(),
                model=model.name or "",
                version=model.version,
            )
        ]
        if self.min_grade:
            lines.append(
                self.env._("The grade is %(grade)s or better.", grade=self.min_grade)
            )
        if self.box_ids:
            names = ", ".join(self.box_ids.sorted().mapped("name"))
            lines.append(self.env._("What is known: %(boxes)s.", boxes=names))
        units = dict(self._fields["answer_unit"]._description_selection(self.env))
        lines.append(
            self.env._(
                "Time for sales to accept or return, in %(unit)s: %(time)g.",
                time=self.answer_time,
                unit=units[self.answer_unit].lower(),
            )
        )
        lines += self._get_stage_lines()
        lines.append(
            self.env._('"%(name)s", version %(v)s.', name=self.name, v=self.version)
        )
        return "\n".join(lines)

    def _get_stage_lines(self):
        """Say which stage rules make a marketing qualified lead."""
        stage = self.env.ref("inbound_flywheel.stage_mql", raise_if_not_found=False)
        if not stage or stage.track not in TRACKS:
            return []
        # sudo: as in _get_for
        rules = self.env["flywheel.stage.rule"].sudo()
        names = rules.search([("stage_id", "=", stage.id)]).mapped("name")
        if not names:
            return []
        return [
            self.env._(
                '%(rules)s: each makes a person a "%(stage)s".',
                rules=", ".join(names),
                stage=stage.name,
            )
        ]
