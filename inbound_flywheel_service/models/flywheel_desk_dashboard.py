# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# Percentages and percentiles of fewer cases say little, and are marked.
FEW = 20
DAYS = 30
MOST_DAYS = 731
GROUPS = {
    "team": "team_id",
    "agent": "user_id",
    "category": "category_id",
    "channel": "channel_id",
}


class FlywheelDeskDashboard(models.AbstractModel):
    """The desk at a glance, for its lead: now, in a period, by hour.

    All numbers are of cases that the reader may open, and come from the very domains
    with which their cases are opened.
    """

    _name = "flywheel.desk.dashboard"
    _description = "Service Dashboard"

    # ------------------------------------------------------------------
    # What the client asks for
    # ------------------------------------------------------------------
    @api.model
    @api.readonly
    def get_now(self, team_id=None):
        """Return what the desk is like at this moment.

        :param team_id: only this team and those under it
        :return: dict with ``tiles`` (code, name, count, since, domain, model),
            ``agents`` (id, name, open, waiting, overdue, oldest, capacity, away) and
            ``teams`` to choose from
        :raise AccessError: the caller is no agent
        """
        self._check_reader()
        Ticket = self.env["helpdesk.ticket"]
        base = self._get_scope(team_id)
        states = self._get_states()
        today = self._to_utc(fields.Date.context_today(self))
        late = Domain("late_date", ">=", today)
        query = Ticket._search(base & (states["open"] | late))
        counts = {code: SQL("COUNT(*)") for code in states}
        counts["since"] = SQL(
            "MIN(%s)", Ticket._field_to_sql(Ticket._table, "waiting_since", query)
        )
        states["since"] = states["waiting"]
        [row] = self._measure(query, None, counts, states)
        return {
            "tiles": self._get_tiles(base, states, row),
            "agents": self._get_agents(base, states, team_id),
            "teams": [
                [team.id, team.display_name]
                for team in self.env["helpdesk.ticket.team"].search_fetch(
                    [("company_id", "in", [*self.env.companies.ids, False])], ["name"]
                )
            ],
        }

    @api.model
    @api.readonly
    def get_period(self, date_from=None, date_to=None, team_id=None, by="team"):
        """Return how the desk did in a period.

        :param date_from: first day, 30 days ago by default
        :param date_to: last day, today by default
        :param team_id: only this team and those under it
        :param by: team, agent, category or channel
        :return: dict with ``total`` and ``rows`` (see :meth:`_get_figures`),
            ``domains`` of the figures, ``backlog`` (a chart), ``few``: cases under
            which a figure says little
        :raise ValidationError: a date or grouping that is none, or too long a period
        """
        self._check_reader()
        if by not in GROUPS:
            raise ValidationError(self.env._("%(by)s is no grouping.", by=by))
        start, stop = self._get_period(date_from, date_to)
        base = self._get_scope(team_id)
        domains = self._get_domains(start, stop)
        figures = self._get_figures(base, domains, GROUPS[by])
        return {
            "by": GROUPS[by],
            "total": figures.pop(None),
            "rows": self._name_rows(figures, GROUPS[by]),
            "domains": {code: list(base & domain) for code, domain in domains.items()},
            "backlog": self._get_backlog(base, start, stop),
            "few": FEW,
        }

    # ------------------------------------------------------------------
    # Scope and time
    # ------------------------------------------------------------------
    @api.model
    def _check_reader(self):
        """:raise AccessError: the reader is no agent; customers read cases, too"""
        self.env["flywheel.desk.dropped"].check_access("read")

    @api.model
    def _get_scope(self, team_id):
        domain = Domain("company_id", "in", self.env.companies.ids)
        if team_id:
            domain &= Domain("team_id", "child_of", int(team_id))
        return domain

    @api.model
    def _zone(self):
        return ZoneInfo(self.env.user.tz or "UTC")

    @api.model
    def _to_utc(self, day):
        """The start of a day of the reader, as the database writes it."""
        start = datetime.combine(day, time.min, tzinfo=self._zone())
        return fields.Datetime.to_string(
            start.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        )

    @api.model
    def _get_period(self, date_from, date_to):
        """Return the days of a period as (first, last)."""
        today = fields.Date.context_today(self)
        try:
            last = fields.Date.to_date(date_to) or today
            first = fields.Date.to_date(date_from) or last - timedelta(DAYS - 1)
        except ValueError as error:
            raise ValidationError(
                self.env._("%(date)s is no date.", date=date_from or date_to)
            ) from error
        if not 0 <= (last - first).days < MOST_DAYS:
            raise ValidationError(
                self.env._("Choose a period of a day to two years, from past to now.")
            )
        return first, last

    @api.model
    def _within(self, name, first, last):
        return Domain(name, ">=", self._to_utc(first)) & Domain(
            name, "<", self._to_utc(last + timedelta(1))
        )

    # ------------------------------------------------------------------
    # Measuring
    # ------------------------------------------------------------------
    @api.model
    def _measure(self, query, group, expressions, domains):
        """Return rows of aggregates, each over the cases of its domain: one pass.

        :param query: the cases
        :param group: name of a field, or None for one row of all
        :param dict expressions: code → aggregate as SQL
        :param dict domains: code → domain
        :return: list of dicts, with ``group`` (id)
        """
        Ticket = self.env["helpdesk.ticket"]
        table = Ticket._table
        columns = [
            SQL(
                "%s FILTER (WHERE %s)",
                expression,
                domains[code].optimize_full(Ticket)._to_sql(Ticket, table, query),
            )
            for code, expression in expressions.items()
        ]
        key = SQL("NULL")
        if group:
            key = Ticket._field_to_sql(table, group, query)
            query.groupby = SQL("ROLLUP (%s)", key)
            key = SQL("%s, GROUPING(%s)", key, key)
        rows = self.env.execute_query(query.select(key, *columns))
        found = []
        for row in rows:
            first = 2 if group else 1
            values = dict(zip(expressions, row[first:], strict=True))
            is_total = bool(group and row[1])
            found.append({"group": row[0], "is_total": is_total, **values})
        return found

    @api.model
    def _cases_query(self, domain, *names):
        """Return the cases that the reader may open, with their id and fields."""
        Ticket = self.env["helpdesk.ticket"]
        query = Ticket._search(domain)
        return query.select(
            *(
                SQL(
                    "%s AS %s",
                    Ticket._field_to_sql(Ticket._table, name, query),
                    SQL.identifier(name),
                )
                for name in ("id", *names)
            )
        )

    # ------------------------------------------------------------------
    # Now
    # ------------------------------------------------------------------
    @api.model
    def _get_states(self):
        """Domains of what a case can be like now."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        today = self._to_utc(fields.Date.context_today(self))
        is_open = Domain("stage_id.closed", "=", False)
        waiting = is_open & Domain("waiting_since", "!=", False)
        return {
            "open": is_open,
            "waiting": waiting,
            "unassigned": is_open & Domain("user_id", "=", False),
            "overdue": is_open & Domain("answer_due", "<", now),
            "breached": (
                waiting
                & Domain("answer_due", ">=", today)
                & Domain("answer_due", "<", now)
            )
            | Domain("late_date", ">=", today),
        }

    @api.model
    def _get_tiles(self, base, states, row):
        names = {
            "waiting": self.env._("Customers waiting"),
            "overdue": self.env._("Overdue"),
            "unassigned": self.env._("Unassigned"),
            "breached": self.env._("Due times missed today"),
            "open": self.env._("Open cases"),
        }
        since = fields.Datetime.to_string(row["since"])
        return [
            {
                "code": code,
                "name": name,
                "count": row[code],
                "since": since if code == "waiting" else False,
                "model": "helpdesk.ticket",
                "domain": list(base & states[code]),
            }
            for code, name in names.items()
        ] + [
            self._get_tile("dropped", self.env._("Dropped"), base),
            self._get_tile(
                "promises",
                self.env._("Promises broken"),
                base & self.env["flywheel.promise"]._late_domain(),
            ),
        ]

    @api.model
    def _get_tile(self, code, name, domain):
        model = {"dropped": "flywheel.desk.dropped", "promises": "flywheel.promise"}
        return {
            "code": code,
            "name": name,
            "count": self.env[model[code]].search_count(domain),
            "since": False,
            "model": model[code],
            "domain": self._plain(domain),
        }

    @api.model
    def _plain(self, domain):
        """A domain for the client: its moments as text."""
        return [
            (leaf[0], leaf[1], fields.Datetime.to_string(leaf[2]))
            if isinstance(leaf, tuple) and isinstance(leaf[2], datetime)
            else leaf
            for leaf in domain
        ]

    @api.model
    def _get_agents(self, base, states, team_id):
        """Who has how much: everybody of the teams, and others who own open cases."""
        Ticket = self.env["helpdesk.ticket"]
        codes = ("open", "waiting", "overdue")
        query = Ticket._search(base & states["open"] & Domain("user_id", "!=", False))
        expressions = {code: SQL("COUNT(*)") for code in codes}
        expressions["oldest"] = SQL(
            "MIN(%s)", Ticket._field_to_sql(Ticket._table, "waiting_since", query)
        )
        rows = self._measure(
            query, "user_id", expressions, {**states, "oldest": states["waiting"]}
        )
        load = {row["group"]: row for row in rows if not row["is_total"]}
        domain = [("id", "child_of", int(team_id))] if team_id else []
        teams = self.env["helpdesk.ticket.team"].search(
            [*domain, ("company_id", "in", [*self.env.companies.ids, False])]
        )
        # sudo: res.users - names and presence of colleagues
        users = teams.sudo().user_ids | self.env["res.users"].sudo().browse(load)
        capacities = self._get_capacities(users)
        agents = [
            {
                "id": user.id,
                "name": user.name,
                "away": not user.active or user.is_out_of_office,
                "online": user.im_status == "online",
                "capacity": capacities.get(user.id, 0),
                **{code: load.get(user.id, {}).get(code, 0) for code in codes},
                "oldest": fields.Datetime.to_string(
                    load.get(user.id, {}).get("oldest") or False
                ),
            }
            for user in users
        ]
        return sorted(agents, key=lambda a: (-a["waiting"], -a["open"], a["name"]))

    @api.model
    def _get_capacities(self, users):
        """Return {user id: waiting cases at most}, of those who have a limit."""
        # sudo: flywheel.agent - limits of colleagues
        agents = self.env["flywheel.agent"].sudo()
        limited = agents.search([("user_id", "in", users.ids), ("capacity", ">", 0)])
        return {agent.user_id.id: agent.capacity for agent in limited}

    # ------------------------------------------------------------------
    # In a period
    # ------------------------------------------------------------------
    @api.model
    def _get_domains(self, first, last):
        solved = (
            self._within("closed_date", first, last)
            & Domain("stage_id.closed", "=", True)
            & Domain("stage_id.unsolved", "=", False)
        )
        return {
            "created": self._within("create_date", first, last),
            "answered": self._within("first_response_date", first, last),
            "solved": solved,
            "first_contact": solved
            & Domain("answer_count", "<=", 1)
            & Domain("reopened_early", "=", False),
            "reopened": self._within("reopened_date", first, last),
        }

    @api.model
    def _get_figures(self, base, domains, group):
        """Return {group id: dict} and the total as None.

        A dict has counts by the codes of :meth:`_get_domains`, and ``response`` and
        ``solution``: [median, ninth decile] in working hours, or None.
        """
        Ticket = self.env["helpdesk.ticket"]
        query = Ticket._search(base & Domain.OR(domains.values()))
        expressions = {code: SQL("COUNT(*)") for code in domains}
        for code, name in (
            ("response", "response_hours"),
            ("solution", "solution_hours"),
        ):
            expressions[code] = SQL(
                "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %s)",
                Ticket._field_to_sql(Ticket._table, name, query),
            )
        over = {
            **domains,
            "response": domains["answered"],
            "solution": domains["solved"],
        }
        rows = self._measure(query, group, expressions, over)
        figures = {}
        for row in rows:
            key = None if row["is_total"] else row["group"] or False
            figures[key] = {code: row[code] for code in expressions}
        figures.setdefault(
            None, {**dict.fromkeys(domains, 0), "response": None, "solution": None}
        )
        return figures

    @api.model
    def _name_rows(self, figures, name):
        Model = self.env[self.env["helpdesk.ticket"]._fields[name].comodel_name]
        # sudo: names of what the reader's own cases have
        records = Model.sudo().browse([key for key in figures if key])
        names = {record.id: record.display_name for record in records}
        rows = [
            {"id": key, "name": names.get(key) or self.env._("None"), **values}
            for key, values in figures.items()
        ]
        return sorted(rows, key=lambda row: (-row["created"], row["name"]))

    @api.model
    def _get_backlog(self, base, first, last):
        """Open cases at the end of each day, with what came and what was closed."""
        dates = ("create_date", "closed_date", "last_stage_update", "stage_id")
        rows = self.env.execute_query(
            SQL(
                """
                WITH life AS MATERIALIZED (
                    SELECT (t.create_date AT TIME ZONE 'UTC'
                            AT TIME ZONE %(zone)s)::date AS came,
                           CASE WHEN s.closed THEN
                               (COALESCE(t.closed_date, t.last_stage_update,
                                         t.create_date)
                                AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date END
                           AS went
                      FROM (%(cases)s) t
                      JOIN helpdesk_ticket_stage s ON s.id = t.stage_id)
                SELECT day, SUM(came)::int, SUM(went)::int
                  FROM (SELECT GREATEST(came, %(before)s) AS day, COUNT(*) AS came,
                               0 AS went FROM life GROUP BY 1
                         UNION ALL
                        SELECT GREATEST(went, %(before)s), 0, COUNT(*)
                          FROM life WHERE went IS NOT NULL GROUP BY 1) event
                 WHERE day <= %(last)s GROUP BY day ORDER BY day
                """,
                zone=self._zone().key,
                cases=self._cases_query(base, *dates),
                before=first - timedelta(1),
                last=last,
            )
        )
        moves = {day: (came, went) for day, came, went in rows}
        came, went = moves.get(first - timedelta(1), (0, 0))
        return self._draw_backlog(moves, came - went, first, last)

    @api.model
    def _draw_backlog(self, moves, backlog, first, last):
        labels, sizes, arrived, closed = [], [], [], []
        for number in range((last - first).days + 1):
            day = first + timedelta(number)
            came, went = moves.get(day, (0, 0))
            backlog += came - went
            labels.append(f"{day:%m-%d}")
            sizes.append(backlog)
            arrived.append(came)
            closed.append(went)
        return {
            "type": "line",
            "labels": labels,
            "datasets": [
                {"label": self.env._("Open at the end of the day"), "data": sizes},
                {
                    "label": self.env._("Came in"),
                    "data": arrived,
                    "type": "bar",
                    "axis": "y2",
                },
                {
                    "label": self.env._("Closed"),
                    "data": closed,
                    "type": "bar",
                    "axis": "y2",
                },
            ],
            "y_title": self.env._("Open cases"),
            "y2_title": self.env._("Cases a day"),
        }
