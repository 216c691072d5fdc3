# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import article_html
from ..engine.tokenizer import chinese_script, language, plain_text

# So much of a text tells its language.
SAMPLE = 2000


class DocumentPagePublic(models.Model):
    """Articles for customers: published one by one, in several languages.

    Customers have no access right to articles. They read them through
    :meth:`_flywheel_public`, which lets nothing else through.
    """

    _inherit = "document.page"

    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        index="btree_not_null",
        help="Language in which the article is written. Empty: it is told from the "
        "text as soon as the article is saved or published.",
    )
    public = fields.Boolean(
        string="Published for Customers",
        tracking=True,
        copy=False,
        help="Customers find and read the approved version of the article in the "
        "portal and, with the website, everybody does.",
    )
    slug = fields.Char(
        string="Address of the Page",
        copy=False,
        help="Words in the address by which customers reach the article. Empty: those "
        "of the title.",
    )
    original_id = fields.Many2one(
        "document.page",
        string="Translation Of",
        domain="[('type', '=', 'content'), ('original_id', '=', False)]",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        help="The same article in the language in which it was written first. "
        "Customers get the version in their language.",
    )
    translation_ids = fields.One2many(
        "document.page", "original_id", string="Translations"
    )
    view_count = fields.Integer(
        string="Views",
        default=0,
        readonly=True,
        copy=False,
        help="Visits in which customers opened the article.",
    )
    helpful_count = fields.Integer(
        string="Helpful", default=0, readonly=True, copy=False
    )
    unhelpful_count = fields.Integer(
        string="Not Helpful", default=0, readonly=True, copy=False
    )

    _flywheel_public_idx = models.Index("(company_id) WHERE public")

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------
    @api.constrains("public", "type")
    def _check_public(self):
        for page in self:
            if page.public and page.type != "content":
                raise ValidationError(
                    self.env._(
                        "%(name)s is a category. Publish the articles in it instead.",
                        name=page.name,
                    )
                )

    @api.constrains("original_id", "type", "lang", "company_id")
    def _check_translation(self):
        for page in self:
            original = page.original_id
            if not original:
                continue
            if original.original_id or page.translation_ids or original == page:
                raise ValidationError(
                    self.env._(
                        "A translation belongs to the article that was written first, "
                        "not to another translation."
                    )
                )
            if original.company_id != page.company_id or original.type != page.type:
                raise ValidationError(
                    self.env._(
                        "%(name)s: an article and its translations belong to the same "
                        "company.",
                        name=page.name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        pages = super().create([self._flywheel_slugged(vals) for vals in vals_list])
        pages._flywheel_tell_language()
        return pages

    def write(self, vals):
        result = super().write(self._flywheel_slugged(vals))
        if {"name", "content", "public"}.intersection(vals):
            self._flywheel_tell_language()
        return result

    @api.model
    def _flywheel_slugged(self, vals):
        """``vals`` with an address that can be one."""
        if vals.get("slug"):
            slug = self.env["ir.http"]._slugify(vals["slug"], max_length=80)
            vals = dict(vals, slug=slug)
        return vals

    def _flywheel_slug(self):
        """Last part of the article's address: words, and the number that counts."""
        self.ensure_one()
        words = self.slug or self.env["ir.http"]._slugify(self.name, max_length=80)
        return f"{words}-{self.id}" if words else str(self.id)

    def _flywheel_tell_language(self):
        """Note the language of articles that do not say it."""
        for page in self.filtered(lambda p: p.type == "content" and not p.lang):
            text = f"{page.name} {plain_text(page.history_head.content)[:SAMPLE]}"
            page.lang = self._flywheel_language(text)

    # ------------------------------------------------------------------
    # What customers may read
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_language(self, text, usual=None):
        """Code of the installed language in which ``text`` is most likely written.

        :param str text: plain text
        :param str usual: code of the language of the one who writes
        """
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        usual = usual or self.env.lang or "en_US"
        kind, script = language(text), chinese_script(text)
        if kind == "zh" and script:
            wanted = ["zh_TW", "zh_HK"] if script == "Hant" else ["zh_CN"]
            wanted += [code for code in installed if code.startswith("zh")]
        elif not kind or (kind == "zh") == usual.startswith("zh"):
            wanted = [usual]
        elif kind == "zh":
            wanted = [code for code in installed if code.startswith("zh")]
        else:
            wanted = ["en_US", *(c for c in installed if not c.startswith("zh"))]
        return next((code for code in wanted if code in installed), installed[0])

    @api.model
    def _flywheel_public_domain(self):
        """What customers of the current company may read: articles (no categories)
        that are published, not archived and have an approved version.

        ``history_head`` is the last approved version where
        ``document_page_approval`` is installed, else the last one; an article that
        nobody approved yet has none.
        """
        return (
            Domain("public", "=", True)
            & Domain("type", "=", "content")
            & Domain("active", "=", True)
            & Domain("history_head", "!=", False)
            & Domain("company_id", "in", [False, self.env.company.id])
        )

    @api.model
    def _flywheel_public(self, ids):
        """The articles among ``ids`` that customers may read, in superuser mode.

        :param ids: list of ids, from wherever
        """
        # sudo: document.page - customers have no right to articles; the domain lets
        # only published ones of their company through
        pages = self.sudo().with_context(active_test=True)
        found = pages.search(self._flywheel_public_domain() & Domain("id", "in", ids))
        return found.sorted(lambda page: ids.index(page.id))

    def _flywheel_content(self):
        """The approved text as customers see it: Markup without anything that acts.

        Articles are stored as their authors sent them.
        """
        self.ensure_one()
        return article_html.clean(self.sudo().history_head.content)

    def _flywheel_count(self, field):
        """One more view or vote; who edits an article meanwhile is not disturbed.

        :param str field: view_count, helpful_count or unhelpful_count
        """
        self.env.cr.execute(
            SQL(
                "UPDATE document_page SET %(field)s = COALESCE(%(field)s, 0) + 1"
                " WHERE id IN (SELECT id FROM document_page WHERE id = ANY(%(ids)s)"
                " FOR NO KEY UPDATE SKIP LOCKED)",
                field=SQL.identifier(field),
                ids=self.ids,
            )
        )
        self.invalidate_recordset([field], flush=False)

    def _flywheel_versions(self):
        """All published language versions of one article."""
        self.ensure_one()
        original = self.sudo().original_id or self.sudo()
        return self._flywheel_public([original.id, *original.translation_ids.ids])

    def _flywheel_version_for(self, lang):
        """The published version of one article for readers of ``lang``."""
        return self._flywheel_versions()._flywheel_best_version(lang)

    def _flywheel_best_version(self, lang):
        """The one among the versions of an article for readers of ``lang``.

        In this order: the language itself, another variant of it (Traditional and
        Simplified Chinese), the article as it was written first, any.
        """
        family = (lang or "").split("_")[0]
        for fits in (
            lambda page: page.lang == lang,
            lambda page: (page.lang or "").split("_")[0] == family,
            lambda page: not page.original_id,
        ):
            if found := self.filtered(fits):
                return found[:1]
        return self[:1]

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------
    def action_flywheel_votes(self):
        """What customers say about the article."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel_service.flywheel_help_read_action"
        )
        action["domain"] = [("page_id", "=", self.id), ("vote", "!=", False)]
        action["context"] = {}
        return action

    def action_flywheel_read(self):
        """The article as customers see it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.env["flywheel.help"]._article_url(self),
            "target": "new",
        }
