# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from psycopg2 import Error

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from ..engine.requests import clean_agent, network_of

_logger = logging.getLogger(__name__)

KINDS = [
    ("sent", "Sent"),
    ("open", "Opened"),
    ("click", "Clicked"),
    ("reply", "Replied"),
    ("bounce", "Bounced"),
    ("subscribe", "Subscribed"),
    ("unsubscribe", "Unsubscribed"),
    ("blacklist", "No Mailings Wanted"),
]
# Seconds that mails just sent may wait: one transaction each sends thousands of them,
# and the scheduled action is not to run for every one.
PATIENCE = 20
# Only where a machine may have asked: the request that a mail's reader makes.
PATHS = ("/r/", "/mail/track/")


class FlywheelMailingHit(models.Model):
    """Something that happened to a mailing: a line in an in-tray.

    Written where it happens, in one statement and nothing else; the scheduled action
    makes touchpoints of the lines. Those of opens and clicks stay, as evidence for
    who or what was there, as long as their touchpoint does. No name, no address.
    """

    _name = "flywheel.mailing.hit"
    _description = "Mailing Event"
    _log_access = False
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    # Numbers, not links: the event outlives what it happened to.
    record_id = fields.Integer(
        string="Record ID",
        required=True,
        readonly=True,
        aggregator=None,
        help="Of the mailing trace, the subscription or the blacklist entry.",
    )
    click_id = fields.Integer(string="Link Click ID", readonly=True, aggregator=None)
    mailing_id = fields.Integer(string="Mailing ID", readonly=True, aggregator=None)
    company_id = fields.Integer(string="Company ID", readonly=True, aggregator=None)
    date = fields.Datetime(required=True, readonly=True)
    agent = fields.Char(string="User Agent", readonly=True)
    network = fields.Char(
        readonly=True, help="The first part of the address that asked, no more."
    )
    method = fields.Char(readonly=True, help="GET or HEAD; empty: no web request.")
    pending = fields.Boolean(readonly=True, default=True)
    touchpoint_id = fields.Many2one(
        "flywheel.touchpoint",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )

    _pending_idx = models.Index("(id) WHERE pending")
    _network_idx = models.Index("(network, date) WHERE network IS NOT NULL")

    @api.model
    def _note(self, kind, record_ids, dates=None, **values):
        """Put events into the in-tray, in one statement.

        Never fails: whoever opens a mail is not to see an error.

        :param kind: one of ``KINDS``
        :param record_ids: ids of what it happened to
        :param dates: as many moments (naive UTC); by default now
        :param values: ``click_ids``, ``mailing_id``
        """
        if not record_ids:
            return
        now = fields.Datetime.now()
        asked = self._get_request_values()
        query = SQL(
            """
            INSERT INTO flywheel_mailing_hit (kind, record_id, click_id, date,
                        mailing_id, company_id, agent, network, method, pending)
            SELECT %s, t.*, %s, %s, %s, %s, %s, TRUE
              FROM unnest(%s::int[], %s::int[], %s::timestamp[]) t
            """,
            kind,
            values.get("mailing_id"),
            self.env.company.id,
            asked.get("agent"),
            asked.get("network"),
            asked.get("method"),
            list(record_ids),
            values.get("click_ids") or [None] * len(record_ids),
            dates or [now] * len(record_ids),
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query)
                self._wake(PATIENCE if kind == "sent" else 0)
        except Error:
            _logger.exception("A mailing event was lost: %s of %s", kind, record_ids)

    @api.model
    def _wake(self, seconds=0):
        """Have the scheduled action look into the in-tray, unless it is going to.

        :param seconds: how long it may wait
        """
        at = fields.Datetime.now() + timedelta(seconds=seconds)
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "inbound_flywheel_mass_mailing.cron_collect"
        )
        waiting = self.env.execute_query(
            SQL(
                "SELECT 1 FROM ir_cron_trigger"
                " WHERE cron_id = %s AND call_at <= %s LIMIT 1",
                cron_id,
                at,
            )
        )
        if not waiting:
            # sudo: whoever causes an event may wake the scheduled action
            self.env["ir.cron"].sudo().browse(cron_id)._trigger(at=at)

    @api.model
    def _get_request_values(self):
        """Return what the request of a mail's reader tells; {} if there is none."""
        if not request or not request.httprequest.path.startswith(PATHS):
            return {}
        asked = request.httprequest
        return {
            "agent": clean_agent(asked.user_agent.string),
            "network": network_of(asked.remote_addr),
            "method": asked.method,
        }
