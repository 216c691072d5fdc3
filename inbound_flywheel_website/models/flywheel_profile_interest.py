# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What somebody looked at within these days is an interest of today.
DAYS = 30
# Pages that the panel names.
RECENT = 5


class FlywheelProfile(models.Model):
    """What people are interested in: the groups of the pages they look at."""

    _inherit = "flywheel.profile"

    page_group_ids = fields.Many2many(
        "flywheel.page.group",
        string="Interested In",
        compute="_compute_page_group_ids",
        search="_search_page_group_ids",
        help="Groups of pages that the person has looked at within the last 30 days.",
    )

    def _compute_page_group_ids(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT profile_id, array_agg(group_id) FROM (%s) interest"
                " WHERE profile_id = ANY(%s) GROUP BY profile_id",
                self._get_interest_query(),
                self.ids,
            )
        )
        groups = dict(rows)
        for profile in self:
            profile.page_group_ids = groups.get(profile._origin.id, [])

    @api.model
    def _search_page_group_ids(self, operator, value):
        if operator not in ("in", "any", "ilike", "like", "=ilike", "=like"):
            return NotImplemented
        Group = self.env["flywheel.page.group"].with_context(active_test=False)
        if operator == "in" and False in value:
            anything = self._get_interested(Domain.TRUE)
            others = [group for group in value if group]
            return ~anything | self._get_interested(Domain("id", "in", others))
        if operator == "any":
            return self._get_interested(Domain(value))
        if operator == "in":
            return self._get_interested(Domain("id", "in", list(value)))
        groups = Group._search([("name", operator, value)])
        return self._get_interested(Domain("id", "in", groups))

    @api.model
    def _get_interested(self, domain):
        """Return the domain of the people who are interested in such groups."""
        Group = self.env["flywheel.page.group"].with_context(active_test=False)
        groups = Group._search(domain)
        query = SQL(
            "(SELECT profile_id FROM (%s) interest WHERE group_id IN %s)",
            self._get_interest_query(),
            groups.subselect(),
        )
        return Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                "%s IN %s", SQL.identifier(alias, "id"), query
            )
        )

    @api.model
    def _get_interest_query(self, days=DAYS):
        """Return a sub-select of what people looked at: ``profile_id``,
        ``group_id``, ``views``, ``last_date``.

        :param days: within so many days
        """
        self.env["flywheel.touchpoint"].flush_model()
        self.env["flywheel.page"].flush_model()
        return SQL(
            """
            SELECT t.profile_id, g.group_id, COUNT(*) AS views,
                   MAX(t.date) AS last_date
              FROM flywheel_page g
              JOIN flywheel_touchpoint t
                ON t.res_model = 'flywheel.page' AND t.res_id = g.id
             WHERE g.group_id IS NOT NULL AND t.state = 'valid' AND t.date >= %s
          GROUP BY t.profile_id, g.group_id
            """,
            fields.Datetime.now() - timedelta(days=days),
        )

    # ------------------------------------------------------------------
    # Panel
    # ------------------------------------------------------------------
    @api.readonly
    def get_page_interest(self, days=90):
        """Return what the person looked at on the website.

        :param days: within so many days
        :return: dict with ``days``, ``total`` (views), ``groups`` (each ``id``,
            ``name``, ``color``, ``views``, ``share`` of all views in percent,
            ``last_date``; most viewed first; the rest has no id), ``pages`` (the last
            ones: ``id``, ``name``, ``date``) and ``tracked`` (visits may be noted)
        :raise AccessError: the caller may not see the person
        """
        self.ensure_one()
        self.check_access("read")
        days = min(max(int(days), 1), 3650)
        since = fields.Datetime.now() - timedelta(days=days)
        rows = self._get_interest_rows(since)
        total = sum(views for _group, views, _last in rows)
        return {
            "days": days,
            "total": total,
            "groups": [
                {
                    "id": group.id,
                    "name": group.name or self.env._("Other pages"),
                    "color": group.color,
                    "views": views,
                    "share": round(100 * views / total),
                    "last_date": fields.Datetime.to_string(last),
                }
                for group, views, last in rows
            ],
            "pages": self._get_recent_pages(since),
            # sudo: whether it agreed, not the agreement
            "tracked": bool(self.sudo()._filter_tracked()),
        }

    def _get_interest_rows(self, since):
        """Return [(group, views, last date)] since a date, most views first; pages
        without a group come last."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT g.group_id, COUNT(*), MAX(t.date)
                  FROM flywheel_touchpoint t
                  JOIN flywheel_page g ON g.id = t.res_id
                 WHERE t.profile_id = %s AND t.res_model = 'flywheel.page'
                   AND t.state = 'valid' AND t.date >= %s
              GROUP BY g.group_id
              ORDER BY g.group_id IS NULL, COUNT(*) DESC, MAX(t.date) DESC
                """,
                self.id,
                since,
            )
        )
        # sudo: the names of groups, of whatever website the person has been to
        groups = self.env["flywheel.page.group"].sudo()
        return [(groups.browse(group_id), *row) for group_id, *row in rows]

    def _get_recent_pages(self, since):
        """Return the pages that were looked at last, each once."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.res_id, MAX(t.date)
                  FROM flywheel_touchpoint t
                 WHERE t.profile_id = %s AND t.res_model = 'flywheel.page'
                   AND t.state = 'valid' AND t.date >= %s
              GROUP BY t.res_id
              ORDER BY MAX(t.date) DESC
                 LIMIT %s
                """,
                self.id,
                since,
                RECENT,
            )
        )
        dates = dict(rows)
        pages = self.env["flywheel.page"].with_context(active_test=False)
        pages = pages.search_fetch([("id", "in", list(dates))], ["name"])
        return [
            {
                "id": page.id,
                "name": page.name,
                "date": fields.Datetime.to_string(dates[page.id]),
            }
            for page in pages.sorted(lambda page: dates[page.id], reverse=True)
        ]
