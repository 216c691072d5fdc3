# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

GRADES = ("A", "B", "C", "D")
# Models that a mail template may be for: what a person always has, or nearly so.
MAILED = ("res.partner", "crm.lead")
# What an email causes by itself: programs answer it, or send it back.
ANSWERS = ("mail_in", "email_reply", "email_bounce")
# A change of these makes another rule of it: what happened before is not its own.
DEFINING = frozenset(
    {
        "type_ids",
        "domain",
        "date_from",
        "date_to",
        "persona_ids",
        "stage_ids",
        "grade",
        "score_min",
        "score_max",
        "action",
        "company_id",
    }
)


class FlywheelFollowUp(models.Model):
    """What is done once something has happened: a task for somebody, or a mail.

    Each touchpoint is followed up once by each rule, however often it is looked at.
    What happened before the rule was started, or longer ago than it looks back, is
    left alone: an import of history writes to nobody.
    """

    _name = "flywheel.follow.up"
    _description = "Follow-Up"
    _inherit = ["flywheel.condition.mixin", "flywheel.reach.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("paused", "Paused")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    date_started = fields.Datetime(
        string="Since",
        readonly=True,
        copy=False,
        help="Touchpoints before this moment are not followed up.",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Only people of this company and those that all share. Empty: all.",
    )

    # When
    type_ids = fields.Many2many(
        "flywheel.touchpoint.type", string="Touchpoint Types", required=True
    )
    domain = fields.Char(
        string="Only If",
        default="[]",
        required=True,
        help="Condition on the touchpoint: campaign, value, summary…",
    )
    date_from = fields.Date(
        string="From", help="Touchpoints before this day (UTC) are left alone."
    )
    date_to = fields.Date(
        string="Until", help="Touchpoints after this day (UTC) are left alone."
    )

    # Who
    persona_ids = fields.Many2many("flywheel.persona", string="Personas")
    stage_ids = fields.Many2many(
        "flywheel.stage",
        string="Stages",
        help="People in one of these stages, of the journey or of the lifecycle.",
    )
    grade = fields.Selection(
        [("A", "A"), ("B", "B or better"), ("C", "C or better")],
        help="How well the person fits, at least.",
    )
    score_min = fields.Float(
        string="Score From", digits=(16, 1), help="0: whatever the score is."
    )
    score_max = fields.Float(
        string="Score Below", digits=(16, 1), help="0: whatever the score is."
    )

    # What
    action = fields.Selection(
        [("activity", "Plan an Activity"), ("mail", "Send an Email")],
        required=True,
        default="activity",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "mail.mail_activity_data_call", raise_if_not_found=False
        ),
    )
    activity_summary = fields.Char(
        string="Summary", translate=True, help="Empty: the name of the rule."
    )
    activity_note = fields.Html(string="Note", translate=True)
    activity_days = fields.Integer(
        string="Due In (days)", help="Days until the activity is due."
    )
    assign = fields.Selection(
        [
            ("owner", "Owner of the Record"),
            ("user", "One Person"),
            ("team", "Members of a Team, in Turn"),
        ],
        string="For",
        required=True,
        default="owner",
        help="Owner: the salesperson of the lead, or else of the contact.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="User",
        ondelete="set null",
        domain="[('share', '=', False)]",
        help="With an owner: who gets it where there is none. Empty: nobody.",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null")
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Email Template",
        ondelete="restrict",
        domain=[("model", "in", MAILED)],
    )
    mail_model = fields.Char(related="mail_template_id.model", string="Template Model")

    # How often
    wait_hours = fields.Float(
        string="After (hours)",
        help="0: at once, opens and clicks as soon as it shows that they were no"
        " machine's.",
    )
    once_days = fields.Integer(
        string="Once In (days)",
        default=7,
        help="At most one follow-up by this rule for a person in so many days. "
        "0: each touchpoint is followed up.",
    )
    max_age_days = fields.Integer(
        string="Looks Back (days)",
        default=2,
        required=True,
        help="What happened longer ago is left alone when it becomes known, as with "
        "an import.",
    )
    daily_cap = fields.Integer(
        string="At Most per Day",
        default=200,
        help="Others wait for the next day (UTC). 0: no limit.",
    )

    error = fields.Char(
        readonly=True,
        copy=False,
        help="Why the rule cannot be used at present.",
    )
    line_ids = fields.One2many("flywheel.follow.up.line", "follow_up_id")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    done_count = fields.Integer(string="Done", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    skipped_count = fields.Integer(string="Left Out", compute="_compute_counts")

    _check_numbers = models.Constraint(
        "CHECK (activity_days >= 0 AND wait_hours >= 0 AND once_days >= 0"
        " AND max_age_days > 0 AND daily_cap >= 0"
        " AND score_min >= 0 AND score_max >= 0)",
        "Days, hours, scores and limits of a follow-up are not negative, and it looks "
        "back one day at least.",
    )
    _check_dates = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "A follow-up does not end before it starts.",
    )

    def _compute_counts(self):
        groups = self.env["flywheel.follow.up.line"]._read_group(
            [("follow_up_id", "in", self.ids)], ["follow_up_id", "state"], ["__count"]
        )
        counts = {(rule.id, state): count for rule, state, count in groups}
        for rule in self:
            for state in ("waiting", "done", "failed", "skipped"):
                rule[f"{state}_count"] = counts.get((rule.id, state), 0)

    @api.constrains("action", "mail_template_id", "activity_type_id")
    def _check_action(self):
        for rule in self:
            if rule.action == "mail" and rule.mail_template_id.model not in MAILED:
                raise ValidationError(
                    self.env._(
                        '"%(rule)s" needs an email template for contacts or leads.',
                        rule=rule.name,
                    )
                )
            if rule.action == "activity" and not rule.activity_type_id:
                raise ValidationError(
                    self.env._('"%(rule)s" needs an activity type.', rule=rule.name)
                )

    @api.constrains("assign", "user_id", "team_id", "action")
    def _check_assign(self):
        for rule in self.filtered(lambda r: r.action == "activity"):
            if rule.assign == "user" and not rule.user_id:
                raise ValidationError(
                    self.env._('"%(rule)s" does not say for whom.', rule=rule.name)
                )
            if rule.assign == "team" and not rule.team_id:
                raise ValidationError(
                    self.env._('"%(rule)s" needs a sales team.', rule=rule.name)
                )

    @api.constrains("action", "type_ids", "once_days")
    def _check_loop(self):
        for rule in self:
            own = rule.type_ids.filtered(
                lambda kind: kind.direction == "out" or kind.code in ANSWERS
            )
            if rule.action == "mail" and own and not rule.once_days:
                raise ValidationError(
                    self.env._(
                        '"%(rule)s" would answer its own emails with emails: say once '
                        "in how many days, or leave out %(types)s.",
                        rule=rule.name,
                        types=", ".join(own.mapped("name")),
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    def write(self, vals):
        result = super().write(vals)
        if DEFINING & vals.keys():
            running = self.filtered(lambda rule: rule.state == "running")
            if running:
                running.date_started = fields.Datetime.now()
        return result

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_start(self):
        """Follow up what happens from now on."""
        self.check_access("write")
        self.write({"state": "running", "date_started": fields.Datetime.now()})
        self._wake()
        return True

    def action_pause(self):
        """Let what waits wait, and leave alone what happens meanwhile."""
        self.check_access("write")
        self.write({"state": "paused"})
        return True

    def action_preview(self):
        """Open whom the rule would have followed up of late."""
        self.ensure_one()
        # Whoever may ask about any condition, learns what touchpoints say.
        self.check_access("write")
        return self.env["flywheel.follow.up.preview"]._open(self)

    def action_open_lines(self):
        """Open what the rule did, and what it will do."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_follow_up_line_action"
        )
        action["domain"] = [("follow_up_id", "=", self.id)]
        action["display_name"] = self.name
        return action

    # ------------------------------------------------------------------
    # For the flow
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _get_watched_types(self):
        """Return the ids of the touchpoint types that running rules wait for."""
        rules = self.sudo().search([("state", "=", "running")])
        return frozenset(rules.type_ids.ids)

    @api.model
    def _notice(self, lines):
        """Wake the scheduled action if somebody waits for such touchpoints.

        :param lines: ledger lines that were applied, with ``type_id``
        """
        watched = self._get_watched_types()
        if watched and any(line.type_id in watched for line in lines):
            self._wake()

    @api.model
    def _wake(self, at=None):
        cron = self.env.ref("inbound_flywheel.cron_follow_up", raise_if_not_found=False)
        if cron:
            # sudo: whatever happens may wake the scheduled action
            cron.sudo()._trigger(at)

    def _get_people_domain(self):
        """Return the domain of the people whom the rule is for, TRUE for all."""
        self.ensure_one()
        domain = Domain.TRUE
        if self.persona_ids:
            domain &= Domain("persona_id", "in", self.persona_ids.ids)
        if self.stage_ids:
            domain &= Domain("journey_stage_id", "in", self.stage_ids.ids) | Domain(
                "lifecycle_stage_id", "in", self.stage_ids.ids
            )
        if self.grade:
            better = GRADES[: GRADES.index(self.grade) + 1]
            domain &= Domain("fit_grade", "in", better)
        if self.score_min:
            domain &= Domain("engagement_score", ">=", self.score_min)
        if self.score_max:
            domain &= Domain("engagement_score", "<", self.score_max)
        return domain
