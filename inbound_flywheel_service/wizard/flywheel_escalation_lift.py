# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class FlywheelEscalationLift(models.TransientModel):
    """De-escalation: with a reason, which stays in the trace of the case."""

    _name = "flywheel.escalation.lift"
    _description = "Lift Escalation"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Case", required=True, ondelete="cascade"
    )
    reason = fields.Char(required=True)
    priority = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        ),
        string="New Priority",
    )
    restricted = fields.Boolean(related="ticket_id.restricted")
    release = fields.Boolean(
        string="Lift the Restriction",
        help="Everybody who sees the cases of the team sees this one again.",
    )

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        ticket = self.env["helpdesk.ticket"].browse(defaults.get("ticket_id"))
        if ticket and "priority" in fields:
            defaults["priority"] = ticket._flywheel_usual_priority()
        return defaults

    def action_lift(self):
        """Take the escalation of the case back.

        :raise UserError: without a reason
        :raise AccessError: for cases that the user may not change
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the case is escalated no more."))
        # sudo: helpdesk.ticket - priority and restriction of escalated cases change
        # only by way of a reason; access to the case is checked above
        self.ticket_id.sudo()._flywheel_lift(
            self.reason.strip(), self.priority, self.release
        )
        return {"type": "ir.actions.act_window_close"}
