# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class FlywheelFrictionNote(models.Model):
    """Why time or people are lost on the way from one stage to another."""

    _name = "flywheel.friction.note"
    _description = "Cause of Friction"
    _order = "date desc, id desc"
    _rec_name = "note"
    _check_company_auto = True

    from_stage_id = fields.Many2one(
        "flywheel.stage",
        string="From",
        required=True,
        ondelete="cascade",
        index=True,
    )
    to_stage_id = fields.Many2one(
        "flywheel.stage",
        string="To",
        ondelete="cascade",
        help="Empty: out of the track, or stuck.",
    )
    stuck = fields.Boolean(help="About those who are still there.")
    track = fields.Selection(related="from_stage_id.track")
    persona_id = fields.Many2one(
        "flywheel.persona",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Empty: of all.",
    )
    note = fields.Text(string="Cause", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)

    @api.depends("from_stage_id", "to_stage_id", "stuck")
    def _compute_display_name(self):
        for note in self:
            target = note.to_stage_id.name or (
                self.env._("stuck") if note.stuck else self.env._("out")
            )
            note.display_name = f"{note.from_stage_id.name} → {target}"
