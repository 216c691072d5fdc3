# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup, escape

from odoo import api, fields, models

TABLE = Markup("<table class='table align-top o_flywheel_side'>%s%s</table>")
HEAD = Markup("<thead><tr><th style='width: 12%%'></th>%s</tr></thead>")
FACE = Markup(
    "<th style='width: %d%%'><img class='rounded mb-1' width='64' height='64' alt='' "
    "src='/web/image/flywheel.persona/%d/image_128'><div class='fs-4'>%s</div></th>"
)
GROUP = Markup("<tbody><tr class='table-light'><th colspan='%d'>%s</th></tr>%s</tbody>")
ROW = Markup("<tr><th scope='row' class='fw-normal text-muted'>%s</th>%s</tr>")
CELL = Markup("<td>%s</td>")
BREAK = Markup("<br>")


class FlywheelPersonaComparison(models.TransientModel):
    """Two to four personas side by side."""

    _name = "flywheel.persona.comparison"
    _description = "Compare Personas"

    persona_ids = fields.Many2many("flywheel.persona", string="Personas")
    content = fields.Html(compute="_compute_content", sanitize=False)

    @api.depends("persona_ids.name")
    def _compute_display_name(self):
        for comparison in self:
            names = comparison.persona_ids.mapped("display_name")
            comparison.display_name = " / ".join(names) or self.env._("Comparison")

    @api.depends("persona_ids")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_content(self):
        for comparison in self:
            comparison.content = comparison._render()

    def _render(self):
        self.ensure_one()
        personas = self.persona_ids._origin
        if not personas:
            return False
        width = 88 // len(personas)
        faces = Markup().join(FACE % (width, p.id, p.name) for p in personas)
        groups = Markup().join(
            GROUP
            % (
                len(personas) + 1,
                heading,
                Markup().join(
                    ROW % (label, self._join(cells)) for label, cells in rows
                ),
            )
            for heading, rows in personas._get_comparison()
        )
        return TABLE % (HEAD % faces, groups)

    def _join(self, cells):
        return Markup().join(
            CELL % BREAK.join(escape(line) for line in cell.split("\n"))
            for cell in cells
        )
