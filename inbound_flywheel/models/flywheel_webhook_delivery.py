# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .flywheel_webhook import EVENTS

# How long a delivery is tried.
PATIENCE = timedelta(hours=24)
# How long one that a worker has taken is left to it.
LEASE = timedelta(minutes=2)


class FlywheelWebhookDelivery(models.Model):
    """One event for one webhook: what is sent, and what came of it.

    Its event id stays the same however often it is sent, so that the receiver can
    drop repetitions.
    """

    _name = "flywheel.webhook.delivery"
    _description = "Webhook Delivery"
    _order = "id desc"
    _rec_name = "uid"
    _log_access = False

    webhook_id = fields.Many2one("flywheel.webhook", required=True, ondelete="cascade")
    event = fields.Selection(EVENTS, required=True)
    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        ondelete="cascade",
        index="btree_not_null",
    )
    uid = fields.Char(string="Event ID", required=True)
    body = fields.Text(string="Message", required=True)
    state = fields.Selection(
        [("pending", "Waiting"), ("sent", "Delivered"), ("failed", "Failed")],
        required=True,
        default="pending",
    )
    attempts = fields.Integer(aggregator=None)
    date = fields.Datetime(string="Happened", required=True)
    next_try = fields.Datetime(string="Next Attempt")
    try_until = fields.Datetime(help="After that it has failed.")
    sent_date = fields.Datetime(string="Last Attempt")
    status = fields.Integer(string="Answer", aggregator=None, help="HTTP status.")
    milliseconds = fields.Integer(string="Took (ms)", aggregator="avg")
    error = fields.Text()

    _event_uniq = models.UniqueIndex("(webhook_id, uid)", "It is written down already.")
    _queue_idx = models.Index("(webhook_id, attempts, id) WHERE state = 'pending'")
    _date_idx = models.Index("(webhook_id, date)")

    @api.model
    def _get_patience(self):
        return PATIENCE

    @api.model
    def _trigger_sending(self, at=None):
        # sudo: whoever causes an event may wake the scheduled action
        self.env.ref("inbound_flywheel.cron_webhook_send").sudo()._trigger(at)

    def action_resend(self):
        """Send it again, with the same event id.

        :raise UserError: its webhook is switched off
        """
        self.webhook_id._check_manager()
        self.webhook_id._check_on()
        now = fields.Datetime.now()
        # sudo: deliveries are written by the flow alone
        self.sudo().write(
            {
                "state": "pending",
                "attempts": 0,
                "next_try": now,
                "try_until": now + PATIENCE,
            }
        )
        self._trigger_sending()
        return True

    def action_open_person(self):
        """Open the person it is about."""
        self.ensure_one()
        return self.profile_id._get_records_action()

    # ------------------------------------------------------------------
    # What a worker takes, and writes back
    # ------------------------------------------------------------------
    @api.model
    def _claim(self, limit):
        """Take what is due, of every active webhook some, those that failed less
        often first; nobody else takes it while the lease lasts.

        :return: [(delivery id, webhook id, event id, body)]
        """
        now = fields.Datetime.now()
        return self.env.execute_query(
            SQL(
                """
                UPDATE flywheel_webhook_delivery d SET next_try = %(lease)s
                  FROM (SELECT due.id FROM flywheel_webhook w
                         CROSS JOIN LATERAL (
                               SELECT id FROM flywheel_webhook_delivery
                                WHERE webhook_id = w.id AND state = 'pending'
                                  AND next_try <= %(now)s
                             ORDER BY attempts, id LIMIT %(limit)s
                                  FOR UPDATE SKIP LOCKED) due
                         WHERE w.active) due
                 WHERE d.id = due.id
             RETURNING d.id, d.webhook_id, d.uid, d.body
                """,
                lease=now + LEASE,
                now=now,
                limit=limit,
            )
        )

    @api.model
    def _write_answers(self, answers):
        """Keep what came of attempts.

        :param answers: {delivery id: (state, answer, date of the next attempt)}
        """
        if not answers:
            return
        rows = [
            (i, state, answer.status, answer.milliseconds, answer.error or None, again)
            for i, (state, answer, again) in answers.items()
        ]
        kinds = ("int", "text", "int", "int", "text", "timestamp")
        self.env.cr.execute(
            SQL(
                """
                UPDATE flywheel_webhook_delivery d
                   SET state = t.state, status = t.status, error = t.error,
                       milliseconds = t.took, next_try = t.again,
                       attempts = d.attempts + 1, sent_date = %s
                  FROM unnest(%s) AS t (id, state, status, took, error, again)
                 WHERE d.id = t.id AND d.state = 'pending'
                """,
                fields.Datetime.now(),
                SQL(", ").join(
                    SQL("%s::%s[]", list(column), SQL(kind))
                    for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)
                ),
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _release(self, ids, date):
        """Give back what was taken and not tried."""
        if ids:
            self.env.cr.execute(
                "UPDATE flywheel_webhook_delivery SET next_try = %s"
                " WHERE id = ANY(%s) AND state = 'pending'",
                [date, list(ids)],
            )
            self.invalidate_model(["next_try"], flush=False)

    @api.autovacuum
    def _gc_deliveries(self):
        """Delete deliveries that are done, or too old to be sent, after the days that
        each webhook says."""
        self.env.cr.execute(
            """
            DELETE FROM flywheel_webhook_delivery WHERE id IN (
                SELECT d.id FROM flywheel_webhook_delivery d
                  JOIN flywheel_webhook w ON w.id = d.webhook_id
                 WHERE (d.state <> 'pending' OR d.try_until < %(now)s)
                   AND d.date < %(now)s - LEAST(w.keep_days, 36500) * interval '1 day'
                 LIMIT 10000)
            """,
            {"now": fields.Datetime.now()},
        )
        done = self.env.cr.rowcount
        return done, done
