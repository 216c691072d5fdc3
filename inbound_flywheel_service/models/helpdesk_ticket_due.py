# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .helpdesk_ticket import AGENT

# A change of these moves what is due.
DECISIVE = {
    "active",
    "category_id",
    "company_id",
    "create_date",
    "duplicate_id",
    "first_response_date",
    "flywheel_profile_id",
    "priority",
    "stage_id",
    "tag_ids",
    "team_id",
    "user_id",
    "waiting_since",
}
# Cases that are looked at within the request that changed the rules; the others
# follow by the scheduled action.
AT_ONCE = 200
# Days and cases by which the load is judged.
RECENT_DAYS = 30
RECENT_CASES = 500
# What is overdue is promised within this working time, in seconds.
SOON = 3600


class HelpdeskTicketDue(models.Model):
    """Until when a customer is to hear from us, in the hours in which we work."""

    _inherit = "helpdesk.ticket"

    next_escalation = fields.Datetime(
        readonly=True,
        copy=False,
        help="When this case has to be looked at next. May be too early, never too "
        "late.",
        groups=AGENT,
    )
    unowned_since = fields.Datetime(
        string="Without Owner Since", readonly=True, copy=False, groups=AGENT
    )

    _flywheel_next_idx = models.Index(
        "(next_escalation) WHERE next_escalation IS NOT NULL"
    )
    _flywheel_answered_idx = models.Index(
        "(team_id, first_response_date) WHERE first_response_date IS NOT NULL"
    )

    # ------------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------------
    def write(self, vals):
        heirs = self._flywheel_inherit_wait(vals)
        result = super().write(vals)
        if heirs:
            self._flywheel_stop_waiting(heirs)
        if DECISIVE & vals.keys() and not self.env.context.get("flywheel_intake"):
            # sudo: clocks are the system's work, whoever changes the case
            lines = self.sudo()._flywheel_refresh()
            self.env["flywheel.case.trace"]._add(lines)
        return result

    def _flywheel_step_clock(self):
        lines = super()._flywheel_step_clock() or []
        # Should the next step fail, the scheduled action makes up for it.
        self.filtered(lambda t: not t.closed).next_escalation = fields.Datetime.now()
        return lines

    def _flywheel_has_reopened(self):
        result = super()._flywheel_has_reopened()
        again = self.filtered(
            lambda t: not t.waiting_since and not t._flywheel_is_machine()
        )
        again.waiting_since = fields.Datetime.now()
        return result

    def _flywheel_customer_wrote(self, message):
        result = super()._flywheel_customer_wrote(message)
        survivor = self._flywheel_survivor()
        if survivor != self and self.waiting_since:
            self._flywheel_hand_wait_to(survivor)
        return result

    # ------------------------------------------------------------------
    # Duplicates: the surviving case waits for both
    # ------------------------------------------------------------------
    def _flywheel_inherit_wait(self, vals):
        """Who waits on cases that are about to be marked as duplicates."""
        if not vals.get("duplicate_id"):
            return {}
        return {case: case.sudo().waiting_since for case in self}

    def _flywheel_stop_waiting(self, heirs):
        for case in self.sudo():
            if case.duplicate_id and heirs.get(case):
                case.waiting_since = heirs[case]
                case._flywheel_hand_wait_to(case._flywheel_survivor())

    def _flywheel_hand_wait_to(self, survivor):
        """The customer of this duplicate waits on the surviving case from now on."""
        since = self.waiting_since
        if not survivor.closed:
            old = survivor.waiting_since
            new = min(old, since) if old else since
            self.env["flywheel.escalation.log"]._merge(self, since, survivor, old, new)
            if new != old:
                survivor.waiting_since = new
        self.write({"waiting_since": False, "answer_due": False})

    # ------------------------------------------------------------------
    # Hours
    # ------------------------------------------------------------------
    def _flywheel_calendar(self):
        """The hours of the team, else of the company; empty: around the clock."""
        return self.team_id.resource_calendar_id or self.company_id.resource_calendar_id

    def _flywheel_expected(self):
        """Until when the customer can honestly expect an answer.

        The later of what was promised and what answers of this team have taken
        lately; never in the past.

        :return: datetime (UTC), or ``False`` when nobody waits
        """
        self.ensure_one()
        # sudo: clock, hours and other cases of the team decide, whoever asks
        case = self.sudo()
        if not case.waiting_since:
            return False
        now = fields.Datetime.now()
        calendar = case._flywheel_calendar()
        time = calendar._flywheel_working_time()
        moments = [case.answer_due or case._flywheel_answer_due()]
        start = case.waiting_since
        if not case.first_response_date:
            took = case.team_id._flywheel_expected_seconds(
                calendar, time.is_open(start)
            )
            if took is not None:
                moments.append(time.add(start, took))
        expected = max(moments)
        return expected if expected > now else time.add(now, SOON)

    @api.model
    def _flywheel_recent_answers(self, team):
        """(opened, first answer) of the team's latest answers, up to 500."""
        cache = self.env.cr.cache.setdefault("flywheel.recent.answers", {})
        if team.id not in cache:
            since = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
            self.flush_model(["team_id", "first_response_date"])
            cache[team.id] = self.env.execute_query(
                SQL(
                    """
                    SELECT date_trunc('second', create_date), first_response_date
                      FROM helpdesk_ticket
                     WHERE %s AND first_response_date >= %s
                     ORDER BY first_response_date DESC
                     LIMIT %s
                    """,
                    SQL("team_id = %s", team.id) if team else SQL("team_id IS NULL"),
                    since,
                    RECENT_CASES,
                )
            )
        return cache[team.id]

    # ------------------------------------------------------------------
    # Keeping it true
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_look_again(self, domain=()):
        """Rules or hours changed: look at the open cases again.

        The first at once, the others by the scheduled action, within minutes.
        """
        if self.env.context.get("flywheel_intake"):
            return
        # sudo: clocks follow the rules, whoever changes those
        cases = self.sudo().search(
            Domain(domain) & Domain("stage_id.closed", "=", False),
            limit=AT_ONCE + 1,
        )
        at_once = cases[:AT_ONCE]
        if at_once:
            lines = at_once._flywheel_refresh(changed=True)
            self.env["flywheel.case.trace"]._add(lines)
        if len(cases) > AT_ONCE:
            self.sudo()._flywheel_mark(domain, at_once)

    def _flywheel_mark(self, domain, done):
        query = self._search(Domain(domain) & Domain("stage_id.closed", "=", False))
        self.env.execute_query(
            SQL(
                """
                UPDATE helpdesk_ticket SET next_escalation = %s
                 WHERE id IN %s AND NOT id = ANY(%s) RETURNING 1
                """,
                fields.Datetime.now(),
                query.subselect(),
                done.ids,
            )
        )
        self.invalidate_model(["next_escalation"])
        self.env.ref("inbound_flywheel_service.ir_cron_escalate")._trigger()

    def _flywheel_refresh(self, changed=False):
        """Set what is due, and when the cases have to be looked at next.

        :param bool changed: whether hours or service levels may have changed
        :return: lines for the trace
        """
        cases = self.exists().filtered(lambda t: not t.closed and t.active)
        rest = (self - cases).exists()
        now = fields.Datetime.now()
        if changed:
            lines = cases.ticket_sla_ids
            self.env.add_to_compute(lines._fields["hours"], lines)
        trace = (cases | rest.filtered("ticket_sla_ids"))._flywheel_advance_slas(now)
        live = cases.filtered(lambda t: not t.duplicate_id)
        values = {case.id: (None, None, None) for case in rest | (cases - live)}
        owners = {
            case.id: None if case.user_id else case.unowned_since or now
            for case in live
        }
        due = {case.id: case._flywheel_answer_due() or None for case in live}
        moments = live._flywheel_next_moments(due, owners, now)
        for case in live:
            values[case.id] = (due[case.id], moments.get(case.id), owners[case.id])
        self._flywheel_store_due(values)
        return trace

    def _flywheel_store_due(self, values):
        """Write due times of many cases in one statement.

        :param dict values: ticket id -> (answer due, next look, without owner since)
        """
        names = ["answer_due", "next_escalation", "unowned_since"]
        changed = {
            case.id: values[case.id]
            for case in self.browse(values)
            if tuple(case[name] or None for name in names) != values[case.id]
        }
        if not changed:
            return
        self.flush_model(names)
        columns = [list(column) for column in zip(*changed.values(), strict=True)]
        self.env.execute_query(
            SQL(
                """
                UPDATE helpdesk_ticket t
                   SET answer_due = v.due, next_escalation = v.next,
                       unowned_since = v.unowned
                  FROM unnest(%s, %s::timestamp[], %s::timestamp[], %s::timestamp[])
                    AS v(id, due, next, unowned)
                 WHERE t.id = v.id
             RETURNING 1
                """,
                list(changed),
                *columns,
            )
        )
        self.browse(changed).invalidate_recordset(names, flush=False)
