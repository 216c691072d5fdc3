# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import UTC, timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..engine.assignment import Member
from .locks import committed

# How far ahead the next working hours are looked for.
HORIZON = timedelta(days=15)
# How much work a case is by its priority: low, medium, high, very high.
WEIGHTS = {"0": 1.0, "1": 1.0, "2": 2.0, "3": 3.0}


class HelpdeskTicketTeam(models.Model):
    """The members of a team, as the choice among them needs them."""

    _inherit = "helpdesk.ticket.team"

    def _flywheel_users(self):
        """The members, archived ones included: the trace says why they get nothing."""
        return self.with_context(active_test=False).user_ids

    def _flywheel_members(self, users=None):
        """Return :class:`Member` of ``users``, all members by default.

        The number of queries depends on that of calendars only.
        """
        users = self._flywheel_users() if users is None else users
        agents = self.env["flywheel.agent"].with_context(active_test=False)
        agents = agents.search([("user_id", "in", users.ids)])
        agents = {agent.user_id.id: agent for agent in agents}
        work = self._flywheel_work(users)
        outside = {}
        if self.flywheel_night != "any":
            outside = self._flywheel_outside(users, agents)
        return [
            self._flywheel_member(
                user,
                agents.get(user.id, self.env["flywheel.agent"]),
                work.get(user.id, (0.0, 0.0)),
                outside.get(user.id),
            )
            for user in users
        ]

    def _flywheel_member(self, user, agent, work, outside):
        absence, until = self._flywheel_absence(user)
        load, idle_since = work
        langs = agent.lang_ids.mapped("code") or [user.lang or ""]
        return Member(
            id=user.id,
            absence=absence,
            until=until or outside or 0.0,
            outside=outside is not None,
            online=outside is not None and self._flywheel_is_online(user),
            load=load,
            capacity=agent.capacity or self.flywheel_capacity,
            idle_since=idle_since,
            skills=frozenset(agent.skill_ids.ids),
            langs=frozenset(code.split("_")[0] for code in langs if code),
            companies=frozenset(user.company_ids.ids),
        )

    def _flywheel_absence(self, user):
        """Return (why ``user`` cannot take any case or "", time stamp of the end)."""
        if not user.active:
            return "archived", 0.0
        if user.share:
            return "external", 0.0
        if user.is_out_of_office:
            end = user.out_of_office_to
            return "out_of_office", end.timestamp() if end else 0.0
        return "", 0.0

    def _flywheel_is_online(self, user):
        return (user.im_status or "").startswith(("online", "away"))

    # ------------------------------------------------------------------
    # Working hours
    # ------------------------------------------------------------------
    def _flywheel_outside(self, users, agents):
        """Return {user id: time stamp of the next working hours, 0 = unknown} of those
        who are outside theirs now."""
        places = {}
        for user in users.filtered("active"):
            agent = agents.get(user.id, self.env["flywheel.agent"])
            resource = user.resource_ids[:1]
            calendar = (
                agent.calendar_id or resource.calendar_id or self.resource_calendar_id
            )
            if calendar:
                places.setdefault(calendar, []).append((user.id, resource))
        outside = {}
        for calendar, people in places.items():
            outside.update(self._flywheel_outside_calendar(calendar, people))
        return outside

    def _flywheel_outside_calendar(self, calendar, people):
        now = fields.Datetime.now().replace(tzinfo=UTC)
        resources = self.env["resource.resource"].union(*(r for _u, r in people))
        hours = calendar._work_intervals_batch(now, now + HORIZON, resources)
        outside = {}
        for user_id, resource in people:
            start = next((start for start, _stop, _meta in hours[resource.id]), None)
            if start is None or start > now:
                outside[user_id] = start.timestamp() if start else 0.0
        return outside

    # ------------------------------------------------------------------
    # Load
    # ------------------------------------------------------------------
    def _flywheel_work(self, users):
        """Return {user id: (weight of the open cases that wait for him over all
        teams, time stamp of his last assignment)}.

        Cases that wait for the customer are no work now.
        """
        if not users:
            return {}
        # The cases of this transaction (first) are not committed, those of others
        # (second) may be newer than what this transaction sees.
        self.env["helpdesk.ticket"].flush_model(
            [
                "user_id",
                "stage_id",
                "assigned_date",
                "waiting_since",
                "active",
                "priority",
                "category_id",
            ]
        )
        query = self._flywheel_work_sql(users)
        work = {}
        for rows in (self.env.execute_query(query), committed(self.env, query)):
            for user_id, load, idle_since in rows:
                known = work.get(user_id, (0.0, 0.0))
                work[user_id] = (
                    max(known[0], float(load)),
                    max(known[1], idle_since or 0.0),
                )
        return work

    def _flywheel_work_sql(self, users):
        return SQL(
            """
            SELECT u.id,
                   (SELECT COALESCE(sum(%(weight)s), 0)::float8
                      FROM helpdesk_ticket t
                      JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
                 LEFT JOIN helpdesk_ticket_category c ON c.id = t.category_id
                     WHERE t.user_id = u.id AND t.active
                       AND t.waiting_since IS NOT NULL AND s.closed IS NOT TRUE),
                   (SELECT extract(epoch FROM max(t.assigned_date))::float8
                      FROM helpdesk_ticket t WHERE t.user_id = u.id)
              FROM unnest(%(users)s) AS u(id)
            """,
            weight=self._flywheel_weight_sql(),
            users=users.ids,
        )

    def _flywheel_weight_sql(self):
        """Return how much work a case ``t`` of the category ``c`` is."""
        if self[:1].flywheel_weight == "priority":
            cases = (SQL("WHEN %s THEN %s", key, w) for key, w in WEIGHTS.items())
            return SQL("CASE t.priority %s ELSE 1.0 END", SQL(" ").join(cases))
        if self[:1].flywheel_weight == "effort":
            return SQL("COALESCE(c.flywheel_effort, 1.0)")
        return SQL("1.0")

    def _flywheel_weight(self, ticket):
        """Return how much work one case is; none while it waits for the customer."""
        if not ticket.waiting_since:
            return 0.0
        if self.flywheel_weight == "priority":
            return WEIGHTS.get(ticket.priority, 1.0)
        if self.flywheel_weight == "effort":
            return ticket.category_id.flywheel_effort if ticket.category_id else 1.0
        return 1.0
