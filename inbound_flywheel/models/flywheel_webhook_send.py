# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import http.client
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import webhooks
from ..engine.busy import BUSY, gives_way, giving_way

# Of each webhook, at most so many a round.
PER_ROUND = 200
# Seconds after which a round begins no other request.
BUDGET = 8
# Receivers that are called at the same time.
THREADS = 16
# A receiver that fails so long is called no more.
SWITCH_OFF = timedelta(days=3)


class FlywheelWebhook(models.Model):
    """Sending, by a scheduled action that any number of workers may run."""

    _inherit = "flywheel.webhook"

    @api.model
    @gives_way
    def _cron_send(self):
        """Send what is due; each receiver in a thread of its own, so that a slow one
        holds up nobody."""
        Cron = self.env["ir.cron"]
        Delivery = self.env["flywheel.webhook.delivery"]
        Cron._commit_progress(remaining=self._count_due())
        while True:
            claimed = Delivery._claim(PER_ROUND)
            # From here on it is this worker's; what it does not tell in time is sent
            # again, with the same id.
            Cron._commit_progress()
            if not claimed:
                # What has become due since then wakes the action itself.
                Cron._commit_progress(remaining=0)
                break
            tried = self._send_claimed(claimed)
            left = Cron._commit_progress(len(tried), remaining=self._count_due())
            self._follow_health(claimed, tried)
            if not left:
                break
        self._plan_next()
        Cron._commit_progress()

    @api.model
    def _count_due(self):
        return self.env["flywheel.webhook.delivery"].search_count(
            [
                ("state", "=", "pending"),
                ("next_try", "<=", fields.Datetime.now()),
                ("webhook_id.active", "=", True),
            ]
        )

    @api.model
    def _plan_next(self):
        """Wake the scheduled action when the next delivery is due."""
        rows = self.env.execute_query(
            SQL(
                "SELECT MIN(d.next_try) FROM flywheel_webhook_delivery d"
                " JOIN flywheel_webhook w ON w.id = d.webhook_id AND w.active"
                " WHERE d.state = 'pending'"
            )
        )
        if rows[0][0]:
            self.env["flywheel.webhook.delivery"]._trigger_sending(rows[0][0])

    @api.model
    def _send_claimed(self, claimed):
        """Send deliveries and keep what came of them.

        :return: {delivery id: Answer} of those that were tried
        """
        events = {}
        for delivery_id, hook_id, uid, body in claimed:
            events.setdefault(hook_id, []).append((delivery_id, uid, body))
        private = self._is_private_allowed()
        hooks = [
            (hook.url, hook.secret, private, events[hook.id])
            for hook in self.browse(events)
        ]
        tried = {}
        with ThreadPoolExecutor(min(THREADS, len(hooks))) as pool:
            for answers in pool.map(
                webhooks.send_in_turn, hooks, [BUDGET] * len(hooks)
            ):
                tried.update(answers)
        self._keep_answers(claimed, tried)
        return tried

    @api.model
    def _keep_answers(self, claimed, tried):
        Delivery = self.env["flywheel.webhook.delivery"]
        now = fields.Datetime.now()
        deliveries = Delivery.browse(tried)
        known = {d.id: (d.attempts, d.try_until) for d in deliveries}
        answers, pauses = {}, {}
        hooks = {delivery_id: hook_id for delivery_id, hook_id, *_rest in claimed}
        for delivery_id, answer in tried.items():
            attempts, until = known[delivery_id]
            again = now + timedelta(seconds=webhooks.get_pause(attempts + 1))
            if answer.taken:
                state, again = "sent", None
            else:
                pauses[hooks[delivery_id]] = again
                state = "pending" if not until or again < until else "failed"
                answer = answer._replace(error=self._explain_answer(answer))
            answers[delivery_id] = (state, answer, again)
        Delivery._write_answers(answers)
        # Whoever did not answer one is not asked for the others at once.
        for delivery_id in hooks.keys() - tried.keys():
            Delivery._release([delivery_id], pauses.get(hooks[delivery_id], now))

    @api.model
    def _explain_answer(self, answer):
        if answer.status:
            name = http.client.responses.get(answer.status, "")
            return f"{answer.status} {name}\n{answer.error}".strip()
        return self._explain_refusal(answer.error)

    # ------------------------------------------------------------------
    # Receivers that do not answer
    # ------------------------------------------------------------------
    @api.model
    def _follow_health(self, claimed, tried):
        """Note since when receivers fail; switch off those that are gone."""
        hooks = {delivery_id: hook_id for delivery_id, hook_id, *_rest in claimed}
        good = {hooks[i] for i, answer in tried.items() if answer.taken}
        bad = {hooks[i] for i, answer in tried.items() if not answer.taken}
        gone = {hooks[i] for i, answer in tried.items() if answer.status == 410}
        deliveries = self.env["flywheel.webhook.delivery"].browse(tried)
        failed = deliveries.filtered(lambda d: d.state == "failed").webhook_id
        try:
            with giving_way(self.env.cr, flush=True):
                self._write_health(good, bad)
                self.browse(bad)._alarm(gone, set(failed.ids))
        except BUSY:
            # Somebody is editing the webhook: the next round says the same.
            return
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _write_health(self, good, bad):
        self.env.cr.execute(
            "UPDATE flywheel_webhook SET failing_since = NULL"
            " WHERE id = ANY(%s) AND failing_since IS NOT NULL",
            [list(good)],
        )
        self.env.cr.execute(
            "UPDATE flywheel_webhook SET failing_since = %s"
            " WHERE id = ANY(%s) AND failing_since IS NULL",
            [fields.Datetime.now(), list(bad - good)],
        )
        self.invalidate_model(["failing_since"], flush=False)

    def _alarm(self, gone, failed):
        """Tell those responsible of failed deliveries; switch off what is gone.

        :param gone: ids of webhooks whose receiver said that it is gone for good
        :param failed: ids of webhooks of which a delivery was given up just now
        """
        limit = fields.Datetime.now() - SWITCH_OFF
        for hook in self:
            since = hook.failing_since
            if hook.id in gone:
                note = self.env._("The receiver said that it is gone (410).")
            elif since and since < limit:
                note = self.env._("The receiver has failed for three days.")
            elif hook.id in failed:
                hook._tell(self.env._("Deliveries have failed for 24 hours."))
                continue
            else:
                continue
            hook.active = False
            hook._tell(self.env._("%(reason)s It was switched off.", reason=note))

    def _tell(self, text):
        """Leave an activity, unless there is one already."""
        self.ensure_one()
        user = self.user_id or self.create_uid
        summary = self.env._("Look at this webhook")
        known = self.activity_ids.filtered(lambda a: a.summary == summary)
        if known and self.active:
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=text,
            user_id=user.id,
        )
