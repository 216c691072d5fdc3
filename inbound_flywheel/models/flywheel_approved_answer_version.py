# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import Command, api, fields, models

from .flywheel_approved_answer_variant import CRITERIA


class FlywheelApprovedAnswerVersion(models.Model):
    """What an approved answer said from some day on, and why. It never changes."""

    _name = "flywheel.approved.answer.version"
    _description = "Version of an Approved Answer"
    _order = "answer_id, number desc"
    _rec_name = "number"

    answer_id = fields.Many2one(
        "flywheel.approved.answer", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="answer_id.company_id")
    number = fields.Integer(string="Version", required=True, aggregator=None)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    reason = fields.Char(required=True)
    data = fields.Json(required=True)
    content = fields.Html(compute="_compute_content", sanitize=False)

    _number_uniq = models.UniqueIndex(
        "(answer_id, number)", "This version exists already."
    )

    @api.depends("answer_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(question)s (version %(number)s)",
                question=version.answer_id.name,
                number=version.number,
            )

    @api.depends("data")
    def _compute_content(self):
        everybody = self.env._("Everybody")
        for version in self:
            # The texts were sanitised when they were written.
            version.content = Markup().join(
                Markup('<h5 class="text-muted">%s</h5><div class="mb-3">%s</div>')
                % (", ".join(variant["labels"]) or everybody, Markup(variant["body"]))
                for variant in (version.data or {}).get("variants", [])
            )

    def _restore(self):
        """Let the working copy of the answer say what this version says."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        known = {
            name: set(
                self.env[self.answer_id.variant_ids._fields[name].comodel_name]
                .search([])
                .ids
            )
            for name in CRITERIA
            if name != "lang"
        }
        known["lang"] = set(installed)
        variants = [
            {
                "body": variant["body"],
                "sequence": place,
                **{
                    name: variant[name]
                    for name in CRITERIA
                    if variant[name] and variant[name] in known[name]
                },
            }
            for place, variant in enumerate(self.data["variants"], 1)
            if all(not variant[n] or variant[n] in known[n] for n in CRITERIA)
        ]
        answer = self.answer_id.with_context(lang="en_US")
        answer.variant_ids.unlink()
        answer.write(
            {
                "name": self.data["question"],
                "aliases": "\n".join(self.data["aliases"]),
                "variant_ids": [Command.create(values) for values in variants],
            }
        )
