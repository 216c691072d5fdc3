# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


class HelpdeskTicketReassign(models.Model):
    """People give cases away: the reason stays in the trace."""

    _inherit = "helpdesk.ticket"

    def action_flywheel_give_back(self):
        """Ask why these cases go back to the queue."""
        return self._flywheel_open_reassign(
            self.env._("Give Back to the Queue"), default_target="queue"
        )

    def action_flywheel_reassign(self):
        """Ask to whom these cases go, and why."""
        return self._flywheel_open_reassign(
            self.env._("Reassign"), default_target="agent"
        )

    def _flywheel_open_reassign(self, title, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "flywheel.case.reassign",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_ids": self.ids, **defaults},
        }

    def _flywheel_give_to(self, user, reason):
        """Give these cases to a colleague.

        :param user: a member of their teams
        :param str reason: for the trace
        """
        line = self.env["flywheel.case.trace"]._line_by_hand
        actor = self.env.user
        # sudo: who gives a case away need not see it afterwards
        cases = self.sudo().filtered(lambda t: t.user_id != user)
        self.env["flywheel.case.trace"]._add(
            [
                line(
                    case,
                    "assign_hand_reason",
                    by=actor.name,
                    user=user.name,
                    reason=reason,
                )
                for case in cases
            ]
        )
        names = {case.id: (case.user_id or actor).name for case in cases}
        cases._flywheel_log_handover(names)
        cases.with_context(flywheel_assigning=True).write({"user_id": user.id})
        for away, group in cases.grouped(lambda t: t._flywheel_is_agent_away()).items():
            group.write({"chosen_absent": away})

    def _flywheel_give_back(self, reason):
        """Put these cases back into the queue; they do not go to the same agent again.

        :param str reason: for the trace
        :raises UserError: when nobody would look for another agent
        """
        manual = self.filtered(lambda t: not t.team_id.flywheel_auto_assign)
        if manual:
            raise UserError(
                self.env._(
                    "%(team)s assigns by hand, it has no queue: choose a colleague.",
                    team=manual[0].team_id.display_name or manual[0].display_name,
                )
            )
        line = self.env["flywheel.case.trace"]._line_by_hand
        # sudo: who gives a case away need not see it afterwards
        cases = self.sudo().filtered("user_id")
        self.env["flywheel.case.trace"]._add(
            [
                line(
                    case,
                    "assign_returned",
                    user=case.user_id.name,
                    reason=reason,
                )
                for case in cases
            ]
        )
        cases._flywheel_log_handover({case.id: case.user_id.name for case in cases})
        for user, group in cases.grouped("user_id").items():
            group.with_context(flywheel_assigning=True).write({"user_id": False})
            group.message_unsubscribe(user.partner_id.ids)
            group._flywheel_enter_queue(declined=user)
