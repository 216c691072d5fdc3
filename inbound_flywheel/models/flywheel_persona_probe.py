# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..engine.leads import since_sql
from .flywheel_persona_data import Probe
from .flywheel_persona_figures import CLOSED

WON = [("won_status", "=", "won")]


class FlywheelPersona(models.Model):
    """Probes of leads: who wins, how fast, how much, how often, and where from."""

    _inherit = "flywheel.persona"

    def _get_probes(self):
        return super()._get_probes() + [
            Probe(
                "win_rate",
                "sales",
                ("priority", "goal_blocked", "price"),
                self.env._("Win Rate"),
            ),
            Probe(
                "days_to_close",
                "sales",
                ("process_days", "decider"),
                self.env._("Length of the Sales Process"),
            ),
            Probe("value", "sales", ("price",), self.env._("Leads and Their Value")),
            Probe(
                "repeat",
                "sales",
                ("recommend", "favourite", "satisfied"),
                self.env._("Loyalty"),
            ),
            Probe(
                "lost_reason",
                "sales",
                ("price", "priority", "goal_blocked", "warn", "confusing"),
                self.env._("Why We Lose Them"),
            ),
            Probe(
                "source",
                "channels",
                ("search", "found"),
                self.env._("Where They Come From"),
            ),
        ]

    def _read_sides(self, columns, tables, condition=None):
        """Return the figures of this persona's side and of everybody else's.

        :param columns: aggregates, as an :class:`SQL`
        :param tables: tables with the people ``p``, as an :class:`SQL`
        :param condition: which rows count, as an :class:`SQL`; None for all
        :return: {True: row of this persona, False: row of everybody else}; a side
            without any record is missing
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(mine)s AS mine, %(columns)s
                  FROM %(tables)s WHERE %(condition)s GROUP BY 1
                """,
                mine=self._get_side_sql(),
                columns=columns,
                tables=tables,
                condition=condition or SQL("TRUE"),
            )
        )
        return {mine: row for mine, *row in rows}

    def _get_side_sql(self):
        """Return whether the person ``p`` holds this persona."""
        self.ensure_one()
        return SQL("COALESCE(p.persona_id = %s, FALSE)", self.id)

    def _read_values(self, key, tables, condition, counted="COUNT(*)"):
        """Return ([(value, number here, number elsewhere)], (all here, all elsewhere))
        of the values of a column.

        :param key: the column, as an :class:`SQL`
        :param counted: what is counted: rows, or people
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(key)s, %(mine)s, %(counted)s
                  FROM %(tables)s WHERE %(condition)s
                 GROUP BY GROUPING SETS ((1, 2), (2))
                 HAVING GROUPING(%(key)s) = 1 OR %(key)s IS NOT NULL
                """,
                key=key,
                mine=self._get_side_sql(),
                counted=SQL(counted),
                tables=tables,
                condition=SQL("%s AND %s IS NOT NULL", condition, key),
            )
        )
        counts, totals = {}, [0, 0]
        for value, mine, count in rows:
            if value is None:
                totals[0 if mine else 1] = count
            else:
                counts.setdefault(value, [0, 0])[0 if mine else 1] = count
        return [(value, *both) for value, both in counts.items()], tuple(totals)

    def _get_value_names(self, model, counts):
        """Return counts with the names of the records they are about."""
        # sudo: the name of a source or channel is shown with every lead that has it
        records = self.env[model].sudo().browse([value for value, *_both in counts])
        names = {record.id: record.display_name for record in records.exists()}
        return [
            (value, names[value], *both) for value, *both in counts if value in names
        ]

    # ------------------------------------------------------------------
    # Probes
    # ------------------------------------------------------------------
    def _probe_win_rate(self):
        sides = self._read_sides(
            SQL("COUNT(*) FILTER (WHERE l.won_status = 'won'), COUNT(*)"),
            self._get_leads_sql(),
            SQL("l.won_status IN ('won', 'lost')"),
        )
        mine, others = sides.get(True, (0, 0)), sides.get(False, (0, 0))
        return [
            self._share_line(
                self.env._("Leads that we win"),
                mine,
                others,
                self.env._("Closed leads: %s", mine[1]),
                self._get_leads_action(self.env._("Closed Leads"), CLOSED),
                mine[1],
            )
        ]

    def _probe_days_to_close(self):
        days = SQL("EXTRACT(epoch FROM l.date_closed - %s) / 86400.0", since_sql("l"))
        sides = self._read_sides(
            SQL(
                "percentile_cont(0.5) WITHIN GROUP (ORDER BY GREATEST(%s, 0))::float8,"
                " COUNT(*)",
                days,
            ),
            self._get_leads_sql(),
            SQL("l.won_status = 'won' AND l.date_closed IS NOT NULL"),
        )
        mine, others = sides.get(True, (None, 0)), sides.get(False, (None, 0))
        action = self._get_leads_action(
            self.env._("Won Leads"), [*WON, ("date_closed", "!=", False)]
        )
        return [
            self._figure_line(
                self.env._("Median time until a lead is won"),
                mine,
                others,
                self._days,
                self.env._("Won leads: %s", mine[1]),
                action,
            )
        ]

    def _probe_value(self):
        sides = self._read_sides(
            SQL(
                """percentile_cont(0.5) WITHIN GROUP (ORDER BY l.expected_revenue)
                   FILTER (WHERE l.won_status = 'won'),
                   COUNT(*) FILTER (WHERE l.won_status = 'won'),
                   SUM(l.expected_revenue) FILTER (WHERE l.won_status = 'won'),
                   COUNT(*), COUNT(DISTINCT p.id)"""
            ),
            self._get_leads_sql(),
        )
        empty = (None, 0, 0.0, 0, 0)
        mine, others = sides.get(True, empty), sides.get(False, empty)
        if not mine[3]:
            return []
        line = self._figure_line(
            self.env._("Leads per person"),
            (mine[3] / mine[4], mine[4]),
            (others[3] / others[4] if others[4] else None, others[4]),
            self._number,
            self.env._("People with a lead: %s", mine[4]),
            self._get_leads_action(self.env._("Leads"), []),
        )
        lines = [line | {"count": mine[3]}]
        if mine[2] or others[2]:
            lines += self._value_lines(mine, others)
        return lines

    def _value_lines(self, mine, others):
        """Return the lines of what won leads are worth.

        :param mine: (median, won leads, sum) of the persona's people, and more
        """
        return [
            self._figure_line(
                label,
                (float(mine[place] or 0), mine[1]),
                (float(others[place] or 0), others[1]),
                self._money,
                self.env._("Won leads: %s", mine[1]),
                self._get_leads_action(self.env._("Won Leads"), WON),
            )
            for place, label in (
                (0, self.env._("Median value of a won lead")),
                (2, self.env._("Value of all won leads")),
            )
        ]

    def _probe_repeat(self):
        customers = SQL(
            """(SELECT l.flywheel_profile_id, COUNT(*) AS won FROM %s
                 WHERE l.won_status = 'won' GROUP BY 1) w
               JOIN flywheel_profile p ON p.id = w.flywheel_profile_id""",
            self._get_leads_sql(),
        )
        sides = self._read_sides(
            SQL("COUNT(*) FILTER (WHERE w.won > 1), COUNT(*)"), customers
        )
        mine, others = sides.get(True, (0, 0)), sides.get(False, (0, 0))
        return [
            self._share_line(
                self.env._("Customers who bought again"),
                mine,
                others,
                self.env._("Customers: %s", mine[1]),
                self._get_leads_action(self.env._("Won Leads"), WON),
                False,
            )
        ]

    def _probe_lost_reason(self):
        counts, totals = self._read_values(
            SQL("l.lost_reason_id"),
            self._get_leads_sql(),
            SQL("l.won_status = 'lost'"),
        )
        return self._distribution_lines(
            self._get_value_names("crm.lost.reason", counts),
            totals,
            self.env._("Lost leads with a reason: %s", totals[0]),
            lambda value: self._get_leads_action(
                self.env._("Lost Leads"),
                [("won_status", "=", "lost"), ("lost_reason_id", "=", value)],
            ),
        )

    def _probe_source(self):
        lines = []
        for model, column, label, n_text in (
            (
                "utm.source",
                "source_id",
                self.env._("Source"),
                self.env._("Leads with a source: %s"),
            ),
            (
                "utm.medium",
                "medium_id",
                self.env._("Medium"),
                self.env._("Leads with a medium: %s"),
            ),
            (
                "utm.campaign",
                "campaign_id",
                self.env._("Campaign"),
                self.env._("Leads with a campaign: %s"),
            ),
        ):
            counts, totals = self._read_values(
                SQL.identifier("l", column), self._get_leads_sql(), SQL("TRUE")
            )
            lines += self._distribution_lines(
                self._get_value_names(model, counts),
                totals,
                n_text % totals[0],
                lambda value, column=column: self._get_leads_action(
                    self.env._("Leads"), [(column, "=", value)]
                ),
                lambda name, label=label: f"{label}: {name}",
            )
        return lines
