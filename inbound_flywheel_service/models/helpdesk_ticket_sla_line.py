# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

HOUR = 3600


class HelpdeskTicketSla(models.Model):
    """One promise on one case.

    The working time comes from the service level, the team, the company, or is
    around the clock: never from nothing.
    """

    _name = "helpdesk.ticket.sla"
    _inherit = ["helpdesk.ticket.sla", "flywheel.case.part.mixin"]

    ticket_id = fields.Many2one(index=True)
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    kind = fields.Selection(related="sla_id.kind", store=True)
    # Of its own: what was reached or missed must not be forgotten with new hours.
    hours = fields.Float(compute="_compute_hours", store=True)
    started = fields.Datetime(
        readonly=True, help="Since when the present answer is owed."
    )
    warn_at = fields.Datetime(readonly=True)
    warned = fields.Boolean(readonly=True)
    missed = fields.Integer(
        string="Times Missed",
        readonly=True,
        help="How often the promise was not kept on this case.",
    )

    _running_idx = models.Index("(deadline) WHERE state = 'in_progress'")

    # ------------------------------------------------------------------
    # Computed fields
    # ------------------------------------------------------------------
    def _flywheel_time(self):
        """The working time by which this promise counts."""
        ticket = self.ticket_id.sudo()
        return self.sla_id.sudo()._flywheel_calendar(ticket)._flywheel_working_time()

    @api.depends("sla_id")
    def _compute_hours(self):
        for line in self:
            sla = line.sla_id.sudo()
            calendar = sla._flywheel_calendar(line.ticket_id.sudo())
            day = calendar.hours_per_day or 24.0
            line.hours = sla.hours + sla.minutes / 60 + day * sla.days

    @api.depends("sla_id")
    def _compute_sla_data(self):
        for line in self:
            sla, ticket = line.sla_id, line.ticket_id
            line.expected_stage_id = sla.stage_id
            line.last_state_date = ticket.create_date
            if sla.kind != "solution":
                line.state = "in_progress"
            elif ticket.stage_id in sla.ignore_stage_ids:
                line.state = "on_hold"
                line.last_state_date = False
            else:
                reached = line._flywheel_reached()
                line.state = "accomplished" if reached else "in_progress"

    def _flywheel_reached(self):
        """Whether the case is where the solution was promised to bring it."""
        stage = self.ticket_id.stage_id
        if self.ticket_id.closed:
            return True
        if not self.expected_stage_id:
            return False
        return stage.sequence >= self.expected_stage_id.sequence

    @api.depends("hours", "consumed_time", "ticket_id", "last_state_date", "state")
    def _compute_deadline(self):
        for line in self:
            if line.state in ("accomplished", "expired") and line.deadline:
                # What was missed stays missed.
                line.deadline = line.deadline
            elif line.sla_id.kind != "solution":
                # Comes from the clock of the conversation.
                line.deadline = line.deadline
            else:
                start = line.last_state_date or line.ticket_id.create_date
                left = line.hours - line.consumed_time
                start = start or fields.Datetime.now()
                line.deadline = line._flywheel_time().add(start, left * HOUR)

    @api.depends("state", "deadline", "missed")
    def _compute_expired(self):
        now = fields.Datetime.now()
        for line in self:
            late = line.state == "in_progress" and line.deadline
            line.expired = bool(
                line.state == "expired" or line.missed or (late and late < now)
            )

    def _search_expired(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        late = (
            Domain("state", "=", "expired")
            | Domain("missed", ">", 0)
            | (
                Domain("state", "=", "in_progress")
                & Domain("deadline", "<", fields.Datetime.now())
            )
        )
        values = value if operator == "in" else [value]
        return late if any(values) else ~late

    @api.depends("state", "deadline")
    def _compute_color(self):
        now = fields.Datetime.now()
        colors = {"accomplished": 10, "expired": 1, "in_progress": 3}
        for line in self:
            color = colors.get(line.state, 0)
            if line.state == "in_progress" and line.deadline and line.deadline < now:
                color = 1
            line.color = color

    # ------------------------------------------------------------------
    # Progress
    # ------------------------------------------------------------------
    def _stage_recompute(self):
        """The stage of the cases has changed; any number of lines."""
        now = fields.Datetime.now()
        # sudo: helpdesk.ticket.sla - whoever moves a case, its promises follow
        for line in self.sudo().filtered(
            lambda li: li.kind == "solution" and li.state != "expired"
        ):
            line._flywheel_stage_moved(now)

    def _flywheel_stage_moved(self, now):
        reached = self._flywheel_reached()
        state, values = self.state, {"last_state_date": now}
        if state == "in_progress":
            start = self.last_state_date or self.ticket_id.create_date
            worked = self._flywheel_time().between(start, now) / HOUR
            values["consumed_time"] = self.consumed_time + worked
        late = self.deadline and self.deadline < now
        if state == "accomplished" and not reached:
            state = "in_progress"
        elif state in ("in_progress", "on_hold") and reached and not late:
            state = "accomplished"
        elif state == "in_progress" and late:
            state = "expired"
            values["missed"] = self.missed + 1
        if state in ("in_progress", "on_hold"):
            held = self.ticket_id.stage_id in self.sla_id.ignore_stage_ids
            state = "on_hold" if held else "in_progress"
        self.write({**values, "state": state})

    def _flywheel_advance(self, now):
        """Bring the lines to what is true at ``now``: answered, missed, due when.

        :param datetime now: of the pass, the same for all lines
        :return: (lines that were missed just now, lines that are to be warned of)
        """
        missed, warned = [], []
        for line in self:
            values = line._flywheel_answer(now) if line.kind != "solution" else {}
            state = values.get("state", line.state)
            deadline = values.get("deadline", line.deadline)
            if state == "in_progress" and deadline and deadline < now:
                values.update(state="expired", missed=line.missed + 1)
                missed.append(line.id)
            elif state == "in_progress" and deadline:
                warn_at = line._flywheel_warn_at(deadline)
                values["warn_at"] = warn_at
                if warn_at and warn_at <= now and not values.get("warned", line.warned):
                    values["warned"] = True
                    warned.append(line.id)
            changed = {k: v for k, v in values.items() if line[k] != v}
            if changed:
                line.write(changed)
        return self.browse(missed), self.browse(warned)

    def _flywheel_answer(self, now):
        """Values of a line that promises answers, from the clock of its case."""
        ticket = self.ticket_id
        first = self.kind == "first_response"
        if first:
            start = ticket.create_date
            end = ticket.first_response_date or ticket.closed_date
            owed = not ticket.first_response_date and not ticket.closed
        else:
            start, end = ticket.waiting_since, False
            owed = bool(start and ticket.first_response_date and not ticket.closed)
        if not owed:
            return self._flywheel_answered(first, end or now)
        deadline = self._flywheel_time().add(start, self.hours * HOUR)
        same = self.started == start
        values = {"started": start, "deadline": deadline}
        if not same:
            values.update(state="in_progress", warned=False)
        elif self.state != "expired":
            values["state"] = "in_progress"
        return values

    def _flywheel_answered(self, first, end):
        """Nothing is owed any more, or nothing yet."""
        if self.state == "expired" and (first or not self.started):
            return {}
        if not self.deadline or not self.started:
            if not first:
                return {"state": "on_hold", "started": False}
            start = self.ticket_id.create_date
            deadline = self._flywheel_time().add(start, self.hours * HOUR)
        else:
            deadline = self.deadline
        if self.state != "in_progress" and self.started:
            return {}
        late = end > deadline
        values = {
            "deadline": deadline,
            "started": self.started or self.ticket_id.create_date,
            "state": "expired" if late else "accomplished",
        }
        if late:
            values["missed"] = self.missed + 1
        return values

    def _flywheel_warn_at(self, deadline):
        sla = self.sla_id
        if sla.warn_minutes:
            left = sla.warn_minutes / 60
        elif sla.warn_percent:
            left = self.hours * (1 - sla.warn_percent / 100)
        else:
            return False
        return self._flywheel_time().add(deadline, -left * HOUR)

    def _flywheel_warn(self):
        """Tell the owners that a promise is about to be missed.

        :return: lines for the trace
        """
        lines, tasks = [], []
        for line in self:
            case = line.ticket_id
            people = case._flywheel_who_may_see(
                case.user_id or case.team_id.user_id or case._flywheel_managers()
            )
            summary = self.env._("Soon missed: %(name)s", name=line.name)
            tasks += [(case, user, summary) for user in people]
            names = ", ".join(people.mapped("name")) or "–"
            lines.append(
                self.env["flywheel.case.trace"]._line(
                    case, "sla", "sla_warned", name=line.name, people=names
                )
            )
        if tasks:
            self.env["helpdesk.ticket"]._flywheel_schedule(tasks)
        return lines

    # ------------------------------------------------------------------
    # Access
    # ------------------------------------------------------------------
    def _check_access(self, operation):
        """The lines, not their cases, that are denied: filters need lines."""
        result = super()._check_access(operation)
        if not result or result[0]._name == self._name:
            return result
        denied = set(result[0].ids)
        lines = self.sudo().filtered(lambda line: line.ticket_id.id in denied)
        return lines.with_env(self.env), result[1]
