# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

PRESENCE = {"active", "out_of_office_from", "out_of_office_to", "manual_im_status"}


class ResUsers(models.Model):
    """Who leaves or comes back moves the queues of his teams."""

    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if "helpdesk_team_ids" in vals:
            self.env["flywheel.agent"]._ensure(self.filtered("helpdesk_team_ids"))
        if PRESENCE & vals.keys():
            self._flywheel_presence_changed()
        return result

    def _flywheel_presence_changed(self):
        # sudo: of which teams a colleague is a member is no secret
        agents = self.sudo().filtered("helpdesk_team_ids")
        if not agents:
            return
        now = fields.Datetime.now()
        moments = {now}
        for user in agents:
            moments |= {user.out_of_office_from, user.out_of_office_to}
        due = sorted(moment for moment in moments if moment and moment >= now)
        agents.helpdesk_team_ids._flywheel_assign_later(due)
