# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..engine.mail_verdict import HUMAN


class HelpdeskTicketVerdict(models.Model):
    """Agents know better: a mail that was taken for a machine's."""

    _inherit = "helpdesk.ticket"

    def action_flywheel_is_person(self):
        """Treat the mails that opened these cases as written by people.

        What was left out is made up for: person, clock since the mail came in,
        assignment, confirmation.

        :raises AccessError: without write access to the cases
        """
        self.check_access("write")
        # sudo: as in the intake, the choice is the system's
        cases = self.sudo().filtered(lambda t: t._flywheel_is_machine())
        trace = self.env["flywheel.case.trace"]
        name = self.env.user.name
        lines = [trace._line(case, "mail", "is_person", user=name) for case in cases]
        cases.write({"mail_verdict": HUMAN, "mail_evidence": False})
        cases._flywheel_ensure_profiles()
        cases = cases.with_context(flywheel_intake=True)
        for step, method in (
            ("profile", cases._flywheel_step_person),
            ("stage", cases._flywheel_step_clock),
            ("sla", cases._flywheel_step_sla),
            ("assign", cases._flywheel_step_assign),
            ("acknowledge", cases._flywheel_step_acknowledge),
            ("stage", cases._flywheel_step_touchpoints),
        ):
            lines += cases._flywheel_safely(step, method)
        for case in cases.filtered("waiting_since"):
            case.waiting_since = case.create_date
        trace._add(lines)
