# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.answers import ASKING


class FlywheelFactRepeat(models.Model):
    """Somebody was asked what was known already."""

    _name = "flywheel.fact.repeat"
    _description = "Question Asked Twice"
    _order = "date desc, id desc"
    _rec_name = "question_id"

    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="profile_id.company_id")
    question_id = fields.Many2one(
        "flywheel.question", required=True, ondelete="restrict", index=True
    )
    fact_id = fields.Many2one(
        "flywheel.fact",
        string="Was Known",
        ondelete="set null",
        index="btree_not_null",
    )
    new_fact_id = fields.Many2one(
        "flywheel.fact",
        string="Answered Now",
        ondelete="cascade",
        index="btree_not_null",
    )
    outcome = fields.Selection(
        [
            ("kept", "Said the Same"),
            ("changed", "Has Changed"),
            ("mistake", "Asked by Mistake"),
        ],
        required=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Asked By", ondelete="set null")
    team = fields.Selection(
        [("marketing", "Marketing"), ("sales", "Sales"), ("service", "Service")]
    )
    channel_id = fields.Many2one("flywheel.channel", ondelete="set null")
    origin_id = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The person it was recorded for, if that was merged into this one since.",
    )

    _date_idx = models.Index("(date)")

    @api.model
    def _count(self, facts):
        """Note which of these answers were asked for although an answer was known: one
        that somebody had given, and that still held."""
        facts.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.id, p.id,
                       CASE WHEN p.option_id IS NOT DISTINCT FROM f.option_id
                             AND lower(p.answer) = lower(f.answer)
                            THEN 'kept' ELSE 'changed' END
                  FROM flywheel_fact f
                  JOIN LATERAL (
                       SELECT o.* FROM flywheel_fact o
                        WHERE o.profile_id = f.profile_id
                          AND o.question_id = f.question_id
                          AND o.state <> 'wrong' AND (o.date, o.id) < (f.date, f.id)
                     ORDER BY o.date DESC, o.id DESC LIMIT 1) p
                    ON p.source <> 'inferred'
                   AND (p.valid_until IS NULL OR p.valid_until >= f.date::date)
                 WHERE f.id = ANY(%s) AND f.source = ANY(%s)
                """,
                facts.ids,
                list(ASKING),
            )
        )
        # sudo: it counts whoever asked; nobody may write it by hand
        self.sudo().create(
            [
                {
                    "profile_id": fact.profile_id.id,
                    "question_id": fact.question_id.id,
                    "fact_id": known_id,
                    "new_fact_id": fact.id,
                    "outcome": outcome,
                    "date": fact.date,
                    "user_id": fact.user_id.id,
                    "team": fact.team,
                    "channel_id": fact.channel_id.id,
                }
                for fact_id, known_id, outcome in rows
                for fact in facts.browse(fact_id)
            ]
        )

    @api.model
    def _note_mistake(self, known, channel_id, team):
        """Note that a known answer was asked for by mistake.

        :param known: the fact that was known
        :param channel_id: id of the channel it was asked by, or None
        :param team: of whoever asked
        """
        # sudo: see _count
        return self.sudo().create(
            {
                "profile_id": known.profile_id.id,
                "question_id": known.question_id.id,
                "fact_id": known.id,
                "outcome": "mistake",
                "user_id": self.env.uid,
                "team": team,
                "channel_id": channel_id,
            }
        )
