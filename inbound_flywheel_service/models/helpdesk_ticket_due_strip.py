# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .helpdesk_ticket import AGENT


class HelpdeskTicketDueStrip(models.Model):
    """What is due when, in one line."""

    _inherit = "helpdesk.ticket"

    due_strip = fields.Json(compute="_compute_due_strip", groups=AGENT)

    @api.depends_context("lang")
    @api.depends(
        "answer_due",
        "waiting_since",
        "first_response_date",
        "ticket_sla_ids.state",
        "ticket_sla_ids.deadline",
        "ticket_sla_ids.warned",
    )
    def _compute_due_strip(self):
        now = fields.Datetime.now()
        for ticket in self:
            # sudo: helpdesk.ticket.sla - as readable as the case itself
            lines = ticket.sudo().ticket_sla_ids
            items = []
            if ticket.answer_due and not ticket.closed:
                kind = (
                    "next_response"
                    if ticket.first_response_date
                    else ("first_response")
                )
                warned = lines.filtered(lambda li, k=kind: li.kind == k and li.warned)
                label = (
                    self.env._("Answer")
                    if ticket.first_response_date
                    else self.env._("First answer")
                )
                items.append(
                    self._flywheel_due_item(label, ticket.answer_due, warned, now)
                )
            for line in lines.filtered(
                lambda li: li.kind == "solution" and li.state == "in_progress"
            ):
                items.append(
                    self._flywheel_due_item(
                        self.env._("Solution"), line.deadline, line.warned, now
                    )
                )
            missed = sum(lines.mapped("missed"))
            ticket.due_strip = {
                "items": items,
                "missed": missed,
                "idle": not ticket.waiting_since and not ticket.closed,
            }

    @api.model
    def _flywheel_due_item(self, label, due, warned, now):
        state = "late" if due < now else "soon" if warned else "ok"
        return {"label": label, "due": fields.Datetime.to_string(due), "state": state}
