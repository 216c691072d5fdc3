# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .helpdesk_ticket_team_hours import FIRST_HOURS, NEXT_HOURS


class HelpdeskTicketSla(models.Model):
    """Which service levels a case has: in bulk, and whenever it changes."""

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        # The step of the intake sets them, when team, tier and priority are known.
        later = self.with_context(flywheel_sla_later=True)
        tickets = super(HelpdeskTicketSla, later).create(vals_list)
        return tickets.with_env(self.env)

    def _flywheel_step_sla(self):
        return self._flywheel_refresh()

    # ------------------------------------------------------------------
    # What helpdesk_mgmt_sla does one by one
    # ------------------------------------------------------------------
    def _compute_sla_fits(self):
        wanted = self._flywheel_wanted_slas()
        for ticket in self:
            lines = ticket.ticket_sla_ids
            extra = lines.sla_id - wanted[ticket]
            kept = lines.filtered("missed").sla_id
            ticket.sla_fits = wanted[ticket] <= lines.sla_id and extra <= kept

    def _get_sla(self):
        wanted = self._flywheel_wanted_slas()
        return self.env["helpdesk.sla"].union(*wanted.values())

    # Private: whoever called it with an id would drop the promises of any case.
    @api.private
    def set_sla(self):
        if self.env.context.get("flywheel_sla_later"):
            return
        # sudo: helpdesk.ticket.sla - promises are the system's work, whoever
        # causes them; agents may not delete lines
        self.sudo().ticket_sla_ids.unlink()
        self.sudo()._flywheel_refresh()

    def refresh_sla(self):
        self.check_access("write")
        # sudo: see set_sla
        self.sudo()._flywheel_refresh()

    def _search_sla_expired(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        values = value if operator == "in" else [value]
        found = [("ticket_sla_ids.expired", "=", True)]
        if any(values):
            return found
        # A case without a promise has missed none.
        return [("id", "not in", self._search(found))]

    # ------------------------------------------------------------------
    # In bulk
    # ------------------------------------------------------------------
    def _flywheel_wanted_slas(self):
        """dict ticket -> service levels that apply; two queries for any number."""
        # sudo: helpdesk.sla, flywheel.tier - who is in which tier decides, whether
        # or not the reader may see tiers
        tickets = self.sudo()
        wanted = {ticket: self.env["helpdesk.sla"].browse() for ticket in self}
        slas = (
            self.env["helpdesk.sla"]
            .sudo()
            .search([("company_id", "in", [False, *tickets.company_id.ids])])
        )
        for sla in slas:
            for ticket in sla._flywheel_for(tickets):
                wanted[self.browse(ticket.id)] += sla.sudo(False)
        return wanted

    def _flywheel_set_lines(self):
        """Add promises that apply now, drop those that no longer do.

        What was missed stays on the case: a change of team does not undo it.

        :return: dict ticket -> service levels added
        """
        wanted = self._flywheel_wanted_slas()
        lines = self.ticket_sla_ids
        have = {(line.ticket_id.id, line.sla_id.id) for line in lines}
        obsolete = lines.filtered(
            lambda line: not line.missed and line.sla_id not in wanted[line.ticket_id]
        )
        obsolete.unlink()
        new = [
            (ticket, sla)
            for ticket in self
            for sla in wanted[ticket]
            if (ticket.id, sla.id) not in have
        ]
        self.env["helpdesk.ticket.sla"].create(
            [{"ticket_id": ticket.id, "sla_id": sla.id} for ticket, sla in new]
        )
        added = {}
        for ticket, sla in new:
            added.setdefault(ticket, []).append(sla)
        return added

    def _flywheel_advance_slas(self, now):
        """Lines of the trace about what was promised and missed at ``now``."""
        line = self.env["flywheel.case.trace"]._line
        lines = [
            line(
                ticket,
                "sla",
                "sla_set",
                names=", ".join(sla.name for sla in slas),
            )
            for ticket, slas in self._flywheel_set_lines().items()
        ]
        missed, warned = self.ticket_sla_ids._flywheel_advance(now)
        for promise in missed:
            lines.append(
                line(promise.ticket_id, "sla", "sla_missed", name=promise.name)
            )
        lines += warned._flywheel_warn()
        return lines

    def _flywheel_sla_moments(self):
        """dict ticket id -> the next moment at which a promise has to be looked at."""
        moments = {}
        for line in self.ticket_sla_ids:
            if line.state != "in_progress":
                continue
            warn = not line.warned and line.warn_at
            moment = min(m for m in (warn, line.deadline) if m) if line.deadline else 0
            if moment:
                known = moments.get(line.ticket_id.id, moment)
                moments[line.ticket_id.id] = min(known, moment)
        return moments

    def _flywheel_answer_hours(self):
        """Working hours until an answer where no service level says: the team's."""
        if self.first_response_date:
            return self.team_id.flywheel_next_hours or NEXT_HOURS
        return self.team_id.flywheel_first_hours or FIRST_HOURS

    def _flywheel_answer_due(self):
        """Until when the customer of this case is to hear from us."""
        if not self.waiting_since:
            return False
        kind = "next_response" if self.first_response_date else "first_response"
        promised = self.ticket_sla_ids.filtered(
            lambda li: li.kind == kind and li.state in ("in_progress", "expired")
        ).mapped("deadline")
        promised = [moment for moment in promised if moment]
        if promised:
            return min(promised)
        time = self._flywheel_calendar()._flywheel_working_time()
        hours = self._flywheel_answer_hours()
        return time.add(fields.Datetime.to_datetime(self.waiting_since), hours * 3600)
