# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models

from ..engine.versions import compare

ROW = Markup("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>")
TABLE = Markup(
    "<table class='table table-sm'><thead><tr><th>%s</th><th>%s</th><th>%s</th>"
    "<th>%s</th></tr></thead><tbody>%s</tbody></table>"
)


class FlywheelScoreCompare(models.TransientModel):
    """Two versions of a score model side by side: what differs."""

    _name = "flywheel.score.compare"
    _description = "Compare Score Models"

    before_id = fields.Many2one(
        "flywheel.score.model", string="Version", required=True, ondelete="cascade"
    )
    after_id = fields.Many2one(
        "flywheel.score.model", string="Against", required=True, ondelete="cascade"
    )
    changes = fields.Html(compute="_compute_changes", sanitize=False)

    @api.depends("before_id", "after_id")
    def _compute_changes(self):
        for wizard in self:
            wizard.changes = wizard._render()

    def _render(self):
        self.ensure_one()
        if not self.before_id or not self.after_id:
            return False
        changes = compare(self.before_id._export(), self.after_id._export())
        if not changes:
            return self.env._("The two versions are the same.")
        rows = Markup().join(ROW % self._describe(change) for change in changes)
        return TABLE % (
            self.env._("Rule"),
            self.env._("What"),
            self.before_id.display_name,
            self.after_id.display_name,
            rows,
        )

    def _describe(self, change):
        """Return the cells of a change."""
        kinds = {
            "settings": self.env._("Settings"),
            "score_rules": self.env._("Scoring rule: %(name)s", name=change.name),
            "fit_rules": self.env._("Fit rule: %(name)s", name=change.name),
        }
        if not change.field:
            there, none = self.env._("There"), "–"
            return (
                kinds[change.part],
                self.env._("The whole rule"),
                there if change.before else none,
                there if change.after else none,
            )
        models_of = {"score_rules": "flywheel.score.rule"}
        models_of |= {"fit_rules": "flywheel.fit.rule"}
        model = self.env[models_of.get(change.part, "flywheel.score.model")]
        name = "type_ids" if change.field == "types" else change.field
        label = model._fields[name]._description_string(self.env)
        return (
            kinds[change.part],
            label,
            self._show(change.before),
            self._show(change.after),
        )

    def _show(self, value):
        if value in (None, ""):
            return "–"
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if isinstance(value, list):
            return ", ".join(value)
        return f"{value:g}" if isinstance(value, float) else value
