# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ..engine.decay import Decay, epoch

# Fields that no decision rests on.
NEUTRAL = {"name", "note", "message_follower_ids", "message_main_attachment_id"}
NEUTRAL |= {"activity_ids", "expired_to", "statistics_date"}


class Thresholds(NamedTuple):
    """Scores from which a person is hot, warm or cool, fit points for grades A to C."""

    hot: float
    warm: float
    cool: float
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
    cool_threshold = fields.Float(
        string="Cool From",
        default=5.0,
        tracking=True,
        help="Below it a person is as good as unknown: level 4 of the grade matrix.",
    )
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
        "CHECK (hot_threshold > warm_threshold AND warm_threshold > cool_threshold"
        " AND grade_a > grade_b AND grade_b > grade_c)",
        "Thresholds fall from hot to cool and from A to C.",
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for model in self:
            model.display_name = self.env._(
                "%(name)s, version %(version)s", name=model.name, version=model.version
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
        return self._get_active()._get_own_decay()

    @api.model
    @tools.ormcache()
    def _get_thresholds(self):
        """Return the :class:`Thresholds` of the active model."""
        return self._get_active()._get_own_thresholds()

    def _get_own_decay(self):
        """Return the :class:`Decay` of this version; none for no model."""
        if not self:
            return Decay(0.0, 0.0)
        return Decay(self.half_life_days * 86400.0, epoch(self.landmark))

    def _get_own_thresholds(self):
        """Return the :class:`Thresholds` of this version; the defaults for no
        model."""
        if not self:
            return Thresholds(50.0, 15.0, 5.0, 40.0, 25.0, 10.0)
        return Thresholds(
            self.hot_threshold,
            self.warm_threshold,
            self.cool_threshold,
            self.grade_a,
            self.grade_b,
            self.grade_c,
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
        if vals.keys() - NEUTRAL - {"state"}:
            self._check_draft()
        # A form may bring many rules: they take effect together, in one pass.
        gathered = self.with_context(flywheel_gather_rules=True)
        result = super(FlywheelScoreModel, gathered).write(vals)
        if vals.keys() & {"half_life_days", "rule_ids"}:
            self._rules_changed()
        elif vals.keys() - NEUTRAL:
            self.env.registry.clear_cache()
        if vals.keys() & {"grade_a", "grade_b", "grade_c", "fit_rule_ids"}:
            self.filtered(lambda m: m.state == "active")._evaluate_people()
        return result

    def _check_draft(self):
        """Refuse to change a version that people have been scored by.

        :raise UserError: the version is in force, or was
        """
        settled = self.filtered(lambda model: model.state != "draft")
        if settled and not self.env.su:
            raise UserError(
                self.env._(
                    "%(model)s is not a draft. Make a new version of it: scores then "
                    "change when you activate that, and you can go back.",
                    model=settled[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        if any(model.state == "active" for model in self):
            raise UserError(self.env._("The active score model cannot be deleted."))
