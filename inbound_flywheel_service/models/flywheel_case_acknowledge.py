# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class FlywheelCaseAcknowledge(models.AbstractModel):
    """Confirms receipt to the customer, once, and never to a machine."""

    _name = "flywheel.case.acknowledge"
    _description = "Confirmation of Receipt"

    def _acknowledge(self, tickets):
        """Put confirmations for new cases into the mail queue.

        :param tickets: new cases, in superuser mode
        :return: lines for the trace
        """
        mailer = self.env["flywheel.case.mailer"]
        template = mailer._template("received")
        if not template or self.env.context.get("flywheel_no_acknowledge"):
            return []
        lines = []
        todo = tickets.browse()
        for ticket in tickets.filtered(lambda t: not t.closed):
            refusal = self._refusal(ticket)
            if refusal:
                code, values = refusal
                lines.append(mailer._line(ticket, code, **values))
            else:
                todo |= ticket
        if not todo:
            return lines
        sent, _refused, more = mailer._deliver(
            "received",
            todo,
            template,
            promised=lambda ticket: ticket._flywheel_promised_until(),
        )
        sent.acknowledged_date = fields.Datetime.now()
        return lines + more

    @api.model
    def _get_own_sources(self):
        """Return the ways by which customers open their cases themselves."""
        return ("mail", "portal", "api")

    def _refusal(self, ticket):
        """(code, values) of the reason of the case for sending nothing, or None."""
        team = ticket.team_id
        if ticket.acknowledged_date:
            return "ack_done", {}
        if not ticket._flywheel_mail_address() or ticket._flywheel_is_machine():
            # These have a reason of their own, which goes before the team's.
            return None
        if team and not team.flywheel_acknowledge:
            return "ack_team", {"team": team.display_name}
        if ticket.intake_source not in self._get_own_sources():
            if not team.flywheel_acknowledge_backend:
                return "ack_backend", {}
        return None
