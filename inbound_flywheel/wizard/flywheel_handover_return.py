# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models


class FlywheelHandoverReturn(models.TransientModel):
    """Dialogue of a salesperson who gives people back to marketing."""

    _name = "flywheel.handover.return"
    _description = "Return a Hand-Over"

    handover_ids = fields.Many2many("flywheel.handover", string="Hand-Overs")
    reason_id = fields.Many2one("flywheel.return.reason", required=True)
    nurture_date = fields.Date(
        string="Nurture Until",
        compute="_compute_nurture_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Until then the person is not handed over again. On that day marketing "
        "takes the person up.",
    )
    note = fields.Text(string="What Marketing Should Know")

    @api.depends("reason_id")
    def _compute_nurture_date(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            days = timedelta(days=wizard.reason_id.nurture_days)
            wizard.nurture_date = wizard.reason_id and today + days

    def action_return(self):
        """Give the people back.

        :raise AccessError: they are somebody else's
        :raise UserError: they are not waiting for an answer
        """
        self.ensure_one()
        self.handover_ids._return(self.reason_id, self.nurture_date, self.note)
        return {"type": "ir.actions.act_window_close"}
