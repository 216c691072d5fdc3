# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import is_html_empty

from odoo.addons.inbound_flywheel.engine.busy import gives_way

from .flywheel_case_mail import PASSING, SENDER_HOURS
from .helpdesk_ticket_still import BATCH

# So many cases closed in one go are told at once, more by the scheduled action.
AT_ONCE = 20


class HelpdeskTicketClosing(models.Model):
    """Tells customers that their case is solved, and asks how we did."""

    _inherit = "helpdesk.ticket"

    closing_due = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The mail about the solution goes out from then on.",
        groups="base.group_user",
    )
    rating_due = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The customer is asked for a rating from then on.",
        groups="base.group_user",
    )
    rating_asked_date = fields.Datetime(
        string="Rating Asked On", readonly=True, copy=False, groups="base.group_user"
    )

    # ------------------------------------------------------------------
    # Hooks of the case
    # ------------------------------------------------------------------
    def _flywheel_has_closed(self):
        result = super()._flywheel_has_closed()
        told = self._flywheel_to_be_told()
        if told and not self.env.context.get("flywheel_no_acknowledge"):
            now = fields.Datetime.now()
            for team, tickets in told.grouped("team_id").items():
                hours = timedelta(hours=team.flywheel_rating_hours)
                tickets.write({"closing_due": now, "rating_due": now + hours})
            if len(told) <= AT_ONCE:
                lines = told._flywheel_safely("acknowledge", told._flywheel_tell_closed)
                self.env["flywheel.case.trace"]._add(lines)
            self._flywheel_tell_later(told)
        return result

    def _flywheel_has_reopened(self):
        result = super()._flywheel_has_reopened()
        self.write({"closing_due": False, "rating_due": False})
        return result

    def _flywheel_to_be_told(self):
        """Solved by people, for people: not cancelled, duplicate, merged, or closed
        because nobody answered."""
        return self._flywheel_solved().filtered(
            lambda t: (
                t.active
                and not t.duplicate_id
                and not t.closed_by_itself
                and not t._flywheel_is_machine()
            )
        )

    # ------------------------------------------------------------------
    # The mail about the solution
    # ------------------------------------------------------------------
    def _flywheel_tell_closed(self):
        """Send the mails about the solution that are due.

        :return: lines for the trace
        """
        mailer = self.env["flywheel.case.mailer"]
        template = mailer._template("closed")
        silent = self.filtered(
            lambda t: (
                not template
                # One event, one mail: the company's own template goes first.
                or t.stage_id.mail_template_id
                or (t.team_id and not t.team_id.flywheel_closing)
            )
        )
        silent.closing_due = False
        todo = self - silent
        asked = todo.filtered(
            lambda t: not t.team_id.flywheel_rating_hours
        )._flywheel_may_be_asked()
        asked.rating_asked_date = fields.Datetime.now()
        keys = {t: str(t.reopen_count) for t in todo}
        sent, refused, lines = mailer._deliver(
            "closed", todo, template, keys, asks_rating=lambda ticket: ticket in asked
        )
        later = self.browse([t.id for t, c in refused.items() if c in PASSING])
        (asked - sent).rating_asked_date = False
        (todo - later).closing_due = False
        (sent & asked).rating_due = False
        later.closing_due = fields.Datetime.now() + timedelta(hours=SENDER_HOURS)
        return lines

    def _flywheel_tell_later(self, tickets):
        """Ask for a run of the scheduled action where something is left to do."""
        dates = {
            date
            for ticket in tickets
            for date in (ticket.closing_due, ticket.rating_due)
            if date
        }
        cron = self.env.ref("inbound_flywheel_service.ir_cron_tell_closed")
        if dates:
            # sudo: ir.cron - only asks for an earlier run
            cron.sudo()._trigger(sorted(dates))

    def _flywheel_solution_words(self):
        """The solution as the customer reads it, or ""."""
        team = self.team_id
        if is_html_empty(self.solution) or team and not team.flywheel_closing_solution:
            return ""
        return self.solution

    def _flywheel_rating_link(self):
        """Address to which the faces add their value; "" where nobody is asked."""
        if not self.rating_asked_date:
            return ""
        return f"{self.get_base_url()}/rate/{self._rating_get_access_token()}"

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_tell_closed(self):
        """Send the mails that were left over, and the ratings that are due."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        todo = [
            (self.search([(name, "<=", now)], order=f"{name}, id"), name)
            for name in ("closing_due", "rating_due")
        ]
        cron._commit_progress(remaining=sum(len(tickets) for tickets, _n in todo))
        for tickets, name in todo:
            for start in range(0, len(tickets), BATCH):
                batch = tickets[start : start + BATCH]
                batch = batch.try_lock_for_update(allow_referencing=True)
                batch.filtered(name)._flywheel_tell_due(name)
                if not cron._commit_progress(BATCH):
                    return

    def _flywheel_tell_due(self, name):
        """Send what is due by ``name`` for the cases that are still solved."""
        solved = self._flywheel_to_be_told()
        (self - solved).write({name: False})
        if name == "closing_due":
            lines = solved._flywheel_tell_closed()
        else:
            lines = solved._flywheel_ask_rating()
        trace = self.env["flywheel.case.trace"]
        trace._add([line for line in lines if line["code"].startswith("told_")])
