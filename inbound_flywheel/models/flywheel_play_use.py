# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.plays import WINDOW_DAYS


class FlywheelPlayUse(models.Model):
    """A play that somebody used with a person, or found not to fit that person."""

    _name = "flywheel.play.use"
    _description = "Use of Content"
    _order = "date desc, id desc"
    _rec_name = "play_id"

    play_id = fields.Many2one(
        "flywheel.play", required=True, ondelete="restrict", index=True
    )
    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
    )
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    action = fields.Selection(
        [
            ("open", "Opened"),
            ("copy", "Copied"),
            ("send", "Sent"),
            ("dismiss", "Not for This Person"),
        ],
        required=True,
    )
    reason = fields.Selection(
        [
            ("known", "Knows it already"),
            ("wrong_person", "Does not suit the person"),
            ("wrong_time", "Wrong time"),
            ("outdated", "Out of date"),
            ("other", "Other"),
        ],
    )
    persona_id = fields.Many2one(
        "flywheel.persona",
        ondelete="set null",
        help="The persona of the person at that time.",
    )
    stage_id = fields.Many2one(
        "flywheel.stage",
        ondelete="restrict",
        help="The stage of the person at that time: the one that the content is for.",
    )
    channel_id = fields.Many2one("flywheel.channel", ondelete="set null")
    company_id = fields.Many2one(related="profile_id.company_id")
    origin_id = fields.Integer(readonly=True)

    @api.model
    def _get_moved_condition(self, since, stage, profile):
        """Return the condition that a person moved on within ``WINDOW_DAYS`` of a
        date: to a later stage of the track (out of an exit: to any other), or the
        person's lead was won.

        :param since: SQL of the date
        :param stage: alias of the stage at that date
        :param profile: SQL of the id of the person
        """
        return SQL(
            """(EXISTS (
                SELECT FROM flywheel_stage_interval i
                  JOIN flywheel_stage t ON t.id = i.stage_id
                 WHERE i.profile_id = %(profile)s AND i.track = %(stage)s.track
                   AND i.date_from > %(since)s
                   AND i.date_from <= %(since)s + %(days)s * interval '1 day'
                   AND t.is_exit IS NOT TRUE
                   AND (%(stage)s.is_exit OR t.sequence > %(stage)s.sequence)
            ) OR EXISTS (
                SELECT FROM crm_lead l
                 WHERE l.flywheel_profile_id = %(profile)s AND l.won_status = 'won'
                   AND l.date_closed > %(since)s
                   AND l.date_closed <= %(since)s + %(days)s * interval '1 day'))""",
            profile=profile,
            stage=SQL.identifier(stage),
            since=since,
            days=WINDOW_DAYS,
        )

    @api.model
    def _get_effects(self, domain=(), by=("play_id",)):
        """Count uses, and after how many of them the person moved on.

        :param domain: domain on the uses
        :param by: names of fields of the report to group by
        :return: {key, or tuple of keys: (uses, those old enough to be judged, those
            of them after which the person moved on)}
        """
        Report = self.env["flywheel.play.report"]
        groups = Report._read_group(
            list(domain), by, ["__count", "moved:count", "moved:sum"]
        )
        effects = {}
        for *keys, uses, judged, moved in groups:
            key = tuple(getattr(value, "id", value) or None for value in keys)
            effects[key if len(key) > 1 else key[0]] = (uses, judged, int(moved or 0))
        return effects

    @api.model
    def _get_baseline(self, track, since):
        """Count, by persona and stage, the stays without any use, and those of them
        whose person moved on within ``WINDOW_DAYS`` of entering the stage.

        Stays younger than that cannot be judged yet, and do not count.

        :param track: of the stages
        :param since: the stays that began after this moment
        :return: {(persona id or None, stage id): (stays, moved)}
        """
        self.flush_model()
        self.env["flywheel.stage.interval"].flush_model()
        people = self.env["flywheel.profile"]._search([])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.persona_id, s.id, COUNT(*),
                       COUNT(*) FILTER (WHERE %(moved)s)
                  FROM flywheel_stage_interval n
                  JOIN flywheel_stage s ON s.id = n.stage_id
                  JOIN (%(people)s) p ON p.id = n.profile_id
                 WHERE n.track = %(track)s AND n.date_from >= %(since)s
                   AND n.date_from <= %(now)s - %(days)s * interval '1 day'
                   AND NOT EXISTS (
                       SELECT FROM flywheel_play_use u
                        WHERE u.profile_id = n.profile_id AND u.action <> 'dismiss'
                          AND u.date >= n.date_from
                          AND u.date < COALESCE(n.date_to, 'infinity'))
                 GROUP BY p.persona_id, s.id
                """,
                moved=self._get_moved_condition(
                    SQL("n.date_from"), "s", SQL("n.profile_id")
                ),
                people=people.select(
                    SQL.identifier("flywheel_profile", "id"),
                    SQL.identifier("flywheel_profile", "persona_id"),
                ),
                track=track,
                since=since,
                now=fields.Datetime.now(),
                days=WINDOW_DAYS,
            )
        )
        return {(persona, stage): (n, moved) for persona, stage, n, moved in rows}
