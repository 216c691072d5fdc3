# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class FlywheelCaseReassign(models.TransientModel):
    """Give cases back to the queue, or to a colleague, and say why."""

    _name = "flywheel.case.reassign"
    _description = "Give a Case Away"

    ticket_ids = fields.Many2many(
        "helpdesk.ticket",
        string="Cases",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    target = fields.Selection(
        [("agent", "A colleague"), ("queue", "The queue")],
        string="To",
        required=True,
        default="agent",
    )
    member_ids = fields.Many2many("res.users", compute="_compute_member_ids")
    user_id = fields.Many2one("res.users", string="Colleague")
    standing = fields.Char(compute="_compute_standing")
    reason = fields.Char(required=True)

    @api.depends("ticket_ids")
    def _compute_member_ids(self):
        for wizard in self:
            members = wizard.ticket_ids.team_id.user_ids.filtered(lambda u: not u.share)
            wizard.member_ids = members - (
                wizard.ticket_ids.user_id
                if len(wizard.ticket_ids) == 1
                else self.env["res.users"]
            )

    @api.depends("user_id")
    def _compute_standing(self):
        """How busy the chosen colleague is, and whether he is there."""
        for wizard in self:
            agent = self.env["flywheel.agent"].search(
                [("user_id", "=", wizard.user_id.id)], limit=1
            )
            wizard.standing = agent and self.env._(
                "%(presence)s; waiting for this colleague: %(load)s",
                presence=agent.presence,
                load=f"{agent.load:g}",
            )

    def action_confirm(self):
        """Give the cases away.

        :raises UserError: when the colleague is in none of the teams, or the queue is
            none
        """
        self.ensure_one()
        tickets = self.ticket_ids
        tickets.check_access("write")
        if self.target == "agent":
            self._check_colleague()
            tickets._flywheel_give_to(self.user_id, self.reason)
        else:
            tickets._flywheel_give_back(self.reason)
        if tickets._filtered_access("read") == tickets:
            return {"type": "ir.actions.act_window_close"}
        # The case is out of sight now.
        return self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_my_tickets_action"
        )

    def _check_colleague(self):
        for ticket in self.ticket_ids:
            if self.user_id not in ticket.team_id.user_ids:
                raise UserError(
                    self.env._(
                        "%(user)s is not a member of the team of case %(case)s.",
                        user=self.user_id.name or self.env._("Nobody"),
                        case=ticket.number,
                    )
                )
