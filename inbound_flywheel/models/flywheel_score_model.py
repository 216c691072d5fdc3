# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine.awarding import reaward_all_sql
from ..engine.decay import Decay, epoch

# Key of the advisory lock between applying single touchpoints (shared) and
# awarding the whole history anew (exclusive). Any fixed number will do.
REAWARD_LOCK = 7_301_902


class Thresholds(NamedTuple):
    """Scores from which a person is hot or warm, fit points for grades A to C."""

    hot: float
    warm: float
    a: float
    b: float
    c: float

    def get_grade(self, points):
        """Return the grade for so many fit points."""
        if points >= self.a:
            return "A"
        return "B" if points >= self.b else "C" if points >= self.c else "D"


class FlywheelScoreModel(models.Model):
    """How engagement and fit are measured: half-life, thresholds, rules.

    One model is active at a time; it is the only one that awards points.
    """

    _name = "flywheel.score.model"
    _description = "Score Model"
    _inherit = ["mail.thread"]
    _order = "state, version desc, id desc"

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(
        default=lambda self: self._default_version(), readonly=True, copy=False
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("archived", "Archived")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    half_life_days = fields.Float(
        string="Half-Life (days)",
        default=30.0,
        required=True,
        tracking=True,
        help="After so many days points are worth half. 0: points never fall.",
    )
    landmark = fields.Datetime(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: fields.Datetime.now().replace(microsecond=0),
        help="The fixed instant that stored momentum refers to.",
    )
    hot_threshold = fields.Float(
        string="Hot From",
        default=50.0,
        tracking=True,
        help="Engagement score from which a person is ready for sales.",
    )
    warm_threshold = fields.Float(string="Warm From", default=15.0, tracking=True)
    grade_a = fields.Float(string="Grade A From", default=40.0, tracking=True)
    grade_b = fields.Float(string="Grade B From", default=25.0, tracking=True)
    grade_c = fields.Float(string="Grade C From", default=10.0, tracking=True)
    rule_ids = fields.One2many(
        "flywheel.score.rule", "score_model_id", string="Scoring Rules", copy=True
    )
    fit_rule_ids = fields.One2many(
        "flywheel.fit.rule", "score_model_id", string="Fit Rules", copy=True
    )

    _one_active = models.UniqueIndex(
        "(state) WHERE state = 'active'", "Only one score model can be active."
    )
    _check_half_life = models.Constraint(
        "CHECK (half_life_days = 0 OR half_life_days >= 1)",
        "The half-life is at least one day, or 0 for no decay.",
    )
    _check_thresholds = models.Constraint(
        "CHECK (hot_threshold > warm_threshold AND grade_a > grade_b"
        " AND grade_b > grade_c)",
        "Thresholds fall from hot to warm and from A to C.",
    )

    @api.model
    def _default_version(self):
        latest = self.sudo().search([], order="version desc", limit=1)
        return latest.version + 1

    # ------------------------------------------------------------------
    # What the rest of the flywheel asks for
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _get_active_id(self):
        return self.sudo().search([("state", "=", "active")], limit=1).id

    @api.model
    def _get_active(self):
        """Return the active model with full rights, or an empty recordset."""
        return self.sudo().browse(self._get_active_id() or ())

    @api.model
    @tools.ormcache()
    def _get_decay(self):
        """Return the :class:`Decay` of the active model."""
        active = self._get_active()
        if not active:
            return Decay(0.0, 0.0)
        return Decay(active.half_life_days * 86400.0, epoch(active.landmark))

    @api.model
    @tools.ormcache()
    def _get_thresholds(self):
        """Return the :class:`Thresholds` of the active model."""
        model = self._get_active()
        if not model:
            return Thresholds(50.0, 15.0, 40.0, 25.0, 10.0)
        return Thresholds(
            model.hot_threshold,
            model.warm_threshold,
            model.grade_a,
            model.grade_b,
            model.grade_c,
        )

    @api.model
    def _get_specs(self):
        """Return the rules of the active model as the SQL needs them."""
        return self._get_specs_of(fields.Date.today())

    @api.model
    @tools.ormcache("day")
    def _get_specs_of(self, day):
        """Conditions may hold dates relative to today: they are compiled for a day."""
        return self._get_active().rule_ids.filtered("active")._get_specs()

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals and not self.env.su:
            raise AccessError(
                self.env._("A score model comes into force by activating it.")
            )
        # A form may bring many rules: they take effect together, in one pass.
        gathered = self.with_context(flywheel_gather_rules=True)
        result = super(FlywheelScoreModel, gathered).write(vals)
        if vals.keys() & {"half_life_days", "rule_ids"}:
            self._rules_changed()
        elif vals.keys() - {"name", "message_follower_ids"}:
            self.env.registry.clear_cache()
        if vals.keys() & {"grade_a", "grade_b", "grade_c", "fit_rule_ids"}:
            self.filtered(lambda m: m.state == "active")._evaluate_people()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        if any(model.state == "active" for model in self):
            raise UserError(self.env._("The active score model cannot be deleted."))

    # ------------------------------------------------------------------
    # Activation
    # ------------------------------------------------------------------
    def action_activate(self):
        """Make this the model in force and award the whole history by its rules."""
        self.ensure_one()
        self.check_access("write")
        # sudo: the states change together, here alone
        self._get_active().state = "archived"
        # Two rows may not be active at the same time.
        self.flush_model(["state"])
        self.sudo().state = "active"
        self._rules_changed()
        self._evaluate_people()
        return True

    def _rules_changed(self):
        """Award anew if this concerns the model in force."""
        self.env.registry.clear_cache()
        if self.env.context.get("flywheel_gather_rules"):
            return
        if any(model.state == "active" for model in self):
            self._reaward()

    def _evaluate_people(self):
        if self and not self.env.context.get("flywheel_gather_rules"):
            # sudo: grades say the same of everybody, whoever changes a rule
            self.env["flywheel.profile"].sudo()._evaluate_all()

    @api.model
    def _reaward(self):
        """Award the whole history by the active model, in one set-based pass.

        Waits for transactions that are applying touchpoints, and makes those that
        start meanwhile leave theirs to the scheduled action.
        """
        cr = self.env.cr
        self.env.flush_all()
        cr.execute("SELECT pg_advisory_xact_lock(%s)", [REAWARD_LOCK])
        cr.execute("DELETE FROM flywheel_award")
        specs = self._get_specs()
        if specs:
            cr.execute(reaward_all_sql(specs, self._get_decay()))
        cr.execute(
            """
            UPDATE flywheel_profile p SET momentum = COALESCE(a.momentum, 0)
              FROM flywheel_profile q
         LEFT JOIN (SELECT profile_id, SUM(momentum) AS momentum
                      FROM flywheel_award GROUP BY profile_id) a
                ON a.profile_id = q.id
             WHERE p.id = q.id AND p.momentum IS DISTINCT FROM COALESCE(a.momentum, 0)
            """
        )
        self.env["flywheel.award"].invalidate_model()
        self.env["flywheel.profile"]._invalidate_picture()

    @api.model
    def _cron_shift_landmark(self):
        """Move the landmark before the stored powers of two grow too large.

        With a half-life of 30 days that is due every 33 years, with one day every
        400 days.
        """
        active = self._get_active()
        decay, now = self._get_decay(), epoch(fields.Datetime.now())
        if not active or not decay.needs_shift(now):
            return
        cr = self.env.cr
        cr.execute("SELECT pg_advisory_xact_lock(%s)", [REAWARD_LOCK])
        landmark, factor = decay.shift(now)
        for table in ("flywheel_award", "flywheel_profile"):
            # Terms that would underflow are worth nothing by now.
            cr.execute(
                SQL(
                    "UPDATE %(table)s SET momentum = CASE WHEN abs(momentum) > 1e-280"
                    " THEN momentum * %(factor)s::float8 ELSE 0 END"
                    " WHERE momentum <> 0",
                    table=SQL.identifier(table),
                    factor=factor,
                )
            )
        active.landmark += timedelta(seconds=landmark - decay.landmark)
        self.env.invalidate_all()
