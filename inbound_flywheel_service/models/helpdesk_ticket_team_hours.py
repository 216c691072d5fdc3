# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

# Working hours where neither a service level nor a team says otherwise.
FIRST_HOURS = 4.0
NEXT_HOURS = 8.0
# Fewer cases say nothing about the next one.
ENOUGH = 20
DECISIVE = {
    "flywheel_first_hours",
    "flywheel_next_hours",
    "resource_calendar_id",
    "use_sla",
}


class HelpdeskTicketTeam(models.Model):
    """How soon a team answers where no service level says otherwise."""

    _inherit = "helpdesk.ticket.team"

    flywheel_first_hours = fields.Float(
        string="First Answer Within",
        default=FIRST_HOURS,
        help="Working hours until the first answer to a new case, unless a service "
        "level says otherwise.",
    )
    flywheel_next_hours = fields.Float(
        string="Next Answers Within",
        default=NEXT_HOURS,
        help="Working hours until the answer to each later message of the customer, "
        "unless a service level says otherwise.",
    )

    _check_flywheel_hours = models.Constraint(
        "CHECK (flywheel_first_hours >= 0 AND flywheel_next_hours >= 0)",
        "An answer cannot be due before the question.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        for team in teams.filtered(lambda t: t.use_sla and not t.resource_calendar_id):
            team.resource_calendar_id = team.company_id.resource_calendar_id
        return teams

    def write(self, vals):
        result = super().write(vals)
        if DECISIVE & vals.keys():
            self.env["helpdesk.ticket"]._flywheel_look_again(
                [("team_id", "in", self.ids)]
            )
        return result

    def _flywheel_expected_seconds(self, calendar, open_now):
        """What answers have taken lately: the median, in seconds of working time.

        Of the last 30 days, of cases that came in at such an hour: within working
        hours or outside of them.

        :param calendar: the hours that count
        :param bool open_now: whether it is within them
        :return: ``None`` below :data:`ENOUGH` cases
        """
        time = calendar._flywheel_working_time()
        rows = self.env["helpdesk.ticket"]._flywheel_recent_answers(self)
        took = sorted(
            time.between(start, stop)
            for start, stop in rows
            if time.is_open(start) == open_now
        )
        return took[len(took) // 2] if len(took) >= ENOUGH else None
