# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicketTeamMail(models.Model):
    """What the customers of a team are told by themselves, and when."""

    _inherit = "helpdesk.ticket.team"

    flywheel_progress = fields.Boolean(
        string="Tell Before a Promise Lapses",
        default=True,
        help="The customer who still waits for an answer shortly before it is due is "
        "told that we are at it, and the new time.",
    )
    flywheel_progress_share = fields.Integer(
        string="When This Share Is Left",
        default=20,
        help="Per cent of the time from question to due answer, or the minutes below "
        "if these are more; never before half the time has passed.",
    )
    flywheel_progress_minutes = fields.Integer(
        string="Or So Much Time",
        default=30,
        help="Minutes until the answer is due.",
    )
    flywheel_progress_hours = fields.Integer(
        string="Once in",
        default=24,
        help="A case gets no second mail of this kind within so many hours.",
    )
    flywheel_remind_days = fields.Integer(
        string="Remind After",
        help="Days after our answer on which a customer who did not react is reminded, "
        "once. 0: never. Cases with an open activity of ours are left alone.",
    )
    flywheel_close_days = fields.Integer(
        string="Then Close After",
        help="Days after the reminder on which the case closes by itself. 0: never.",
    )
    flywheel_close_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        string="Stage",
        domain="[('closed', '=', True), '|', ('team_ids', '=', False), "
        "('team_ids', 'in', id)]",
        ondelete="set null",
        help="Empty: the first stage that closes.",
    )
    flywheel_closing = fields.Boolean(
        string="Tell When Solved",
        default=True,
        help="The mail says how to open the case again. Stages with a mail template of "
        "their own send that instead.",
    )
    flywheel_closing_solution = fields.Boolean(
        string="With the Solution",
        default=True,
        help="The mail brings the words of the page Solution. Switch it off where "
        "these are for colleagues only.",
    )
    flywheel_rating = fields.Boolean(
        string="Ask for a Rating",
        default=True,
        help="Once for each solved case, and not within the pause for each person that "
        "the settings of the company give. Never for cases that closed by themselves.",
    )
    flywheel_rating_hours = fields.Integer(
        string="Rating Asked After",
        help="0: the mail about the solution asks. More: a mail of its own does.",
    )
    flywheel_mail_restricted = fields.Boolean(
        string="Also for Restricted Cases",
        help="Else the customers of restricted cases get nothing by themselves but the "
        "receipt.",
    )

    _progress_range = models.Constraint(
        "CHECK (flywheel_progress_share BETWEEN 0 AND 50 "
        "AND flywheel_progress_minutes >= 0 AND flywheel_progress_hours >= 0)",
        "The share is between 0 and 50 %, minutes and hours are not negative.",
    )
    _days_range = models.Constraint(
        "CHECK (flywheel_remind_days >= 0 AND flywheel_close_days >= 0 "
        "AND flywheel_rating_hours >= 0)",
        "Days and hours are not negative.",
    )

    def _flywheel_closing_stage(self):
        """Where cases of this team go that close by themselves; may be empty."""
        own = self.flywheel_close_stage_id
        if own.closed:
            return own
        stages = self._get_applicable_stages().filtered("closed")
        return stages.filtered(lambda stage: not stage.unsolved)[:1] or stages[:1]
