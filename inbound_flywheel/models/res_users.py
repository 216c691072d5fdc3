# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

TEAMS = ("marketing", "sales", "service")
# Whoever sells is in sales, whatever else; then the narrower team comes first.
TEAM_GROUPS = (
    ("sales", "sales_team.group_sale_salesman"),
    ("service", "inbound_flywheel.group_flywheel_service"),
    ("sales", "inbound_flywheel.group_flywheel_sales"),
    ("marketing", "inbound_flywheel.group_flywheel_marketing"),
)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_flywheel_teams(self):
        """Return the teams of a user, by the groups: marketing, sales, service.

        A manager belongs to all three.
        """
        self.ensure_one()
        # sudo: which team a colleague is of is no secret
        groups = self.sudo().all_group_ids
        return [
            team
            for team in TEAMS
            if self.env.ref(f"inbound_flywheel.group_flywheel_{team}") in groups
        ]

    def _get_flywheel_department(self):
        """Return the department whose view a user most likely brings in."""
        return next(iter(self._get_flywheel_teams() if self else []), "other")

    def _get_flywheel_team(self, place=None):
        """Return the team of the current user: marketing, sales or service.

        Managers are in all teams: theirs is marketing, which keeps the personas.

        :param place: the team of the screen; it is the user's, too, where the user is
            in several teams and in that one
        """
        user = self.env.user
        in_place = place and user.has_group(f"inbound_flywheel.group_flywheel_{place}")
        if in_place:
            return place
        if user.has_group("inbound_flywheel.group_flywheel_manager"):
            return "marketing"
        teams = (team for team, xmlid in TEAM_GROUPS if user.has_group(xmlid))
        return next(teams, False)
