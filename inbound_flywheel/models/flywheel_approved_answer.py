# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..engine.busy import gives_way

TEAMS = ("marketing", "sales", "service")
# What only publishing and the calendar change.
FLOW_FIELDS = {"state", "version_id", "version_ids", "use_ids"}
# How long an approved answer holds, unless somebody says otherwise.
REVIEW_DAYS = 180


class FlywheelApprovedAnswer(models.Model):
    """A question that customers ask, and the answer that all teams give.

    What is written here is a working copy. Teams are shown the latest *version*, which
    publishing makes of it: every one of them has its number, date, author and reason,
    and none changes any more.
    """

    _name = "flywheel.approved.answer"
    _description = "Approved Answer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(
        string="Question", required=True, translate=True, index="trigram", tracking=True
    )
    aliases = fields.Text(
        string="Also Asked As",
        help="Other ways to ask the same, one a line, in any language. The search "
        "finds the answer by each of them.",
    )
    owner_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        tracking=True,
        ondelete="set null",
        index="btree_not_null",
        help="Keeps the answer right, and is reminded to.",
    )
    review_date = fields.Date(
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="From this day on the answer counts as expired, until it is published "
        "again.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("expired", "Expired")],
        required=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    for_marketing = fields.Boolean(string="Marketing May Use It", default=True)
    for_sales = fields.Boolean(string="Sales May Use It", default=True)
    for_service = fields.Boolean(string="Service May Use It", default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    active = fields.Boolean(default=True)
    variant_ids = fields.One2many(
        "flywheel.approved.answer.variant", "answer_id", string="Texts", copy=True
    )
    version_ids = fields.One2many(
        "flywheel.approved.answer.version", "answer_id", string="Versions"
    )
    version_id = fields.Many2one(
        "flywheel.approved.answer.version",
        string="Current Version",
        copy=False,
        readonly=True,
        ondelete="set null",
    )
    content = fields.Html(
        string="Approved Text", related="version_id.content", sanitize=False
    )
    has_changes = fields.Boolean(
        string="Unpublished Changes",
        compute="_compute_has_changes",
        help="The working copy says something else than the current version.",
    )
    can_edit = fields.Boolean(compute="_compute_can_edit")
    use_ids = fields.One2many("flywheel.approved.answer.use", "answer_id")
    use_count = fields.Integer(string="Times Given", compute="_compute_use_count")

    @api.depends("name", "aliases", "version_id", "variant_ids.body")
    def _compute_has_changes(self):
        for answer in self:
            version = answer.version_id
            answer.has_changes = bool(version) and (
                version.data != answer._get_snapshot()
            )

    @api.depends_context("uid")
    @api.depends("owner_id")
    def _compute_can_edit(self):
        marketing = self.env.user.has_group("inbound_flywheel.group_flywheel_marketing")
        for answer in self:
            answer.can_edit = marketing or answer.owner_id == self.env.user

    def _compute_use_count(self):
        Use = self.env["flywheel.approved.answer.use"]
        groups = (
            Use._read_group(
                [("answer_id", "in", self.ids), ("state", "=", "sent")],
                ["answer_id"],
                ["__count"],
            )
            if Use.has_access("read")
            else []
        )
        counts = {answer.id: count for answer, count in groups}
        for answer in self:
            answer.use_count = counts.get(answer.id, 0)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        self._check_flow_fields(set().union(*vals_list))
        answers = super().create(vals_list)
        answers._index_phrases()
        return answers

    def write(self, vals):
        self._check_flow_fields(vals.keys())
        result = super().write(vals)
        if vals.keys() & {"name", "aliases"}:
            self._index_phrases()
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        result = super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )
        if field_name == "name":
            self._index_phrases()
        return result

    def _check_flow_fields(self, names):
        if not self.env.su and FLOW_FIELDS & set(names):
            raise AccessError(
                self.env._("Answers are approved by publishing them, not by hand.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        used = self.env["flywheel.approved.answer.use"].sudo()
        if used.search_count([("answer_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Somebody was given this answer already: archive it, so that it "
                    "can still be told what was said."
                )
            )

    # ------------------------------------------------------------------
    # Publishing
    # ------------------------------------------------------------------
    def _get_snapshot(self):
        """Return what the working copy says, as plain data."""
        self.ensure_one()
        english = self.with_context(lang="en_US")
        return {
            "question": english.name,
            "aliases": (self.aliases or "").split("\n") if self.aliases else [],
            "variants": [variant._get_snapshot() for variant in self.variant_ids],
        }

    def action_publish(self):
        """Open the dialogue that makes the working copy the answer for all."""
        self.ensure_one()
        self._check_publisher()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_answer_publish_action"
        )
        action["context"] = {"default_answer_id": self.id}
        return action

    def _check_publisher(self):
        if not self.env.user.has_group("inbound_flywheel.group_flywheel_marketing"):
            raise AccessError(
                self.env._("Marketing or a flywheel manager approves answers.")
            )
        self.check_access("write")

    def _publish(self, reason, review_date=None):
        """Make the working copy the current version.

        :param reason: why it says what it says now
        :param review_date: until when it holds; default half a year from now
        :raise AccessError: the caller may not approve
        :raise UserError: there is no text, no reason, or the day has passed
        """
        self.ensure_one()
        self._check_publisher()
        today = fields.Date.context_today(self)
        review_date = review_date or today + timedelta(days=REVIEW_DAYS)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the answer is what it is now."))
        if not self.variant_ids:
            raise UserError(self.env._("Write what the answer is first."))
        if review_date <= today:
            raise UserError(self.env._("The day of the review has passed already."))
        # sudo: versions are made by publishing alone, checked above
        answer = self.sudo()
        version = answer.env["flywheel.approved.answer.version"].create(
            {
                "answer_id": self.id,
                "number": max(answer.version_ids.mapped("number"), default=0) + 1,
                "user_id": self.env.uid,
                "reason": reason.strip(),
                "data": self._get_snapshot(),
            }
        )
        answer.write(
            {"version_id": version.id, "state": "approved", "review_date": review_date}
        )
        answer.activity_unlink(["inbound_flywheel.activity_type_answer_review"])
        return version

    def action_discard_changes(self):
        """Let the working copy say again what the current version says."""
        self.ensure_one()
        self.check_access("write")
        if not self.version_id:
            raise UserError(self.env._("There is no version to go back to."))
        self.version_id._restore()
        return True

    # ------------------------------------------------------------------
    # Expiry
    # ------------------------------------------------------------------
    def _is_expired(self):
        """Tell whether the answer is past its review date, whatever its state says."""
        self.ensure_one()
        return self.state == "expired" or bool(
            self.review_date and self.review_date <= fields.Date.context_today(self)
        )

    @api.model
    @gives_way
    def _cron_expire(self):
        """Mark answers whose review date has come, and tell their owners."""
        answers = self.search(
            [
                ("state", "=", "approved"),
                ("review_date", "<=", fields.Date.context_today(self)),
            ]
        )
        answers.write({"state": "expired"})
        for answer in answers.filtered("owner_id"):
            answer.activity_schedule(
                "inbound_flywheel.activity_type_answer_review",
                user_id=answer.owner_id.id,
            )

    # ------------------------------------------------------------------
    # Who may use it
    # ------------------------------------------------------------------
    @api.model
    def _get_user_teams(self):
        """Return the teams that the user is of."""
        return [
            team
            for team in TEAMS
            if self.env.user.has_group(f"inbound_flywheel.group_flywheel_{team}")
        ]

    @api.model
    def _get_usable_domain(self):
        """Return the domain of the answers that the user may insert: approved ones,
        also if they have expired, for a team of the user."""
        teams = self._get_user_teams()
        return Domain("version_id", "!=", False) & Domain.OR(
            Domain(f"for_{team}", "=", True) for team in teams
        )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_uses(self):
        """Open to whom the answer was given."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_approved_answer_use_action"
        )
        action["domain"] = [("answer_id", "=", self.id)]
        action["context"] = {"search_default_group_text": 1}
        return action
