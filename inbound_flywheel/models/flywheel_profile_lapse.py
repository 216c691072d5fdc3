# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.busy import gives_way
from ..engine.silence import MIN_INTERVALS, measure
from .flywheel_profile import TRACKS

# People that the scheduled action looks at per commit.
BATCH = 2_000


class FlywheelProfile(models.Model):
    """Who has fallen silent.

    Nobody is looked at every day. Whoever comes into a stage where silence counts is
    looked at once; then not before the day on which the person would be silent if
    nothing happened meanwhile. What happens meanwhile does not touch that day, it is
    taken into account when it comes.
    """

    _inherit = "flywheel.profile"

    silence_check = fields.Datetime(
        string="Look for Silence On",
        readonly=True,
        copy=False,
        help="Not silent before. Empty: silence does not count in this stage.",
    )
    still_until = fields.Date(
        string="Still Interested Until",
        readonly=True,
        copy=False,
        help="In the person's own words: does not count as silent before that day.",
    )
    still_reason = fields.Char(string="In Their Words", readonly=True, copy=False)

    _silence_idx = models.Index("(silence_check) WHERE silence_check IS NOT NULL")

    # ------------------------------------------------------------------
    # When to look
    # ------------------------------------------------------------------
    @api.model
    def _look_for_silence(self, domain=None):
        """Look at people next time: the rules or standards have changed.

        :param domain: condition on the alias ``p``, all people by default
        """
        self.env.flush_all()
        watched = list(self.env["flywheel.stage.rule"]._get_watched_stage_ids())
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                UPDATE flywheel_profile p
                   SET silence_check = CASE WHEN w.watched THEN %(now)s END
                  FROM (SELECT id, COALESCE(journey_stage_id = ANY(%(stages)s), FALSE)
                               OR COALESCE(lifecycle_stage_id = ANY(%(stages)s), FALSE)
                               AS watched
                          FROM flywheel_profile) w
                 WHERE w.id = p.id AND %(domain)s
                   AND (p.silence_check IS NOT NULL OR w.watched)
                   AND (p.silence_check > %(now)s
                        OR (p.silence_check IS NOT NULL) <> w.watched)
                """,
                now=now,
                stages=watched,
                domain=domain or SQL("TRUE"),
            )
        )
        self.invalidate_model(["silence_check"], flush=False)

    def _profiling_changed(self):
        result = super()._profiling_changed()
        self._look_for_silence(SQL("p.id = ANY(%s)", self.ids))
        return result

    # ------------------------------------------------------------------
    # Looking
    # ------------------------------------------------------------------
    @api.model
    @gives_way
    def _cron_find_silent(self):
        """Move or propose people who have been silent for too long."""
        Cron = self.env["ir.cron"]
        self._look_at_personas()
        now = fields.Datetime.now()
        Cron._commit_progress(
            remaining=self.search_count([("silence_check", "<=", now)])
        )
        while True:
            found = self._find_silent(BATCH)
            left = Cron._commit_progress(found)
            if found < BATCH or not left:
                break

    @api.model
    def _look_at_personas(self):
        """Look now at people who are silent by the standard of their persona, though
        they were to be looked at later: they have got it meanwhile."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE flywheel_profile p SET silence_check = %(now)s
              FROM flywheel_persona o
             WHERE o.id = p.persona_id AND o.lapse_days > 0
               AND p.silence_check > %(now)s
               AND p.last_in_date + o.lapse_days * interval '1 day' <= %(now)s
               AND COALESCE(p.still_until < %(now)s::date, TRUE)
            """,
            {"now": fields.Datetime.now()},
        )

    @api.model
    def _find_silent(self, limit):
        """Look at the next people who may be silent.

        :param limit: how many at most
        :return: how many were looked at
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        people = self._read_watched(now, limit)
        if not people:
            return 0
        Rule = self.env["flywheel.stage.rule"]
        rhythms = self._read_rhythms(
            [
                person["id"]
                for person in people
                if now - person["since"] >= timedelta(days=Rule._get_shortest_silence())
            ]
        )
        found, checks = {}, {}
        for person in people:
            checks[person["id"]] = self._weigh_silence(person, rhythms, now, found)
        if found:
            opened, _left = self.env["flywheel.stage.interval"]._get_latest(
                {profile_id for profile_id, _track in found}
            )
            Rule._walk(found, opened)
        self._write_checks(checks)
        self._invalidate_picture()
        return len(people)

    @api.model
    def _read_watched(self, now, limit):
        """Return the people to look at, locked, with their last sign of life: the
        last incoming touchpoint; or what brought them into their stage, if that came
        later, such as an outcome or a choice by hand."""
        columns, joins = self._get_stages_sql()
        return self.env.execute_query_dict(
            SQL(
                """
                WITH p AS MATERIALIZED (
                     SELECT * FROM flywheel_profile WHERE silence_check <= %(now)s
                   ORDER BY silence_check LIMIT %(limit)s
                        FOR NO KEY UPDATE SKIP LOCKED)
                SELECT p.id, p.company_id, p.persona_id, p.still_until,
                       p.no_profiling, t.id AS touchpoint_id,
                       COALESCE(t.date, p.first_date, p.create_date) AS since,
                       %(columns)s
                  FROM p
             LEFT JOIN LATERAL (
                       SELECT id, date FROM flywheel_touchpoint
                        WHERE profile_id = p.id AND state = 'valid'
                          AND type_id = ANY(%(incoming)s)
                     ORDER BY date DESC, id DESC LIMIT 1) t ON TRUE
                       %(joins)s
                """,
                now=now,
                limit=limit,
                columns=columns,
                joins=joins,
                incoming=list(self.env["flywheel.stage.rule"]._get_incoming_type_ids()),
            )
        )

    @api.model
    def _get_stages_sql(self):
        """Return columns with the stages of ``p`` and since when they last, and the
        joins that these need."""
        columns = SQL(", ").join(
            SQL(
                "p.%(column)s, %(name)s.since AS %(since)s",
                column=SQL.identifier(column),
                name=SQL.identifier(track),
                since=SQL.identifier(f"{track}_since"),
            )
            for track, column in TRACKS.items()
        )
        joins = SQL(" ").join(
            SQL(
                """
                LEFT JOIN LATERAL (
                     SELECT i.date_from AS since FROM flywheel_stage_interval i
                      WHERE i.profile_id = p.id AND i.track = %s
                        AND i.date_to IS NULL) %s ON TRUE
                """,
                track,
                SQL.identifier(track),
            )
            for track in TRACKS
        )
        return columns, joins

    @api.model
    def _read_rhythms(self, ids):
        """Return {profile id: median pause in days} of those whose rhythm is known:
        of the days on which they acted, or of the days on which they bought, whichever
        is slower."""
        if not ids:
            return {}
        order = self.env["flywheel.touchpoint.type"]._get_ids_by_code().get("order")
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH days AS (
                         SELECT DISTINCT profile_id, date::date AS day,
                                type_id = %(order)s AS buys
                           FROM flywheel_touchpoint
                          WHERE profile_id = ANY(%(ids)s) AND state = 'valid'
                            AND type_id = ANY(%(incoming)s)),
                    gaps AS (
                         SELECT profile_id, FALSE AS buys, day - lag(day) OVER (
                                PARTITION BY profile_id ORDER BY day) AS gap
                           FROM (SELECT DISTINCT profile_id, day FROM days) any_day
                      UNION ALL
                         SELECT profile_id, TRUE, day - lag(day) OVER (
                                PARTITION BY profile_id ORDER BY day)
                           FROM days WHERE buys)
                    SELECT profile_id, MAX(pause) FROM (
                           SELECT profile_id, buys, percentile_cont(0.5)
                                  WITHIN GROUP (ORDER BY gap) AS pause
                             FROM gaps WHERE gap IS NOT NULL
                         GROUP BY profile_id, buys
                           HAVING count(*) >= %(few)s) median
                  GROUP BY profile_id
                    """,
                    order=order or 0,
                    ids=ids,
                    incoming=list(
                        self.env["flywheel.stage.rule"]._get_incoming_type_ids()
                    ),
                    few=MIN_INTERVALS,
                )
            )
        )

    @api.model
    def _weigh_silence(self, person, rhythms, now, found):
        """Tell whether a person is silent, by each rule that waits for it.

        :param person: what :meth:`_read_watched` returned
        :param rhythms: {profile id: days}
        :param found: {(profile id, track): [Hit]}, filled
        :return: when to look again
        """
        Rule = self.env["flywheel.stage.rule"]
        companies, personas = Rule._get_silence_standards()
        make_hit = Rule._get_hit_maker()
        later = []
        for rule in Rule._get_silence_rules():
            if person[TRACKS[rule.track]] not in rule.from_ids:
                continue
            standard = (
                personas.get(person["persona_id"])
                or rule.days
                or companies.get(person["company_id"])
                or companies[self.env.company.id]
            )
            since = max(person["since"], person[f"{rule.track}_since"] or datetime.min)
            rhythm = rhythms.get(person["id"])
            silence = measure(since, standard, rhythm, person["still_until"])
            if silence.until <= now and not person["no_profiling"]:
                hit = make_hit(
                    person["id"],
                    rule.track,
                    rule.id,
                    rule.stage_id,
                    silence.until,
                    person["touchpoint_id"],
                    silence.describe(now),
                )[2]
                found.setdefault((person["id"], rule.track), []).append(hit)
            # Whoever is asked about is looked at again, should the answer be no.
            again = now + timedelta(days=standard)
            later.append(silence.until if silence.until > now else again)
        return min(later, default=None)

    @api.model
    def _write_checks(self, checks):
        """Write when to look at people again: {profile id: date or None}; those who
        have been moved out meanwhile are left alone."""
        self.env.cr.execute(
            """
            UPDATE flywheel_profile p SET silence_check = c.date
              FROM unnest(%s::int[], %s::timestamp[]) c (id, date)
             WHERE p.id = c.id AND p.silence_check IS NOT NULL
            """,
            [list(checks), list(checks.values())],
        )

    # ------------------------------------------------------------------
    # In their own words
    # ------------------------------------------------------------------
    def action_still_interested(self):
        """Open the dialogue in which to note until when the person is interested."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_still_action"
        )
        action["context"] = {"default_profile_id": self.id}
        return action

    def _declare_interest(self, until, reason):
        """Note that the person is interested until a day: who says so is not silent.

        :param until: date
        :param reason: in the person's words
        """
        # sudo: rights are checked by the dialogue; the flow keeps such facts
        people = self.sudo()
        people.write({"still_until": until, "still_reason": reason})
        people.flush_recordset()
        people._look_for_silence(SQL("p.id = ANY(%s)", self.ids))
        self.env["flywheel.touchpoint"]._record(
            [
                {
                    "type": "still_interested",
                    "profile_id": profile.id,
                    "summary": reason,
                    "user_id": self.env.uid,
                }
                for profile in people
            ]
        )

    def _merge_values(self, other):
        """The later word counts."""
        result = super()._merge_values(other)
        if other.still_until and (
            not self.still_until or other.still_until > self.still_until
        ):
            self.write(
                {"still_until": other.still_until, "still_reason": other.still_reason}
            )
        return result
