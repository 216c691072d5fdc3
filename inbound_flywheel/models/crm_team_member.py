# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..engine.distribution import Seat

# Window in which Odoo counts a salesperson's capacity.
CAPACITY_DAYS = 30


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    def _get_seats(self):
        """Return these members as seats, with the room that they have left.

        What was assigned in the window counts as Odoo counts it, and what the
        salesperson returned as well.
        """
        since = fields.Datetime.now() - timedelta(days=CAPACITY_DAYS)
        taken = self._get_lead_from_date(since)
        Handover = self.env["flywheel.handover"]
        domain = [("user_id", "in", self.user_id.ids)]
        returned = {
            (user.id, team.id): count
            for user, team, count in Handover._read_group(
                [
                    *domain,
                    ("state", "=", "returned"),
                    ("date_assigned", ">=", since),
                    ("lead_id.user_id", "=", False),
                ],
                ["user_id", "team_id"],
                ["__count"],
            )
        }
        last = {
            (user.id, team.id): date.timestamp()
            for user, team, date in Handover._read_group(
                [*domain, ("date_assigned", "!=", False)],
                ["user_id", "team_id"],
                ["date_assigned:max"],
            )
        }
        seats = []
        for member in self:
            key = (member.user_id.id, member.crm_team_id.id)
            room = member.assignment_max - taken.get(key, 0) - returned.get(key, 0)
            seats.append(Seat(member.id, *key, room, (0, last.get(key, 0))))
        return seats
