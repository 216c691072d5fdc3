# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.arrays import array
from odoo.addons.inbound_flywheel.engine.busy import gives_way

# Visits, and visitors who became known, that are read per commit.
BATCH, VISITORS = 10_000, 200
# The same page again within this time is the same look.
REPEAT_MINUTES = 30
# Nobody reads more pages than these in a minute.
BURST_VIEWS, BURST_SECONDS = 30, 60
# The path of an address: no host, no query, no slash at the end.
PATH = SQL(
    "rtrim(split_part(split_part(regexp_replace(t.url, '^[A-Za-z]+://[^/]*', ''),"
    " '?', 1), '#', 1), '/')"
)


class WebsiteTrack(models.Model):
    """Visits of known people become touchpoints.

    The scheduled action alone reads them, in batches; the key of a visit makes it
    count once, whatever is read twice.
    """

    _inherit = "website.track"

    @api.model
    @gives_way
    def _cron_flywheel_pull(self):
        """Read what has come since, and the past of those who became known."""
        Cron = self.env["ir.cron"]
        mark = self.env["flywheel.visit.mark"]._get()
        mark._look()
        if not Cron._commit_progress(remaining=1):
            return
        if not self._flywheel_pull_known():
            return
        last = mark.safe_id
        while batch := self._flywheel_pull_next(last):
            last, count = batch
            mark._advance(last)
            if not Cron._commit_progress(count):
                return
        # Some of those may have been told just now.
        if self._flywheel_pull_known():
            Cron._commit_progress(remaining=0)

    @api.model
    def _flywheel_pull_known(self):
        """Read the past of all visitors who became known.

        :return: whether there is time left
        """
        while count := self._flywheel_pull_queue():
            if not self.env["ir.cron"]._commit_progress(count):
                return False
        return True

    @api.model
    def _flywheel_pull_queue(self):
        """Read the past of some visitors who became known.

        :return: the number of entries that were dealt with
        """
        Queue = self.env["flywheel.visit.queue"]
        entries = Queue.search([], limit=VISITORS, order="id")
        if not entries:
            return 0
        last, visitors = entries[-1].id, entries.visitor_id.ids
        self.env["website.visitor"]._flywheel_claim_known(
            SQL("v.id = ANY(%s)", visitors)
        )
        self._flywheel_pull(SQL("t.visitor_id = ANY(%s)", visitors))
        # What the look at them has added concerns the same visitors.
        Queue.search([("visitor_id", "in", visitors), ("id", ">", last)]).unlink()
        count = len(entries)
        entries.unlink()
        return count

    @api.model
    def _flywheel_pull_next(self, after):
        """Read a batch of visits.

        :param after: id of the last visit that was read
        :return: (id of the last visit of the batch, number of visits); None at the end
        """
        [(last, count)] = self.env.execute_query(
            SQL(
                "SELECT MAX(id), COUNT(*) FROM (SELECT id FROM website_track"
                " WHERE id > %s ORDER BY id LIMIT %s) t",
                after,
                BATCH,
            )
        )
        if not last:
            return None
        condition = SQL("t.id > %s AND t.id <= %s", after, last)
        self.env["website.visitor"]._flywheel_claim_known(
            SQL(
                "v.id IN (SELECT t.visitor_id FROM website_track t WHERE %s)", condition
            )
        )
        self._flywheel_pull(condition)
        return last, count

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_pull(self, condition):
        """Note the visits of people that are not in the ledger yet.

        :param condition: :class:`SQL` over ``t``, the visits to look at
        :return: number of new touchpoints
        """
        visits = self._flywheel_get_visits(condition)
        people = self._flywheel_filter_people(visits)
        if not people:
            return 0
        pages = self._flywheel_get_pages(visits, people)
        lines = self._flywheel_insert(visits, people, pages)
        if lines:
            self.env["flywheel.touchpoint"].invalidate_model(flush=False)
            self._flywheel_set_bursts_aside(lines)
            self.env["flywheel.touchpoint"]._trigger_apply()
        return len(lines)

    @api.model
    def _flywheel_get_visits(self, condition):
        """Return a sub-select of the visits of people of the website's company.

        ``OFFSET 0`` keeps the order: from the visits to their visitors. Left to the
        statistics, which know nothing of visitors as long as hardly any is a person,
        the planner compares every visitor with every visit.
        """
        self.env.flush_all()
        return SQL(
            """
            SELECT t.id, t.visitor_id, t.page_id, t.visit_datetime, %(path)s AS path,
                   v.website_id, p.id AS profile_id, p.company_id,
                   NULLIF(i.origin_id, 0) AS origin_id
              FROM website_track t
              JOIN website_visitor v ON v.id = t.visitor_id
        CROSS JOIN LATERAL (
                   SELECT profile_id, origin_id FROM flywheel_identity
                    WHERE kind = 'visitor' AND value = t.visitor_id::text OFFSET 0) i
              JOIN flywheel_profile p ON p.id = i.profile_id
         LEFT JOIN website w ON w.id = v.website_id
             WHERE %(condition)s AND t.flywheel_private IS NOT TRUE
               AND t.url IS NOT NULL
               AND (p.company_id IS NULL OR w.company_id IS NULL
                    OR p.company_id = w.company_id)
            OFFSET 0
            """,
            path=PATH,
            condition=condition,
        )

    @api.model
    def _flywheel_filter_people(self, visits):
        """Return the ids of the people whose visits may be noted; mark those of the
        others, so that they are not noted later either."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT profile_id FROM (%s) visit", visits)
        )
        people = self.env["flywheel.profile"].browse(row[0] for row in rows)
        tracked = people._filter_tracked()
        others = people - tracked
        if others:
            self.env.cr.execute(
                SQL(
                    "UPDATE website_track SET flywheel_private = TRUE WHERE id IN"
                    " (SELECT id FROM (%s) visit WHERE profile_id = ANY(%s::int[]))",
                    visits,
                    array(others.ids),
                )
            )
        return tracked.ids

    @api.model
    def _flywheel_get_pages(self, visits, people):
        """Return {(website id, website.page id, path): page id} of the visits."""
        addresses = self.env.execute_query(
            SQL(
                "SELECT DISTINCT website_id, page_id, path FROM (%s) visit"
                " WHERE profile_id = ANY(%s::int[])",
                visits,
                array(people),
            )
        )
        return self.env["flywheel.page"]._find_or_make(addresses)

    @api.model
    def _flywheel_insert(self, visits, people, pages):
        """Append the visits to the ledger, as pending.

        The same page again within half an hour of the look before is no other look.

        :return: list of (touchpoint id, visit id)
        """
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        websites, page_ids, paths = zip(*pages, strict=True) if pages else ((),) * 3
        self.env["flywheel.page"].flush_model()
        self.env["flywheel.page.group"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_touchpoint
                       (profile_id, origin_id, type_id, date, external_key, content,
                        res_model, res_id, company_id, state, pending,
                        create_date, write_date)
                SELECT visit.profile_id, visit.origin_id,
                       COALESCE(g.touchpoint_type_id,
                           CASE page.kind WHEN 'file' THEN %(download)s
                                ELSE %(view)s END),
                       visit.visit_datetime, 'website.track:' || visit.id, page.name,
                       'flywheel.page', page.id, visit.company_id, 'valid', TRUE,
                       %(now)s, %(now)s
                  FROM (%(visits)s) visit
                  JOIN unnest(%(websites)s::int[], %(page_ids)s::int[],
                              %(paths)s::text[], %(pages)s::int[])
                       AS place (website_id, page_id, path, id)
                    ON place.path = visit.path
                   AND place.website_id IS NOT DISTINCT FROM visit.website_id
                   AND place.page_id IS NOT DISTINCT FROM visit.page_id
                  JOIN flywheel_page page ON page.id = place.id
             LEFT JOIN flywheel_page_group g ON g.id = page.group_id
                 WHERE visit.profile_id = ANY(%(people)s::int[])
                   AND NOT EXISTS (
                       SELECT FROM website_track t
                        WHERE t.visitor_id = visit.visitor_id
                          AND t.visit_datetime <= visit.visit_datetime
                          AND t.visit_datetime > visit.visit_datetime
                                                 - %(repeat)s * interval '1 minute'
                          AND (t.visit_datetime, t.id)
                              < (visit.visit_datetime, visit.id)
                          AND t.flywheel_private IS NOT TRUE
                          AND (t.page_id = visit.page_id OR %(path)s = visit.path))
              ORDER BY visit.id
                    ON CONFLICT DO NOTHING
             RETURNING id, substr(external_key, 15)::int
                """,
                download=types.get("download"),
                view=types.get("page"),
                now=self.env.cr.now(),
                visits=visits,
                websites=array(websites),
                page_ids=array(page_ids),
                paths=array(paths),
                pages=array(pages.values()),
                people=array(people),
                repeat=REPEAT_MINUTES,
                path=PATH,
            )
        )

    # ------------------------------------------------------------------
    # Machines
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_set_bursts_aside(self, lines):
        """Quarantine what was looked at faster than anybody reads, also what is in the
        ledger already.

        :param lines: new ones, as :meth:`_flywheel_insert` returns them
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH fresh AS (
                    SELECT visitor_id,
                           MIN(visit_datetime) - %(seconds)s * interval '1 second'
                               AS since,
                           MAX(visit_datetime) + %(seconds)s * interval '1 second'
                               AS until
                      FROM website_track WHERE id = ANY(%(visits)s::int[])
                  GROUP BY visitor_id
                ), visit AS (
                    SELECT t.id, t.visitor_id, t.visit_datetime, COUNT(*) OVER (
                           PARTITION BY t.visitor_id ORDER BY t.visit_datetime
                           RANGE BETWEEN %(seconds)s * interval '1 second' PRECEDING
                             AND CURRENT ROW) AS views
                      FROM fresh f
                      JOIN website_track t ON t.visitor_id = f.visitor_id
                       AND t.visit_datetime BETWEEN f.since AND f.until
                ), crowd AS (
                    SELECT id, MAX(views) OVER (
                           PARTITION BY visitor_id ORDER BY visit_datetime
                           RANGE BETWEEN CURRENT ROW
                             AND %(seconds)s * interval '1 second' FOLLOWING) AS views
                      FROM visit
                )
                SELECT k.id, crowd.views
                  FROM crowd
                  JOIN flywheel_touchpoint k
                    ON k.external_key = 'website.track:' || crowd.id
                   AND k.res_model = 'flywheel.page'
                 WHERE crowd.views > %(limit)s
                """,
                seconds=BURST_SECONDS,
                visits=array(visit for _line, visit in lines),
                limit=BURST_VIEWS,
            )
        )
        if rows:
            self.env["flywheel.touchpoint"]._flywheel_quarantine_bursts(dict(rows))
