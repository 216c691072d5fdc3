# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.journey import Hit


class Waiting(NamedTuple):
    """A proposal that nobody has answered yet."""

    id: int
    hit: Hit


class FlywheelStageProposal(models.Model):
    """A stage that evidence speaks for, and that somebody is to confirm.

    Rules propose where they are told to, and where they may not move: a stage that
    was chosen by hand is never changed silently. One proposal waits at a time, on
    each track of a person; a later event may take its place.
    """

    _name = "flywheel.stage.proposal"
    _description = "Stage Proposal"
    _inherit = ["flywheel.evidence.mixin"]
    _order = "date desc, id desc"
    _rec_name = "stage_id"

    profile_id = fields.Many2one(
        "flywheel.profile", string="Person", required=True, ondelete="cascade"
    )
    track = fields.Selection(
        [("journey", "Buyer's Journey"), ("lifecycle", "Lifecycle")], required=True
    )
    from_stage_id = fields.Many2one(
        "flywheel.stage", string="From", ondelete="set null"
    )
    stage_id = fields.Many2one(
        "flywheel.stage", string="Proposed Stage", required=True, ondelete="cascade"
    )
    touchpoint_id = fields.Many2one(index="btree_not_null")
    date = fields.Datetime(
        required=True, help="Of the evidence: what speaks for the stage."
    )
    state = fields.Selection(
        [
            ("open", "To Answer"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("overtaken", "Overtaken"),
        ],
        required=True,
        default="open",
        help="Overtaken: something else moved the person, or speaks for another stage.",
    )
    user_id = fields.Many2one(string="Answered By")
    date_closed = fields.Datetime(string="Answered On")
    reason = fields.Text(help="Why it was declined.")
    persona_id = fields.Many2one(related="profile_id.persona_id")
    company_id = fields.Many2one(related="profile_id.company_id")

    _one_open = models.UniqueIndex(
        "(profile_id, track) WHERE state = 'open'",
        "Another stage is proposed for this person already.",
    )
    _heard_idx = models.Index("(profile_id, track, date_closed)")

    @api.model
    def _search(self, *args, **kwargs):
        self.env["flywheel.touchpoint"]._flush_queue()
        return super()._search(*args, **kwargs)

    # ------------------------------------------------------------------
    # In the flow
    # ------------------------------------------------------------------
    @api.model
    def _get_pending(self, profile_ids):
        """Return what waits for an answer, and when somebody last declined.

        :return: {(profile id, track): Waiting}, {(profile id, track): date}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT profile_id, track, rule_id, stage_id, date, touchpoint_id,
                       detail, id, state, date_closed
                  FROM flywheel_stage_proposal
                 WHERE profile_id = ANY(%s) AND state IN ('open', 'declined')
                """,
                list(profile_ids),
            )
        )
        make_hit = self.env["flywheel.stage.rule"]._get_hit_maker() if rows else None
        asked, heard = {}, {}
        for *row, proposal_id, state, date_closed in rows:
            key = (row[0], row[1])
            if state == "open":
                asked[key] = Waiting(proposal_id, make_hit(*row)[2])
            else:
                heard[key] = max(date_closed, row[4], heard.get(key, date_closed))
        return asked, heard

    @api.model
    def _settle(self, wanted, asked):
        """Ask what is to be asked now, and take back what is not any more.

        :param wanted: {(profile id, track): Hit or None}
        :param asked: {(profile id, track): Waiting}, as it is
        """
        overtaken, fresh = [], []
        for key, hit in wanted.items():
            waiting = asked.get(key)
            if waiting and hit and waiting.hit.stage == hit.stage:
                continue
            if waiting:
                overtaken.append(waiting.id)
            if hit:
                fresh.append((*key, hit))
        self._close(overtaken, "overtaken")
        if fresh:
            self._insert(fresh)
        if overtaken or fresh:
            self.invalidate_model(flush=False)

    @api.model
    def _insert(self, fresh):
        """Ask, in one statement.

        :param fresh: list of (profile id, track, Hit)
        """
        self.env.cr.execute(
            """
            INSERT INTO flywheel_stage_proposal
                   (profile_id, track, stage_id, rule_id, touchpoint_id, date, detail,
                    from_stage_id, state,
                    create_uid, create_date, write_uid, write_date)
            SELECT n.*, CASE n.track WHEN 'journey' THEN p.journey_stage_id
                                     ELSE p.lifecycle_stage_id END, 'open',
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM unnest(%(people)s::int[], %(tracks)s::text[], %(stages)s::int[],
                          %(rules)s::int[], %(touchpoints)s::int[],
                          %(dates)s::timestamp[], %(details)s::jsonb[])
                   AS n (profile_id, track, stage_id, rule_id, touchpoint_id, date,
                         detail)
              JOIN flywheel_profile p ON p.id = n.profile_id
            """,
            {
                "people": [person for person, _track, _hit in fresh],
                "tracks": [track for _person, track, _hit in fresh],
                "stages": [hit.stage.id for _person, _track, hit in fresh],
                "rules": [hit.rule_id for _person, _track, hit in fresh],
                "touchpoints": [hit.touchpoint_id for _person, _track, hit in fresh],
                "dates": [hit.date for _person, _track, hit in fresh],
                "details": [
                    hit.detail and json.dumps(hit.detail) for _p, _t, hit in fresh
                ],
                "uid": self.env.uid,
                "now": self.env.cr.now(),
            },
        )

    @api.model
    def _close(self, ids, state, reason=None, by_hand=False):
        """Close proposals.

        :param ids: of proposals that are open
        :param state: accepted, declined or overtaken
        :param by_hand: the user decided so
        """
        if not ids:
            return
        self.env.cr.execute(
            "UPDATE flywheel_stage_proposal SET state = %s, reason = %s, user_id = %s,"
            " date_closed = %s WHERE id = ANY(%s)",
            [
                state,
                reason or None,
                self.env.uid if by_hand else None,
                fields.Datetime.now(),
                list(ids),
            ],
        )
        self.invalidate_model(flush=False)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------
    def _lock_open(self):
        """Return those that still wait, the people behind them locked: whoever else
        moves them waits, and finds what was decided.

        :raise AccessError: the user may not change one of the people
        """
        self.check_access("read")
        self.profile_id.check_access("write")
        # sudo: the answer is written by the flow, rights are checked
        flow = self.sudo()
        flow.profile_id._lock_for_stage()
        flow.invalidate_recordset(["state"])
        return flow.filtered(lambda proposal: proposal.state == "open")

    def action_accept(self):
        """Move the people to the proposed stages. From then on rules move them again,
        even if they had been put somewhere by hand."""
        proposals = self._lock_open()
        for track, group in proposals.grouped("track").items():
            group.profile_id._enter(
                track,
                {
                    proposal.profile_id.id: {
                        "stage_id": proposal.stage_id.id,
                        "rule_id": proposal.rule_id.id,
                        "touchpoint_id": proposal.touchpoint_id.id,
                        "detail": proposal.detail,
                        "source": "accepted",
                    }
                    for proposal in group
                },
            )
        proposals._close(proposals.ids, "accepted", by_hand=True)
        proposals.profile_id._invalidate_picture()
        return True

    def action_decline(self, reason=False):
        """Leave the people where they are. The same evidence is no reason to ask
        again.

        :param reason: why, in the words of who declines
        """
        proposals = self._lock_open()
        proposals._close(proposals.ids, "declined", reason, by_hand=True)
        return True

    def action_open_person(self):
        """Open the person."""
        self.ensure_one()
        return self.profile_id._get_records_action()
