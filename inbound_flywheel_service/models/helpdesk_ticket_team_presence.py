# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError

# What changes who may take the cases of a team.
WAKING = {
    "active",
    "flywheel_auto_assign",
    "flywheel_capacity",
    "flywheel_last_resort",
    "flywheel_night",
    "resource_calendar_id",
    "user_ids",
}


class HelpdeskTicketTeam(models.Model):
    """Members who come and go."""

    _inherit = "helpdesk.ticket.team"

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        self.env["flywheel.agent"]._ensure(teams.user_ids)
        return teams

    def write(self, vals):
        result = super().write(vals)
        if "user_ids" in vals:
            self.env["flywheel.agent"]._ensure(self.user_ids)
        if WAKING & vals.keys():
            self._flywheel_assign_later()
        return result

    def action_flywheel_assign(self):
        """Assign what waits now, up to a thousand cases; the rest follows by itself.

        :raises AccessError: for others than the leader and managers
        """
        self.ensure_one()
        manager = self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager")
        if not manager and self.user_id != self.env.user:
            raise AccessError(
                self.env._("Only the leader of %(team)s may do that.", team=self.name)
            )
        self.check_access("read")
        # sudo: the choice reads the work of all members, whoever asks for it
        team = self.sudo()
        count = team._flywheel_assign_waiting(1_000)
        team._flywheel_assign_later()
        waiting = (
            self.env["helpdesk.ticket"]
            .sudo()
            .search_count(team._flywheel_waiting_domain())
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if waiting else "success",
                "message": self.env._(
                    "Assigned: %(count)s. Still waiting: %(waiting)s.",
                    count=count,
                    waiting=waiting,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_flywheel_open_queue(self):
        """The cases that wait for an agent of this team."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        action["domain"] = list(self._flywheel_waiting_domain())
        action["context"] = {}
        return action
