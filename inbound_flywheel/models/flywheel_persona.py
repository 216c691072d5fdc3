# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

SECTIONS = (
    "demographics",
    "behaviours",
    "motivations",
    "goals",
    "pains",
    "objections",
)
PLAYBOOKS = ("playbook_marketing", "playbook_sales", "playbook_service")
PREFERENCES = (
    "human_share",
    "single_touchpoint",
    "tone",
    "lang",
    "contacts_per_month",
)
# What a persona says: of an approved one it changes by a new version alone.
CONTENT = frozenset(
    {
        "name",
        "tagline",
        "problem",
        "origin",
        "image_1920",
        "image_1024",
        "image_512",
        "image_256",
        "image_128",
        "channel_weight_ids",
        *SECTIONS,
        *PLAYBOOKS,
        *PREFERENCES,
    }
)
# What moves by approving, revising and reviewing alone.
GUARDED = frozenset(
    {
        "state",
        "version",
        "change_reason",
        "approved_date",
        "approved_uid",
        "version_ids",
        "review_ids",
    }
)


class FlywheelPersona(models.Model):
    """A buyer persona: the semi-fictional representation of an ideal customer, made
    from data and educated guesses, shared by all teams."""

    _name = "flywheel.persona"
    _description = "Buyer Persona"
    _inherit = ["image.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    tagline = fields.Char(
        translate=True, help="The persona in one line, as you would introduce a friend."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    demographics = fields.Html(translate=True)
    behaviours = fields.Html(translate=True)
    motivations = fields.Html(translate=True)
    goals = fields.Html(translate=True)
    pains = fields.Html(translate=True)
    objections = fields.Html(translate=True)
    problem = fields.Text(
        string="Problem We Solve for Them",
        translate=True,
        help="The why: which problem of these people is better because we exist.",
    )
    origin = fields.Text(
        string="Where It Comes From",
        translate=True,
        help="The study, the interviews or the data that the persona was made from.",
    )
    owner_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        tracking=True,
        help="Keeps the persona up to date, and is reminded to.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved")],
        required=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    version = fields.Integer(default=1, copy=False, readonly=True)
    review_date = fields.Date(copy=False, tracking=True)

    # How to reach them, unless something else is known of the individual.
    human_share = fields.Float(
        string="Human Touch",
        default=0.5,
        help="0: digital touchpoints only; 1: human ones only.",
    )
    single_touchpoint = fields.Boolean(
        string="Keep One Contact Point",
        help="They want to stay with one person or channel, and not be passed on.",
    )
    channel_weight_ids = fields.One2many(
        "flywheel.persona.channel", "persona_id", string="Channels", copy=True
    )
    tone = fields.Selection(
        [("formal", "Formal"), ("neutral", "Neutral"), ("casual", "Casual")]
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), string="Language"
    )
    contacts_per_month = fields.Integer(
        help="How often we may contact them at most. 0: no limit of their own."
    )

    playbook_marketing = fields.Html(string="Playbook for Marketing", translate=True)
    playbook_sales = fields.Html(string="Playbook for Sales", translate=True)
    playbook_service = fields.Html(string="Playbook for Service", translate=True)
    rule_ids = fields.One2many("flywheel.persona.rule", "persona_id", string="Criteria")
    min_confidence = fields.Float(
        string="Minimum Confidence",
        default=0.5,
        help="A person gets this persona by rule only when the matched criteria carry "
        "at least this share of the weight of all criteria.",
    )
    profile_count = fields.Integer(string="People", compute="_compute_profile_count")
    template = fields.Char(
        readonly=True, copy=False, help="The template that the persona was made from."
    )

    _check_confidence = models.Constraint(
        "CHECK (min_confidence > 0 AND min_confidence <= 1)",
        "The minimum confidence lies between 0 and 1.",
    )

    _check_human_share = models.Constraint(
        "CHECK (human_share >= 0 AND human_share <= 1)",
        "The share of human touch lies between 0 and 1.",
    )
    _check_contacts = models.Constraint(
        "CHECK (contacts_per_month >= 0)",
        "The number of contacts per month is zero or more.",
    )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_guarded(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_guarded(vals)
        if CONTENT & vals.keys():
            self.check_access("write")
            self._check_draft()
        if vals.keys() & {"active", "company_id", "min_confidence", "sequence"}:
            # The plan of who gets which persona holds them.
            self.env.registry.clear_cache()
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, **kwargs):
        if field_name in CONTENT:
            self.check_access("write")
            self._check_draft()
        return super()._update_field_translations(field_name, translations, **kwargs)

    def _check_guarded(self, vals):
        """Refuse to set by hand what has buttons of its own.

        :raise AccessError: a value moves by approving, revising and reviewing alone
        """
        draft = {"state": "draft", "version": 1}
        guarded = [
            name for name in GUARDED & vals.keys() if vals[name] != draft.get(name)
        ]
        if not self.env.su and (guarded if not self else GUARDED & vals.keys()):
            raise AccessError(
                self.env._(
                    "The state and the versions of a persona change by approving, "
                    "revising and reviewing it."
                )
            )

    def _check_draft(self):
        """Refuse to change what approved personas say.

        :raise UserError: one of the personas is approved
        """
        approved = self.filtered(lambda persona: persona.state == "approved")
        if approved:
            raise UserError(
                self.env._(
                    "%(personas)s: approved personas stay as they are. Press "
                    '"Revise" to make the next version.',
                    personas=", ".join(approved.mapped("display_name")),
                )
            )

    @api.model
    def get_empty_list_help(self, help_message):
        if self.has_access("create"):
            return super().get_empty_list_help(help_message)
        # Who cannot make one is not asked to.
        return super().get_empty_list_help(
            Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>")
            % (
                self.env._("No personas yet"),
                self.env._("Marketing makes them; all teams use the same."),
            )
        )

    @api.depends_context("allowed_company_ids")
    def _compute_profile_count(self):
        groups = self.env["flywheel.profile"]._read_group(
            [("persona_id", "in", self.ids)], ["persona_id"], ["__count"]
        )
        counts = {persona.id: count for persona, count in groups}
        for persona in self:
            persona.profile_count = counts.get(persona.id, 0)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_open_people(self):
        """Open the people who hold this persona."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_profile_action"
        )
        action["domain"] = [("persona_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_replay(self):
        """Show who would get another persona if the drafts came into force."""
        self.check_access("write")
        return self.env["flywheel.persona.replay"]._open(self)

    def action_open_changes(self):
        """Open who got this persona or another instead."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_persona_change_action"
        )
        action["domain"] = [
            "|",
            ("earlier_id", "=", self.id),
            ("persona_id", "=", self.id),
        ]
        return action

    def action_assign(self):
        """Give everybody without a manual choice the persona that the rules find."""
        self.check_access("write")
        # sudo: rules say the same of everybody, whoever starts them
        changed = self.env["flywheel.profile"].sudo()._evaluate_all()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("People changed: %(count)s", count=len(changed)),
                # Makes the form read its number of people again.
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
