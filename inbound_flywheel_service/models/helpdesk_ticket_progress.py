# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicketProgress(models.Model):
    """What happens to a case on its way: stages, answers, touchpoints."""

    _inherit = "helpdesk.ticket"

    def _flywheel_solved(self):
        return self.filtered(lambda t: t.closed and not t.stage_id.unsolved)

    def _flywheel_stage_moved(self, was_closed):
        """After a change of stage: count what was solved, note what was reopened."""
        closed = self.filtered(lambda t: t.closed and not was_closed[t])
        reopened = self.filtered(lambda t: was_closed[t] and not t.closed)
        # sudo: clocks, promises and mails are the system's work
        if closed:
            closed.sudo()._flywheel_has_closed()
        if reopened:
            reopened.sudo()._flywheel_has_reopened()

    def _flywheel_has_closed(self):
        """These cases were just closed, solved or not; in superuser mode."""
        self.write({"waiting_since": False, "answer_due": False})
        for count, tickets in self._flywheel_solved().grouped("reopen_count").items():
            tickets._flywheel_record("case_solved", f"solved:{count}")

    def _flywheel_has_reopened(self):
        """These cases were just opened again; in superuser mode."""
        lines = []
        for ticket in self:
            count = ticket.reopen_count + 1
            ticket.write({"closed_date": False, "reopen_count": count})
            lines.append(
                self.env["flywheel.case.trace"]._line(
                    ticket, "stage", "reopened", count=count
                )
            )
        self.env["flywheel.case.trace"]._add(lines)

    def _flywheel_record(self, code, key, **values):
        """Append touchpoints of these cases; machines leave none.

        :param str code: of the touchpoint type
        :param str key: what makes the event unique within its case
        """
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": code,
                    "date": fields.Datetime.to_datetime(
                        self.env.context.get("flywheel_event_date")
                    ),
                    "profile_id": ticket.flywheel_profile_id.id,
                    "external_key": f"helpdesk.ticket:{ticket.id}:{key}",
                    "summary": f"{ticket.number} {ticket.name}"[:200],
                    "res_model": "helpdesk.ticket",
                    "res_id": ticket.id,
                    **values,
                }
                # sudo: flywheel.profile - the ledger is written by the flow, whoever
                # causes the event
                for ticket in self.sudo()
                if ticket.flywheel_profile_id and not ticket._flywheel_is_machine()
            ]
        )

    def rating_apply(self, rate, token=None, rating=None, **kwargs):
        rating = super().rating_apply(rate, token=token, rating=rating, **kwargs)
        for ticket in self:
            # The customer may change his mind: another value is another line.
            ticket._flywheel_record("rating", f"rating:{rating.id}:{rate}", value=rate)
        return rating
