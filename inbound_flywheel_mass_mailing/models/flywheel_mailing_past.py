# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.arrays import array

# Mails of the past whose events are noted per commit.
WINDOW = 5_000
# What Odoo writes down of one request may lie this far apart.
BLUR = timedelta(seconds=2)
# System parameter: mails up to this number were there before us, and have yet to be
# looked at. Newest first: what is recent counts most.
PAST = "inbound_flywheel_mass_mailing.past"


class FlywheelMailingHit(models.Model):
    """Events from before the addon was there, and imported ones."""

    _inherit = "flywheel.mailing.hit"

    @api.model
    def _fetch_past(self):
        """Put the events of older mails into the in-tray; return how many."""
        # sudo: a technical parameter of the flow
        params = self.env["ir.config_parameter"].sudo()
        top = int(params.get_param(PAST) or 0)
        if top <= 0:
            return 0
        rows = self.env.execute_query(
            SQL(
                "SELECT id, trace_type = 'mail' AND is_test_trace IS NOT TRUE"
                " FROM mailing_trace WHERE id <= %s ORDER BY id DESC LIMIT %s",
                top,
                WINDOW,
            )
        )
        self._note_past([row[0] for row in rows if row[1]])
        params.set_param(PAST, str(rows[-1][0] - 1 if len(rows) == WINDOW else 0))
        return len(rows)

    @api.model
    def _note_past(self, trace_ids):
        """Put all that mails tell by themselves into the in-tray.

        :param trace_ids: ids of mailing traces of mails to people
        """
        if not trace_ids:
            return
        self.env.flush_all()
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        self.env.cr.execute(
            """
            INSERT INTO flywheel_mailing_hit
                   (kind, record_id, click_id, date, company_id, pending)
            SELECT e.kind, t.id, NULL, e.date, %(company)s, TRUE
              FROM mailing_trace t
             CROSS JOIN LATERAL (VALUES
                   ('sent', COALESCE(t.sent_datetime, t.create_date),
                    t.trace_status IN ('sent', 'open', 'reply', 'bounce')),
                   ('open', COALESCE(t.open_datetime, t.sent_datetime, t.write_date),
                    t.trace_status IN ('open', 'reply')
                    AND t.flywheel_untracked IS NOT TRUE
                    -- Opened by the click: no event of its own.
                    AND NOT EXISTS (
                        SELECT FROM link_tracker_click o
                         WHERE o.mailing_trace_id = t.id
                           AND o.create_date BETWEEN t.open_datetime - %(blur)s
                                             AND t.open_datetime + %(blur)s)
                    -- In the ledger already, as whoever's open it turned out to be:
                    -- the mail does not tell who asked for its picture.
                    AND NOT EXISTS (
                        SELECT FROM flywheel_touchpoint o
                         WHERE o.type_id = %(open)s
                           AND o.external_key IN (
                               'mailing.trace:' || t.id || ':open',
                               'mailing.trace:' || t.id || ':open:machine',
                               'mailing.trace:' || t.id || ':open:again')
                           AND o.date BETWEEN t.open_datetime - %(blur)s
                                      AND t.open_datetime + %(blur)s)),
                   ('reply', COALESCE(t.reply_datetime, t.write_date),
                    t.trace_status = 'reply'),
                   ('bounce', t.write_date, t.trace_status = 'bounce')
                   ) e (kind, date, told)
             WHERE t.id = ANY(%(ids)s::int[]) AND e.told
             UNION ALL
            SELECT 'click', c.mailing_trace_id, c.id, c.create_date, %(company)s, TRUE
              FROM link_tracker_click c
              JOIN mailing_trace t ON t.id = c.mailing_trace_id
             WHERE t.id = ANY(%(ids)s::int[]) AND t.flywheel_untracked IS NOT TRUE
             ORDER BY 4
            """,
            {
                "ids": array(trace_ids),
                "company": self.env.company.id,
                "open": types.get("email_open"),
                "blur": BLUR,
            },
        )
        self._wake()
