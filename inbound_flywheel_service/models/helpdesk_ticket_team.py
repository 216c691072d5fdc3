# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.assignment import Member, distribute
from .locks import committed, try_locks

# Waiting cases per transaction of the scheduled action.
BATCH = 100


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    flywheel_auto_assign = fields.Boolean(
        string="Assign Automatically",
        default=True,
        help="New cases go to the available member with the least open work. Members "
        "who are out of office get none.",
    )
    flywheel_acknowledge = fields.Boolean(
        string="Confirm Receipt",
        default=True,
        help="The customer gets a mail as soon as his case is in. Machines never do.",
    )
    flywheel_acknowledge_backend = fields.Boolean(
        string="Also for Cases Entered by Staff"
    )

    # ------------------------------------------------------------------
    # Assignment
    # ------------------------------------------------------------------
    def _flywheel_assign(self, tickets):
        """Give each of ``tickets`` to a member of this team.

        Runs on every intake path and in the scheduled action, one at a time for a
        team; who does not get the lock leaves the cases to the scheduled action.

        :param tickets: unassigned cases of this team, the oldest promise first
        :return: lines for the trace
        """
        self.ensure_one()
        trace = self.env["flywheel.case.trace"]
        if not try_locks(self.env, self._name, self.ids):
            self._flywheel_assign_later()
            return [
                trace._line(t, "assign", "assign_queued", team=self.display_name)
                for t in tickets
            ]
        members = self._flywheel_members(tickets.company_id)
        now = fields.Datetime.now().timestamp()
        chosen = distribute(tickets.ids, members, now)
        by_user = {}
        for ticket_id, (user_id, _load) in chosen.items():
            by_user.setdefault(user_id, []).append(ticket_id)
        # The agents are told by the mail queue, not within this transaction.
        queued = tickets.with_context(mail_notify_force_send=False)
        for user_id, ids in by_user.items():
            queued.browse(ids).write({"user_id": user_id})
        return [
            self._flywheel_assign_line(ticket, chosen.get(ticket.id), members)
            for ticket in tickets
        ]

    def _flywheel_assign_line(self, ticket, choice, members):
        trace = self.env["flywheel.case.trace"]
        names = {u.id: u.name for u in self._flywheel_users()}
        facts = {
            "candidates": [[names[m.id], m.load] for m in members if not m.absence],
            "absent": [[names[m.id], m.absence] for m in members if m.absence],
        }
        if not choice:
            return trace._line(
                ticket, "assign", "assign_nobody", team=self.display_name, **facts
            )
        user_id, load = choice
        return trace._line(
            ticket, "assign", "assign", user=names[user_id], load=load, **facts
        )

    def _flywheel_users(self):
        return self.with_context(active_test=False).user_ids

    def _flywheel_members(self, company):
        """The team's members as the choice needs them: list of :class:`Member`."""
        users = self._flywheel_users()
        work = self._flywheel_work(users)
        members = []
        for user in users:
            load, idle_since = work.get(user.id, (0, 0.0))
            members.append(
                Member(user.id, self._flywheel_absence(user, company), load, idle_since)
            )
        return members

    def _flywheel_absence(self, user, company):
        """Why ``user`` cannot take a case now, or ""."""
        if not user.active or user.share:
            return "archived"
        if user.is_out_of_office:
            return "out_of_office"
        if company - user.company_ids:
            return "company"
        return ""

    def _flywheel_work(self, users):
        """dict user id -> (open cases over all teams, time of the last assignment)."""
        if not users:
            return {}
        # The cases of this transaction (first) are not committed, those of others
        # (second) may be newer than what this transaction sees.
        self.env["helpdesk.ticket"].flush_model(
            ["user_id", "stage_id", "assigned_date", "active"]
        )
        query = SQL(
            """
            SELECT u.id,
                   (SELECT count(*) FROM helpdesk_ticket t
                      JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
                     WHERE t.user_id = u.id AND t.active AND s.closed IS NOT TRUE),
                   (SELECT extract(epoch FROM max(t.assigned_date))::float8
                      FROM helpdesk_ticket t WHERE t.user_id = u.id)
              FROM unnest(%s) AS u(id)
            """,
            users.ids,
        )
        work = {}
        for rows in (self.env.execute_query(query), committed(self.env, query)):
            for user_id, load, idle_since in rows:
                known = work.get(user_id, (0, 0.0))
                work[user_id] = (max(known[0], load), max(known[1], idle_since or 0.0))
        return work

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------
    def _flywheel_assign_later(self):
        # sudo: ir.cron - only asks for an earlier run
        self.env.ref("inbound_flywheel_service.ir_cron_assign").sudo()._trigger()

    def _flywheel_waiting_domain(self):
        return (
            Domain("user_id", "=", False)
            & Domain("team_id", "in", self.ids)
            & Domain("stage_id.closed", "=", False)
            & Domain(
                "mail_verdict",
                "not in",
                self.env["helpdesk.ticket"]._flywheel_unassigned_verdicts(),
            )
        )

    @api.model
    def _cron_assign(self):
        """Assign the cases for which nobody was available when they came in."""
        cron = self.env["ir.cron"]
        waiting = self.env["helpdesk.ticket"]._read_group(
            self.search(
                [("flywheel_auto_assign", "=", True)]
            )._flywheel_waiting_domain(),
            ["team_id"],
            ["__count"],
        )
        cron._commit_progress(remaining=sum(count for _team, count in waiting))
        for team, count in waiting:
            while count > 0 and team._flywheel_assign_waiting(BATCH):
                count -= BATCH
                if not cron._commit_progress(BATCH):
                    return
            # What nobody can take now waits for the next run, not for this one.
            if not cron._commit_progress(max(count, 0)):
                return

    def _flywheel_assign_waiting(self, limit):
        """Assign up to ``limit`` waiting cases; returns how many found somebody."""
        self.ensure_one()
        tickets = self.env["helpdesk.ticket"].search(
            self._flywheel_waiting_domain(), order="create_date, id", limit=limit
        )
        tickets = tickets.try_lock_for_update(allow_referencing=True)
        lines = self._flywheel_assign(tickets) if tickets else []
        trace = self.env["flywheel.case.trace"]
        trace._add([line for line in lines if line["code"] == "assign"])
        return len(tickets.filtered("user_id"))
