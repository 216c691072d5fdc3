# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..engine import personas


class FlywheelPersonaCompare(models.TransientModel):
    """Two versions of a persona side by side."""

    _name = "flywheel.persona.compare"
    _description = "Compare Versions of a Persona"

    persona_id = fields.Many2one(
        "flywheel.persona", required=True, readonly=True, ondelete="cascade"
    )
    before_id = fields.Many2one(
        "flywheel.persona.version",
        string="Version",
        ondelete="cascade",
        domain="[('persona_id', '=', persona_id)]",
    )
    after_id = fields.Many2one(
        "flywheel.persona.version",
        string="Against",
        ondelete="cascade",
        domain="[('persona_id', '=', persona_id)]",
        help="Empty: the persona as it is now.",
    )
    only_changes = fields.Boolean(string="Only What Changed", default=True)
    changes = fields.Html(compute="_compute_changes", sanitize=False)

    @api.depends("persona_id", "before_id", "after_id", "only_changes")
    @api.depends_context("lang")
    def _compute_changes(self):
        for wizard in self:
            wizard.changes = wizard._render()

    def _render(self):
        self.ensure_one()
        persona = self.persona_id
        if not self.before_id:
            return False
        after = self.after_id.data if self.after_id else persona._get_snapshot()
        rows = personas.compare(
            self.before_id.data,
            after,
            self.env.lang or personas.SOURCE_LANG,
            persona._show_snapshot_value,
        )
        if self.only_changes:
            rows = [row for row in rows if row.changed]
        if not rows:
            return self.env._("The two are the same.")
        titles = (
            self.before_id.display_name,
            self.after_id.display_name or self.env._("As it is now"),
        )
        return personas.render(rows, persona._get_snapshot_labels(), titles)
