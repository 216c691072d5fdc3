# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.busy import BUSY, gives_way, giving_way
from ..engine.decay import epoch

_logger = logging.getLogger(__name__)

# Where a transaction keeps what it has to tell.
NOTICES = "inbound_flywheel.webhooks"
# What began longer ago is no news: an import of the past tells nobody.
NEWS = timedelta(days=7)
# People who are looked at in one go.
BATCH = 5_000


class FlywheelWebhook(models.Model):
    """What happens, written down as deliveries at the end of the transaction."""

    _inherit = "flywheel.webhook"

    @api.model
    def _notice(self, event, changes):
        """Take note of something that happened to people; costs no query.

        :param event: key of ``EVENTS``
        :param changes: list of (profile id, what tells this change from others of the
            event and person, dict of what is told)
        """
        specs = [spec for spec in self._get_specs() if event in spec.events]
        notices = [
            (spec.id, event, profile_id, key, data)
            for spec in specs
            for profile_id, key, data in changes
        ]
        self._enqueue(notices)

    @api.model
    def _notice_stages(self, values):
        """Take note of the stages that people came into.

        :param values: dicts of new intervals
        """
        specs = [spec for spec in self._get_specs() if "stage.entered" in spec.events]
        since = fields.Datetime.now() - NEWS
        notices = []
        for row in values if specs else ():
            if row.get("date_to") or row["date_from"] < since:
                continue
            data = {
                "track": row["track"],
                "stage_id": row["stage_id"],
                "since": row["date_from"].isoformat(timespec="seconds") + "Z",
                "source": row.get("source"),
            }
            key = f"{row['stage_id']}:{data['since']}"
            notices += [
                (spec.id, "stage.entered", row["profile_id"], key, data)
                for spec in specs
                if not spec.stage_ids or row["stage_id"] in spec.stage_ids
            ]
        self._enqueue(notices)

    @api.model
    def _notice_scores(self, momentum, people):
        """Take note of people whose score has crossed a threshold.

        :param momentum: {profile id: momentum now}
        :param people: {profile id: Known}, as it was before
        """
        if not momentum or not self._get_specs():
            return
        worth = self.env["flywheel.handover.definition"]._get_worth()
        now = self.env.cr.now().isoformat()
        notices = []
        for spec in self._get_specs():
            bound = spec.threshold / worth
            for profile_id, after in momentum.items():
                before = people[profile_id].momentum
                if (before >= bound) == (after >= bound):
                    continue
                event = "score.above" if after >= bound else "score.below"
                if event in spec.events:
                    data = {"threshold": spec.threshold}
                    notices.append((spec.id, event, profile_id, now, data))
        self._enqueue(notices)

    @api.model
    def _enqueue(self, notices):
        if not notices:
            return
        precommit = self.env.cr.precommit
        if NOTICES not in precommit.data:
            precommit.data[NOTICES] = []
            precommit.add(self._flush_notices)
        precommit.data[NOTICES] += notices

    @api.model
    def _flush_notices(self):
        """Write deliveries for what has happened in this transaction."""
        self.env["flywheel.touchpoint"]._flush_queue()
        notices = self.env.cr.precommit.data.pop(NOTICES, None)
        if notices:
            # sudo: what happens is told, whoever causes it
            self.sudo()._write_deliveries(notices)

    # ------------------------------------------------------------------
    # Deliveries
    # ------------------------------------------------------------------
    @api.model
    def _write_deliveries(self, notices):
        """Write deliveries, each once, for the people that the webhooks are about.

        :param notices: list of (webhook id, event, profile id or None, key, data)
        """
        self.env.flush_all()
        rows = []
        for hook in self.browse({notice[0] for notice in notices}).exists():
            own = [notice for notice in notices if notice[0] == hook.id]
            rows += hook._prepare_deliveries(own)
        if not rows:
            return
        # All in one order: two transactions at the same events do not deadlock.
        self._insert_deliveries(sorted(rows, key=lambda row: row[3]))
        self.env["flywheel.webhook.delivery"].invalidate_model(flush=False)
        self.invalidate_model(["delivery_ids"], flush=False)
        self.env["flywheel.webhook.delivery"]._trigger_sending()

    @api.model
    def _insert_deliveries(self, rows):
        """Insert deliveries. One that another transaction wrote down meanwhile is
        found by halving; there is nothing to add to it."""
        try:
            with giving_way(self.env.cr):
                self._insert_all(rows)
        except SerializationFailure:
            middle = len(rows) // 2
            if middle:
                self._insert_deliveries(rows[:middle])
                self._insert_deliveries(rows[middle:])

    @api.model
    def _insert_all(self, rows):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO flywheel_webhook_delivery
                       (webhook_id, event, profile_id, uid, body, state, attempts,
                        date, next_try, try_until)
                SELECT t.*, 'pending', 0, %(now)s, %(now)s, %(until)s
                  FROM unnest(%(hooks)s::int[], %(events)s::text[], %(people)s::int[],
                              %(uids)s::text[], %(bodies)s::text[]) t
                ON CONFLICT DO NOTHING
                """,
                now=fields.Datetime.now(),
                until=fields.Datetime.now()
                + self.env["flywheel.webhook.delivery"]._get_patience(),
                **dict(
                    zip(
                        ("hooks", "events", "people", "uids", "bodies"),
                        map(list, zip(*rows, strict=True)),
                        strict=True,
                    )
                ),
            )
        )

    def _prepare_deliveries(self, notices):
        """Return rows (webhook, event, person, event id, body) of this webhook."""
        people = self._find_people({n[2] for n in notices if n[2]})
        told = {person.id: self._describe(person) for person in people}
        stages = {
            stage.id: stage.code for stage in self.env["flywheel.stage"].search([])
        }
        database = self.env["ir.config_parameter"].get_param("database.uuid")
        rows = []
        for hook_id, event, profile_id, key, data in notices:
            if profile_id and profile_id not in told:
                continue
            person = people.browse(profile_id)
            if not self._still_holds(event, person, data):
                continue
            text = f"{database}:{hook_id}:{event}:{profile_id}:{key}"
            uid = "evt_" + hashlib.sha256(text.encode()).hexdigest()[:32]
            data = dict(data)
            if "stage_id" in data:
                data["stage"] = stages.get(data.pop("stage_id"))
            if event.startswith("score."):
                data["score"] = round(person.engagement_score, 1)
            if profile_id:
                data["person"] = told[profile_id]
            body = {"type": event, "timestamp": self._now(), "data": data}
            body = json.dumps(body, ensure_ascii=False)
            rows.append((hook_id, event, profile_id, uid, body))
        return rows

    def _find_people(self, ids):
        """Return those of these people whom this webhook is about.

        Its domain may name what is gone, such as a field of an addon that was taken
        out. Then it is switched off: what happens to people goes on.
        """
        people = self.env["flywheel.profile"]
        if not ids:
            return people
        try:
            return people.search(Domain("id", "in", list(ids)) & self._get_domain())
        except (ValueError, TypeError, KeyError, AttributeError, UserError) as error:
            _logger.warning("Webhook %s was switched off: %s", self.id, error)
        try:
            with giving_way(self.env.cr, flush=True):
                note = self.env._(
                    "%(domain)s does not select people.", domain=self.domain
                )
                self.active = False
                self._tell(self.env._("%(reason)s It was switched off.", reason=note))
        except BUSY:
            # Somebody is editing it: the next event says the same.
            return people
        return people

    @api.model
    def _now(self):
        return fields.Datetime.now().isoformat(timespec="seconds") + "Z"

    @api.model
    def _still_holds(self, event, person, data):
        """Tell whether it is still so at the end of the transaction, of which a part
        may have been taken back."""
        if event == "score.above":
            return person.engagement_score >= data["threshold"]
        if event == "score.below":
            return person.engagement_score < data["threshold"]
        if event == "stage.entered":
            return person[f"{data['track']}_stage_id"].id == data["stage_id"]
        return True

    def _describe(self, person):
        """Return what is told of a person: the number, and the fields chosen."""
        told = {"id": person.id}
        for name in self.field_ids.mapped("name"):
            value, kind = person[name], person._fields[name].type
            if kind == "many2one":
                value = value.display_name
            elif kind in ("date", "datetime") and value:
                value = value.isoformat()
            told[name] = value if value is not False or kind == "boolean" else None
        return told

    # ------------------------------------------------------------------
    # Time alone
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_notice_decay(self):
        """Tell of people whose score has fallen below a threshold by time alone.

        Their momentum lies between what the threshold was worth at the last check and
        what it is worth now: a range of the index.
        """
        decay = self.env["flywheel.score.model"]._get_decay()
        now = fields.Datetime.now()
        for hook in self.search([("on_below", "=", True)]):
            if hook.checked_date:
                hook._notice_fallen(
                    hook.threshold / decay.worth(epoch(hook.checked_date)),
                    hook.threshold / decay.worth(epoch(now)),
                )
            # By SQL: what is kept in the registry's cache does not change by it.
            self.env.cr.execute(
                "UPDATE flywheel_webhook SET checked_date = %s WHERE id = %s",
                [now, hook.id],
            )
            hook.invalidate_recordset(["checked_date"], flush=False)
            self.env["ir.cron"]._commit_progress(1)

    def _notice_fallen(self, low, high):
        """Write deliveries for people between two bounds of the momentum, who were not
        told to have fallen since the last check."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id FROM flywheel_profile p
                 WHERE p.momentum >= %s AND p.momentum < %s
                   AND NOT EXISTS (
                       SELECT FROM flywheel_webhook_delivery d
                        WHERE d.webhook_id = %s AND d.profile_id = p.id
                          AND d.event = 'score.below' AND d.date >= %s)
                """,
                low,
                high,
                self.id,
                self.checked_date,
            )
        )
        key = f"decay:{self.checked_date.isoformat()}"
        data = {"threshold": self.threshold}
        ids = [row[0] for row in rows]
        for start in range(0, len(ids), BATCH):
            self._write_deliveries(
                [
                    (self.id, "score.below", profile_id, key, data)
                    for profile_id in ids[start : start + BATCH]
                ]
            )
