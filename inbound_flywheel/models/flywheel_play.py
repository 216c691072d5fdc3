# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# Models of content apps that a play may point to, if they are installed.
CONTENT_MODELS = (
    "blog.post",
    "flywheel.page",
    "slide.channel",
    "slide.slide",
    "document.page",
    "mailing.mailing",
    "survey.survey",
    "event.event",
)
# Changing one of these means that somebody looked at the play with the persona in mind.
CONTENT_FIELDS = {
    "name",
    "body",
    "url",
    "mail_template_id",
    "res_model",
    "res_id",
    "content_ref",
}
TEAMS = [("marketing", "Marketing"), ("sales", "Sales"), ("service", "Service")]


class FlywheelPlay(models.Model):
    """Content or words that help people of a persona on from a stage: a blog post, a
    case study, a talk track, an answer, an offer."""

    _name = "flywheel.play"
    _description = "Content and Talk Track"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("blog", "Blog Post"),
            ("case", "Case Study"),
            ("talk", "Talk Track"),
            ("faq", "FAQ"),
            ("template", "Email Template"),
            ("offer", "Offer"),
            ("video", "Video"),
            ("other", "Other"),
        ],
        required=True,
        default="blog",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    persona_ids = fields.Many2many(
        "flywheel.persona",
        string="Personas",
        check_company=True,
        help="Empty: for all personas.",
    )
    stage_ids = fields.Many2many(
        "flywheel.stage",
        string="Stages",
        help="The stages that it helps people on from. Empty: any stage.",
    )
    team = fields.Selection(TEAMS, help="Who uses it. Empty: all teams.")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="The language that it is in. Empty: any.",
    )
    channel_id = fields.Many2one(
        "flywheel.channel", ondelete="set null", help="How it reaches the person."
    )
    body = fields.Html(
        string="Words",
        translate=True,
        help="The talk track, the answer, or what the content is about.",
    )
    url = fields.Char(string="Link")
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Email Template",
        domain=[("model", "in", ["crm.lead", "res.partner"])],
        ondelete="set null",
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    content_ref = fields.Reference(
        selection="_selection_content_ref",
        string="Content",
        compute="_compute_content_ref",
        inverse="_inverse_content_ref",
        help="An article, course, page or mailing of an installed app.",
    )
    question_id = fields.Many2one(
        "flywheel.question",
        string="Next Best Question",
        ondelete="set null",
        check_company=True,
        help="What to ask along with it, to learn where the person stands.",
    )
    owner_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, ondelete="set null"
    )
    review_date = fields.Date(help="When somebody should look whether it still holds.")
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    persona_versions = fields.Json(readonly=True, copy=False)
    persona_changed = fields.Boolean(
        compute="_compute_persona_changed",
        search="_search_persona_changed",
        help="A persona has a newer version than the one that this was made for.",
    )
    built_on = fields.Char(compute="_compute_persona_changed")

    @api.model
    def _selection_content_ref(self):
        names = [name for name in CONTENT_MODELS if name in self.env]
        # sudo: names of models, which not every user may read
        found = self.env["ir.model"].sudo().search_fetch([("model", "in", names)])
        return [(model.model, model.name) for model in found]

    @api.depends("res_model", "res_id")
    def _compute_content_ref(self):
        for play in self:
            # The app of the content may be gone meanwhile.
            known = play.res_id and play.res_model in self.env
            content = known and self.env[play.res_model].browse(play.res_id).exists()
            play.content_ref = (
                f"{play.res_model},{play.res_id}"
                if content and play.res_model in CONTENT_MODELS
                else False
            )

    def _inverse_content_ref(self):
        for play in self:
            content = play.content_ref
            play.res_model = content._name if content else False
            play.res_id = content.id if content else False

    @api.depends("persona_ids.version", "persona_versions")
    def _compute_persona_changed(self):
        for play in self:
            known = play.persona_versions or {}
            parts = []
            play.persona_changed = False
            for persona in play.persona_ids:
                built = known.get(str(persona._origin.id), persona.version)
                if built < persona.version:
                    play.persona_changed = True
                parts.append(
                    self.env._(
                        "%(persona)s version %(built)s (now %(now)s)",
                        persona=persona.name,
                        built=built,
                        now=persona.version,
                    )
                )
            play.built_on = ", ".join(parts)

    def _search_persona_changed(self, operator, value):
        if operator != "in":
            return NotImplemented

        def to_sql(model, alias, query):
            return SQL(
                """EXISTS (SELECT FROM flywheel_persona_flywheel_play_rel r
                             JOIN flywheel_persona p ON p.id = r.flywheel_persona_id
                            WHERE r.flywheel_play_id = %(id)s AND p.version >
                                  (%(versions)s->>p.id::text)::int)""",
                id=SQL.identifier(alias, "id"),
                versions=model._field_to_sql(alias, "persona_versions", query),
            )

        self.env["flywheel.persona"].flush_model(["version"])
        self.flush_model(["persona_ids", "persona_versions"])
        return Domain.custom(to_sql=to_sql)

    @api.constrains("url")
    def _check_url(self):
        for play in self.filtered("url"):
            parts = urlsplit(play.url.strip())
            if parts.scheme not in ("http", "https") or not parts.netloc:
                raise ValidationError(
                    self.env._(
                        "The link of “%(play)s” must begin with https:// or http://: "
                        "%(url)s",
                        play=play.name,
                        url=play.url,
                    )
                )

    @api.constrains("mail_template_id")
    def _check_mail_template_id(self):
        # sudo: what a template is made for, whoever may read it
        for play in self.sudo().filtered("mail_template_id"):
            if play.mail_template_id.model not in ("crm.lead", "res.partner"):
                raise ValidationError(
                    self.env._(
                        "“%(template)s” is not a template for leads or contacts.",
                        template=play.mail_template_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        plays = super().create(vals_list)
        plays._keep_versions()
        self.env["flywheel.play.request"]._answer(plays)
        return plays

    def write(self, vals):
        result = super().write(vals)
        if CONTENT_FIELDS & vals.keys():
            self._keep_versions()
        elif "persona_ids" in vals:
            self._keep_versions(added_only=True)
        if {"persona_ids", "stage_ids", "active"} & vals.keys():
            self.env["flywheel.play.request"]._answer(self)
        return result

    def _keep_versions(self, added_only=False):
        """Note the versions of the personas that the plays are made for.

        :param added_only: leave the personas alone that were there before
        :return: the plays
        """
        for play in self:
            known = (added_only and play.persona_versions) or {}
            versions = {
                str(persona.id): known.get(str(persona.id), persona.version)
                for persona in play.persona_ids
            }
            if versions != (play.persona_versions or {}):
                super(FlywheelPlay, play).write({"persona_versions": versions})
        return self

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: uses by others count as well
        used = self.env["flywheel.play.use"].sudo()
        if used.search_count([("play_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "What was used stays, so that its effect can be told. Archive it "
                    "instead."
                )
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------
    def action_confirm(self):
        """Say that the plays still fit their personas as they are now."""
        self.check_access("write")
        self._keep_versions()

    def action_open_content(self):
        """Open the link or the record behind the play.

        :raise UserError: there is neither
        """
        self.ensure_one()
        self.check_access("read")
        url = self._get_link()
        if url:
            return {"type": "ir.actions.act_url", "url": url, "target": "new"}
        if self.content_ref:
            return self.content_ref._get_records_action()
        raise UserError(self.env._("Neither a link nor a content is set."))

    def _get_link(self):
        """Return where people find the content, or an empty string."""
        self.ensure_one()
        if self.url:
            return self.url
        content = self.content_ref
        if content and "website_url" in content._fields:
            # sudo: the address of a page, not the page
            path = content.sudo().website_url
            if path and path != "#":
                return path if "://" in path else self.get_base_url() + path
        return ""

    def action_open_uses(self):
        """Open the list of when and for whom the plays were used."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_play_report_action"
        )
        action["domain"] = [("play_id", "in", self.ids)]
        action["context"] = {}
        action["view_mode"] = "list,pivot,graph"
        action["views"] = [(False, "list"), (False, "pivot"), (False, "graph")]
        return action
