# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.arrays import array

from ..engine.requests import find_agent

# What a touchpoint of these says, whoever sees the person may read: it was said to
# the person. The mailing itself is for marketing.
TOLD = ("mailing.mailing", "mailing.list")


class FlywheelTouchpoint(models.Model):
    """Signs of machines in what the requests of mail programs tell."""

    _inherit = "flywheel.touchpoint"

    def _check_timeline_sources(self, reader=None):
        sources = super()._check_timeline_sources(reader)
        for touchpoint in self:
            told = touchpoint.res_model in TOLD
            if told and sources.get(touchpoint.id) == "hidden":
                sources[touchpoint.id] = "gone"
        return sources

    @api.model
    def _get_open_domain(self):
        return super()._get_open_domain() | Domain("res_model", "in", TOLD)

    @api.model
    def _find_neighbours(self, lines):
        """Add what the same networks did around the same time, for others."""
        found = super()._find_neighbours(lines)
        specs = self.env["flywheel.machine.sign"]._get_specs()
        crowds = self._find_crowds(found, specs.get("network")) if found else {}
        return list({*found, *crowds})

    @api.model
    def _find_signs(self, ids, specs):
        signs = super()._find_signs(ids, specs)
        agents = self.env["flywheel.machine.agent"]._get_agents()
        opened = (
            self.env["flywheel.touchpoint.type"]._get_ids_by_code().get("email_open")
        )
        crowds = self._find_crowds(ids, specs.get("network"))
        for hit in self._find_hits(ids):
            seen = signs.setdefault(hit["touchpoint_id"], [])
            agent = find_agent(hit["agent"], agents)
            if agent and agent.kind == "scanner":
                seen.append(
                    {"sign": "agent", "name": agent.name, "agent": hit["agent"]}
                )
            elif agent and agent.kind == "prefetch" and hit["type_id"] == opened:
                seen.append(
                    {"sign": "prefetch", "name": agent.name, "agent": hit["agent"]}
                )
            if hit["method"] == "HEAD":
                seen.append({"sign": "head", "method": "HEAD"})
            if not hit["agent"]:
                seen.append({"sign": "anonymous"})
            crowd = crowds.get(hit["touchpoint_id"])
            if crowd and not (agent and agent.kind == "proxy"):
                seen.append({"sign": "network", **crowd})
        return {touchpoint_id: seen for touchpoint_id, seen in signs.items() if seen}

    @api.model
    def _find_hits(self, ids):
        """Return the web requests behind these lines, as dicts."""
        self.env.cr.execute(
            "SELECT h.touchpoint_id, h.agent, h.method, t.type_id"
            " FROM flywheel_mailing_hit h"
            " JOIN flywheel_touchpoint t ON t.id = h.touchpoint_id"
            " WHERE h.touchpoint_id = ANY(%s::int[]) AND h.method IS NOT NULL",
            [array(ids)],
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _find_crowds(self, ids, spec):
        """Find crowds: lines whose network was at the mails of many at the same time.

        Time is cut into spans, twice, by half a span against each other: linear,
        however much a network sends.

        :param ids: ids of the lines around which to look
        :param spec: the :class:`Spec` of the sign, None if it is not in force
        :return: {touchpoint id: {"network", "count", "seconds"}}, of others too
        """
        if not spec or spec.seconds <= 0 or spec.count <= 1:
            return {}
        near = self._find_busy_networks(ids, spec)
        if not near:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                WITH hit AS (
                    SELECT DISTINCT h.touchpoint_id, h.record_id, n.network, shift,
                           floor(extract(epoch FROM h.date) / %(span)s + shift / 2.0)
                               AS slot
                      FROM unnest(%(networks)s::text[], %(minutes)s::timestamp[])
                           AS n (network, minute)
                     CROSS JOIN LATERAL (
                           SELECT * FROM flywheel_mailing_hit h
                            WHERE h.network = n.network
                              AND h.date >= n.minute - %(span)s * interval '1 second'
                              AND h.date <= n.minute
                                          + (60 + %(span)s) * interval '1 second'
                           OFFSET 0) h
                     CROSS JOIN generate_series(0, 1) shift),
                crowd AS (
                    SELECT network, shift, slot, count(DISTINCT record_id) AS count
                      FROM hit GROUP BY network, shift, slot
                    HAVING count(DISTINCT record_id) >= %(count)s)
                SELECT hit.touchpoint_id, hit.network, max(crowd.count)
                  FROM crowd JOIN hit USING (network, shift, slot)
                 WHERE hit.touchpoint_id IS NOT NULL
              GROUP BY hit.touchpoint_id, hit.network
                """,
                networks=array(network for network, _minute in near),
                minutes=array(minute for _network, minute in near),
                span=spec.seconds,
                count=spec.count,
            )
        )
        return {
            touchpoint_id: {"network": network, "count": count, "seconds": spec.seconds}
            for touchpoint_id, network, count in rows
        }

    @api.model
    def _find_busy_networks(self, ids, spec):
        """Return (network, minute) of these lines where there may be a crowd: of few
        hits there is none, which spares looking closer at nearly all of them.

        :param ids: ids of the lines around which to look
        :param spec: the :class:`Spec` of the sign
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT n.network, n.minute
                  FROM (SELECT DISTINCT network, date_trunc('minute', date) AS minute
                          FROM flywheel_mailing_hit
                         WHERE touchpoint_id = ANY(%(ids)s::int[])
                           AND network IS NOT NULL) n
                 WHERE (SELECT count(*) FROM (
                        SELECT FROM flywheel_mailing_hit h
                         WHERE h.network = n.network
                           AND h.date >= n.minute - %(span)s * interval '1 second'
                           AND h.date <= n.minute + (60 + %(span)s)
                                         * interval '1 second'
                         LIMIT %(count)s) few) >= %(count)s
                """,
                ids=array(ids),
                span=spec.seconds,
                count=spec.count,
            )
        )
