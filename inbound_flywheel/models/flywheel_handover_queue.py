# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.busy import BUSY, gives_way, giving_way

# Where a transaction keeps who reached the threshold in it.
NOTICES = "inbound_flywheel.handovers"
# People who are queued per commit.
BATCH = 5_000
# Columns of a new hand-over that differ between people.
COLUMNS = {
    "profile_id": "int",
    "lead_id": "int",
    "company_id": "int",
    "source_id": "int",
    "medium_id": "int",
    "campaign_id": "int",
    "score": "float8",
    "grade": "text",
    "state": "text",
}
# What the search for people to hand over reads by SQL.
READ = {
    "flywheel.profile": ["company_id", "fit_grade", "no_profiling"],
    "crm.lead": [
        "active",
        "company_id",
        "date_closed",
        "flywheel_profile_id",
        "type",
        "user_id",
        "won_status",
    ],
}


class FlywheelHandover(models.Model):
    _inherit = "flywheel.handover"

    # ------------------------------------------------------------------
    # Who reaches the threshold
    # ------------------------------------------------------------------
    @api.model
    def _notice(self, momentum):
        """Take note of people whose points have changed.

        Costs no query: those at the threshold are looked at when somebody reads
        hand-overs, or else at the end of the transaction.

        :param momentum: {profile id: momentum}
        """
        Definition = self.env["flywheel.handover.definition"]
        lowest = Definition._get_lowest()
        if lowest is None:
            return
        bound = lowest / Definition._get_worth()
        reached = {person for person, value in momentum.items() if value >= bound}
        if not reached:
            return
        precommit = self.env.cr.precommit
        if NOTICES not in precommit.data:
            precommit.data[NOTICES] = set()
            precommit.add(self._flush_notices)
        precommit.data[NOTICES] |= reached

    @api.model
    def _flush_notices(self):
        """Queue those who have reached the threshold in this transaction."""
        self.env["flywheel.touchpoint"]._flush_queue()
        people = self.env.cr.precommit.data.pop(NOTICES, None)
        if not people:
            return
        # sudo: the flow hands over, whoever caused the event
        self = self.sudo()
        try:
            with giving_way(self.env.cr, flush=True):
                touched = self._queue_people(sorted(people))
        except BUSY:
            # Somebody else is looking at the same people: leave them to the action.
            self._trigger_assignment()
            return
        touched._announce()

    @api.model
    def _trigger_assignment(self, at=None):
        # sudo: whoever causes a hand-over may wake the scheduled action
        self.env.ref("inbound_flywheel.cron_handover").sudo()._trigger(at)

    @api.model
    def _queue_people(self, profile_ids=None):
        """Queue people who are at the threshold, each once an episode; those with an
        empty box are put aside for marketing.

        :param profile_ids: look at these only; None for everybody
        :return: the hand-overs that are new, or in the queue now
        """
        self._flush_read()
        touched = []
        for definition in self.env["flywheel.handover.definition"]._get_all():
            after = 0
            while found := self._find_people(definition, profile_ids, after):
                touched += self._queue_found(definition, found)
                after = found[-1][0]
                if len(found) < BATCH:
                    break
        return self.browse(touched)

    @api.model
    def _queue_found(self, definition, found):
        """Queue people, or put them aside.

        :param found: what :meth:`_find_people` returned
        :return: ids of the hand-overs that are new, or in the queue now
        """
        Box = self.env["flywheel.handover.box"]
        fillings = Box._get_in_force()._find_fillings([row[0] for row in found])
        required = set(definition.box_ids.filtered("active").ids)
        complete = {p for p, _id in found if required <= set(fillings.get(p, ()))}
        fresh = [person for person, handover_id in found if not handover_id]
        mended = [h for person, h in found if h and person in complete]
        touched = self._insert(definition, fresh, complete)
        touched += self._complete(mended)
        self._note_fillings(touched, fillings)
        return [handover_id for handover_id, _person in touched]

    def _announce(self):
        """Tell the ledger who waits now, and have the scheduled action go on."""
        if self:
            self.filtered(lambda h: h.state == "waiting")._record("handover_queued")
            self._trigger_assignment()

    @api.model
    def _find_people(self, definition, profile_ids, after):
        """Return [(profile id, id of the hand-over whose boxes are missing or None)]
        of people at the threshold who are not with sales already, and of whom there
        is something new since the last hand-over or the last outcome.

        :param profile_ids: as for :meth:`_queue_people`
        :param after: only people with a higher id
        """
        bound = definition._get_threshold() / definition._get_worth()
        limit = SQL("TRUE")
        if profile_ids is not None:
            limit = SQL("p.id = ANY(%s)", profile_ids)
        return self.env.execute_query(
            SQL(
                """
                SELECT p.id, o.id
                  FROM flywheel_profile p
             LEFT JOIN flywheel_handover o
                    ON o.profile_id = p.id AND o.state = 'incomplete'
                 WHERE p.momentum >= %(bound)s::float8 AND NOT p.no_profiling
                   AND p.id > %(after)s
                   AND %(limit)s AND %(company)s AND %(grade)s
                   AND (o.id IS NOT NULL OR NOT EXISTS (
                       SELECT FROM flywheel_handover h
                    LEFT JOIN crm_lead l ON l.id = h.lead_id
                        WHERE h.profile_id = p.id AND (%(blocks)s)))
                   AND NOT EXISTS (
                       SELECT FROM crm_lead l
                        WHERE l.flywheel_profile_id = p.id
                          AND (l.active AND l.won_status = 'pending'
                               AND l.type = 'opportunity' AND l.user_id IS NOT NULL
                               OR l.won_status <> 'pending'
                               AND l.date_closed >= p.last_in_date))
              ORDER BY p.id
                 LIMIT %(batch)s
                   FOR NO KEY UPDATE OF p SKIP LOCKED
                """,
                bound=bound,
                after=after,
                limit=limit,
                company=definition._get_company_sql("p"),
                grade=definition._get_grade_sql("p"),
                blocks=self._get_blocking_sql(),
                batch=BATCH,
            )
        )

    @api.model
    def _get_blocking_sql(self):
        """Return the condition under which a hand-over ``h``, with the lead ``l``,
        stands in the way of another one for its person ``p``."""
        return SQL(
            """
            CASE h.state
            WHEN 'accepted' THEN
                l.active AND l.won_status = 'pending'
                OR COALESCE(p.last_in_date, '-infinity')
                   <= GREATEST(h.date_closed, l.date_closed)
            WHEN 'returned' THEN
                h.nurture_date > %(today)s
                OR COALESCE(p.last_in_date, '-infinity') <= h.date_closed
            WHEN 'withdrawn' THEN
                h.withdraw_reason = 'closed'
                AND COALESCE(p.last_in_date, '-infinity') <= h.date_closed
            ELSE TRUE END
            """,
            today=fields.Date.today(),
        )

    @api.model
    def _insert(self, definition, profile_ids, complete):
        """Insert hand-overs, in one statement.

        :param profile_ids: ids of people who are locked
        :param complete: ids of those whose boxes are filled
        :return: [(hand-over id, profile id)] of those that are new
        """
        if not profile_ids:
            return []
        values = self._read_values(profile_ids, complete)
        columns = [list(column) for column in zip(*values, strict=True)]
        arrays = SQL(", ").join(
            SQL("%s::%s[]", column, SQL(kind))
            for column, kind in zip(columns, COLUMNS.values(), strict=True)
        )
        return self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_handover (%(names)s, definition_id,
                            definition_version, score_model_id, threshold, date_queued,
                            create_uid, create_date, write_uid, write_date)
                SELECT t.*, %(definition)s, %(version)s, %(model)s, %(threshold)s,
                       CASE WHEN t.state = 'waiting' THEN %(now)s::timestamp END,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(arrays)s) AS t (%(names)s)
                ON CONFLICT DO NOTHING
                RETURNING id, profile_id
                """,
                names=SQL(", ").join(map(SQL.identifier, COLUMNS)),
                arrays=arrays,
                definition=definition.id,
                version=definition.version,
                model=self.env["flywheel.score.model"]._get_active_id() or None,
                threshold=definition._get_threshold(),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )

    @api.model
    def _read_values(self, profile_ids, complete):
        """Return the values of ``COLUMNS`` for new hand-overs.

        The lead is the person's latest open one, opportunities first; where it came
        from is told by the lead, else by the latest touchpoint that says so.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT p.id, l.id, COALESCE(l.company_id, p.company_id),
                       COALESCE(l.source_id, t.source_id),
                       COALESCE(l.medium_id, t.medium_id),
                       COALESCE(l.campaign_id, t.campaign_id),
                       p.momentum * %(worth)s::float8, p.fit_grade,
                       CASE WHEN p.id = ANY(%(complete)s) THEN 'waiting'
                            ELSE 'incomplete' END
                  FROM flywheel_profile p
             LEFT JOIN LATERAL (
                       SELECT * FROM crm_lead
                        WHERE flywheel_profile_id = p.id AND active
                          AND won_status = 'pending'
                     ORDER BY type DESC, id DESC LIMIT 1) l ON TRUE
             LEFT JOIN LATERAL (
                       SELECT * FROM flywheel_touchpoint
                        WHERE profile_id = p.id AND state = 'valid'
                          AND source_id IS NOT NULL
                     ORDER BY date DESC, id DESC LIMIT 1) t ON TRUE
                 WHERE p.id = ANY(%(ids)s)
              ORDER BY p.id
                """,
                worth=self.env["flywheel.handover.definition"]._get_worth(),
                complete=list(complete),
                ids=profile_ids,
            )
        )

    @api.model
    def _complete(self, ids):
        """Let hand-overs into the queue whose boxes are filled now.

        :return: [(hand-over id, profile id)] of those
        """
        if not ids:
            return []
        rows = self.env.execute_query(
            SQL(
                "UPDATE flywheel_handover SET state = 'waiting', date_queued = %s"
                " WHERE id = ANY(%s) AND state = 'incomplete'"
                " RETURNING id, profile_id",
                fields.Datetime.now(),
                ids,
            )
        )
        self.browse(ids)._close_activities()
        return rows

    @api.model
    def _note_fillings(self, touched, fillings):
        """Keep which rules filled the boxes.

        :param touched: [(hand-over id, profile id)]
        :param fillings: {profile id: {box id: rule id}}
        """
        pairs = [
            (handover_id, rule_id)
            for handover_id, profile_id in touched
            for rule_id in fillings.get(profile_id, {}).values()
        ]
        if pairs:
            self.env.cr.execute(
                "INSERT INTO flywheel_handover_box_rule_rel (handover_id, rule_id)"
                " SELECT * FROM unnest(%s::int[], %s::int[]) ON CONFLICT DO NOTHING",
                [list(column) for column in zip(*pairs, strict=True)],
            )
        self.invalidate_model(flush=False)

    def _record(self, code):
        """Write what has become of these hand-overs into the ledger.

        :param code: of the touchpoint type
        """
        # sudo: the ledger is written by the flow, whoever acts
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": code,
                    "profile_id": handover.profile_id.id,
                    "external_key": handover._get_key(),
                    "summary": handover.return_reason_id.name
                    or handover.user_id.name
                    or None,
                    "value": handover.score,
                    "res_model": "crm.lead" if handover.lead_id else None,
                    "res_id": handover.lead_id.id,
                    "source_id": handover.source_id.id,
                    "medium_id": handover.medium_id.id,
                    "campaign_id": handover.campaign_id.id,
                    "user_id": self.env.uid,
                }
                for handover in self.sudo()
            ]
        )

    @api.model
    def _flush_read(self):
        """Write out what the statements on the queue read and write."""
        self.flush_model()
        for model, names in READ.items():
            self.env[model].flush_model(names)

    def _get_key(self):
        """Return what tells the ledger lines of one type apart: a hand-over may be
        assigned again when a salesperson leaves."""
        return f"flywheel.handover:{self.id}:{self.user_id.id or ''}"

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_hand_over(self):
        """Queue who has reached the threshold, and assign who waits."""
        Cron = self.env["ir.cron"]
        self._settle()
        self._queue_people()._announce()
        Cron._commit_progress(remaining=1)
        self._ask_marketing()
        Cron._commit_progress(remaining=self._count_waiting())
        self._assign_all(Cron._commit_progress)
        Cron._commit_progress(remaining=0)

    @api.model
    def _count_waiting(self):
        return self.sudo().search_count([("state", "=", "waiting")])
