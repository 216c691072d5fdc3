# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import textwrap

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import phrases, placeholders

CRITERIA = ("persona_id", "stage_id", "lang", "channel_id")
# Characters of a text in a list.
EXCERPT = 120


class FlywheelApprovedAnswerVariant(models.Model):
    """The text of an approved answer, for everybody or for some people."""

    _name = "flywheel.approved.answer.variant"
    _description = "Text of an Approved Answer"
    _order = "sequence, id"
    _check_company_auto = True

    answer_id = fields.Many2one(
        "flywheel.approved.answer", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="answer_id.company_id")
    sequence = fields.Integer(default=10)
    persona_id = fields.Many2one(
        "flywheel.persona",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Empty: for every persona.",
    )
    stage_id = fields.Many2one(
        "flywheel.stage", ondelete="cascade", help="Empty: in every stage."
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="The language it is written in. Empty: whatever the person reads.",
    )
    channel_id = fields.Many2one(
        "flywheel.channel", ondelete="cascade", help="Empty: on every channel."
    )
    body = fields.Html(
        string="Text", required=True, sanitize_attributes=True, sanitize_form=True
    )

    excerpt = fields.Char(string="Begins With", compute="_compute_excerpt")

    _unique_criteria = models.UniqueIndex(
        "(answer_id, COALESCE(persona_id, 0), COALESCE(stage_id, 0),"
        " COALESCE(lang, ''), COALESCE(channel_id, 0))",
        "There is a text for these people already.",
    )

    @api.constrains("body")
    def _check_placeholders(self):
        names = self.env["flywheel.profile"]._get_answer_placeholders()
        for variant in self:
            if found := placeholders.problems(str(variant.body or ""), names):
                raise ValidationError(
                    self.env._(
                        "%(found)s cannot be filled in. There are: %(names)s. They "
                        "stand in the text, not within a link or an image.",
                        found=", ".join(found),
                        names=", ".join(f"{{{{ {name} }}}}" for name in names),
                    )
                )

    @api.depends("body")
    def _compute_excerpt(self):
        for variant in self:
            words = " ".join(phrases.plain(variant.body).split())
            variant.excerpt = textwrap.shorten(words, EXCERPT, placeholder="…")

    @api.depends(*CRITERIA)
    def _compute_display_name(self):
        for variant in self:
            variant.display_name = ", ".join(variant._get_labels()) or self.env._(
                "Everybody"
            )

    def _get_labels(self):
        """Return whom the text is for, as words."""
        self.ensure_one()
        languages = dict(self.env["res.lang"].get_installed())
        labels = [
            self.persona_id.name,
            self.stage_id.name,
            languages.get(self.lang, self.lang),
            self.channel_id.name,
        ]
        return [label for label in labels if label]

    def _get_snapshot(self):
        """Return the text and whom it is for, as plain data."""
        self.ensure_one()
        return {
            "persona_id": self.persona_id.id,
            "stage_id": self.stage_id.id,
            "lang": self.lang or False,
            "channel_id": self.channel_id.id,
            "labels": self.with_context(lang="en_US")._get_labels(),
            "body": str(self.body or ""),
        }
