# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelRoutingReplayCase(models.TransientModel):
    """A past case that would have gone another way."""

    _name = "flywheel.routing.replay.case"
    _description = "Replayed Case"
    _order = "ticket_id desc"
    _rec_name = "ticket_id"

    replay_id = fields.Many2one(
        "flywheel.routing.replay", required=True, ondelete="cascade", index=True
    )
    ticket_id = fields.Many2one("helpdesk.ticket", string="Case", ondelete="cascade")
    team_before_id = fields.Many2one("helpdesk.ticket.team", string="Team Now")
    team_after_id = fields.Many2one("helpdesk.ticket.team", string="Team Then")
    category_before_id = fields.Many2one(
        "helpdesk.ticket.category", string="Category Now"
    )
    category_after_id = fields.Many2one(
        "helpdesk.ticket.category", string="Category Then"
    )
    priority_before = fields.Selection(
        selection="_get_priorities", string="Priority Now"
    )
    priority_after = fields.Selection(
        selection="_get_priorities", string="Priority Then"
    )
    tags_after = fields.Char(string="New Tags")
    rules_after = fields.Char(string="Rules Then")
    ended_team_id = fields.Many2one(
        related="ticket_id.team_id",
        string="Ended With",
        help="The team that has or had the case in the end.",
    )
    moved = fields.Boolean(string="Another Team")

    def _get_priorities(self):
        field = self.env["helpdesk.ticket"]._fields["priority"]
        return field._description_selection(self.env)

    def action_open_case(self):
        """Open the case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
