# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..engine import personas


class FlywheelPersonaVersion(models.Model):
    """A persona as it was: kept when it is approved, or when somebody keeps a draft.
    Nobody changes a version."""

    _name = "flywheel.persona.version"
    _description = "Version of a Persona"
    _order = "persona_id, number desc"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, readonly=True, ondelete="cascade", index=True
    )
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved")], required=True, readonly=True
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, default=lambda self: self.env.user
    )
    reason = fields.Text(string="Why", readonly=True)
    data = fields.Json(required=True, readonly=True)
    content = fields.Html(compute="_compute_content", sanitize=False)
    company_id = fields.Many2one(related="persona_id.company_id", store=True)

    _number_uniq = models.Constraint(
        "UNIQUE (persona_id, number)", "This persona has a version of that number."
    )

    @api.depends("persona_id", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(persona)s, version %(number)s",
                persona=version.persona_id.display_name,
                number=version.number,
            )

    @api.depends("data")
    @api.depends_context("lang")
    def _compute_content(self):
        for version in self:
            persona = version.persona_id
            parts = personas.describe(
                version.data or {},
                self.env.lang or personas.SOURCE_LANG,
                persona._show_snapshot_value,
            )
            version.content = personas.render_content(
                parts, persona._get_snapshot_labels()
            )

    def action_compare(self):
        """Show what has changed since this version."""
        self.ensure_one()
        return self.persona_id._open_compare(self.number)
