# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from .flywheel_profile import TRACKS

# So long a choice by hand asks for its reason, and a fact says whom it overruled.
RECENT = timedelta(days=7)


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    proposal_ids = fields.One2many("flywheel.stage.proposal", "profile_id")

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------
    def _choose_stage(self, track, stage_id):
        """Put people into a stage by hand, or out of all.

        The context key ``flywheel_reason`` may say why. Whoever is put somewhere
        stays there until somebody accepts a proposal or a fact says otherwise; whoever
        is taken out is left to the rules again.

        :param track: ``journey`` or ``lifecycle``
        :param stage_id: id of a stage of that track, or False
        :raise ValidationError: the stage is of the other track
        """
        stage = self.env["flywheel.stage"].browse(stage_id or ())
        if stage and stage.track != track:
            raise ValidationError(
                self.env._("%(stage)s is not a stage of this track.", stage=stage.name)
            )
        moved = self.filtered(lambda p: p[TRACKS[track]].id != stage.id)
        if not moved:
            return
        moved.flush_recordset()
        moved._lock_for_stage()
        values = {
            "stage_id": stage.id,
            "source": "manual",
            "reason": self.env.context.get("flywheel_reason"),
        }
        moved._enter(track, dict.fromkeys(moved.ids, values))
        moved._answer_by_choice(track, stage.id)
        moved._invalidate_picture()

    def _lock_for_stage(self):
        """Lock people before somebody decides about their stages.

        Waits for whoever is at work on them; if they were changed meanwhile, the
        database has the whole request run again, on what is true then.
        """
        self.env.cr.execute(
            "SELECT id FROM flywheel_profile WHERE id = ANY(%s)"
            " ORDER BY id FOR NO KEY UPDATE",
            [self.ids],
        )

    def _enter(self, track, values):
        """Close the stages that people are in, and open others.

        :param track: ``journey`` or ``lifecycle``
        :param values: {profile id: values of an interval}; no ``stage_id`` for none
        """
        Interval = self.env["flywheel.stage.interval"]
        now = fields.Datetime.now()
        opened, _left = Interval._get_latest(values)
        current = {person: line for (person, t), line in opened.items() if t == track}
        # Evidence may carry a clock that runs ahead of ours.
        starts = {person: max(now, line.date_from) for person, line in current.items()}
        entered = [
            {
                "profile_id": person,
                "track": track,
                "date_from": starts.get(person, now),
                "user_id": self.env.uid,
                **interval,
            }
            for person, interval in values.items()
            if interval["stage_id"]
        ]
        closed = [(line.id, starts[person]) for person, line in current.items()]
        Interval._set_stages(
            {(person, track): line["stage_id"] for person, line in values.items()},
            entered,
            closed,
        )

    def _answer_by_choice(self, track, stage_id):
        """Close the proposals that a choice by hand has answered."""
        Proposal = self.env["flywheel.stage.proposal"]
        proposals = Proposal.search(
            [
                ("profile_id", "in", self.ids),
                ("track", "=", track),
                ("state", "=", "open"),
            ]
        )
        same = proposals.filtered(lambda proposal: proposal.stage_id.id == stage_id)
        Proposal._close(same.ids, "accepted", by_hand=True)
        Proposal._close((proposals - same).ids, "overtaken", by_hand=True)

    # ------------------------------------------------------------------
    # What the forms show
    # ------------------------------------------------------------------
    def get_stage_notices(self):
        """Return what there is to say and to decide about the stages of a person.

        :return: a dict with ``proposals`` (``id``, ``track``, ``stage``, ``from``,
            ``why``, ``definition``), ``moves`` (recent steps that lack a reason or
            overruled somebody: ``id``, ``track``, ``stage``, ``why``, ``ask``,
            ``overruled``), ``objects`` (rules leave the person alone) and
            ``can_write``
        :raise AccessError: the caller may not read this person
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "proposals": self._get_open_proposals(),
            "moves": self._get_moves_to_tell(),
            "objects": self.no_profiling,
            "can_write": self.has_access("write"),
        }

    def _get_open_proposals(self):
        proposals = self.env["flywheel.stage.proposal"].search(
            [("profile_id", "=", self.id), ("state", "=", "open")], order="track"
        )
        return [
            {
                "id": proposal.id,
                "track": proposal.track,
                "stage": proposal.stage_id.name,
                "from": proposal.from_stage_id.name or False,
                "why": proposal.why,
                "definition": proposal.stage_id.definition or "",
            }
            for proposal in proposals
        ]

    def _get_moves_to_tell(self):
        intervals = self.env["flywheel.stage.interval"].search(
            [
                ("profile_id", "=", self.id),
                ("date_to", "=", False),
                ("write_date", ">=", fields.Datetime.now() - RECENT),
            ]
        )
        told = []
        for interval in intervals:
            ask = (
                interval.source == "manual"
                and interval.user_id == self.env.user
                and not interval.reason
            )
            overruled = bool((interval.detail or {}).get("overruled"))
            if ask or overruled:
                told.append(
                    {
                        "id": interval.id,
                        "track": interval.track,
                        "stage": interval.stage_id.name,
                        "why": interval.why,
                        "ask": ask,
                        "overruled": overruled,
                    }
                )
        return told

    def set_stage_reason(self, interval_id, reason):
        """Say why a stage was chosen by hand.

        :param interval_id: of an interval of this person that the caller opened
        :param reason: text
        :raise AccessError: the caller may not change this person
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: the history is written by the flow; this adds words to an own choice
        interval = self.env["flywheel.stage.interval"].sudo().browse(interval_id)
        if interval.profile_id == self and interval.user_id == self.env.user:
            interval.reason = reason
        return True

    # ------------------------------------------------------------------
    # Merging and splitting
    # ------------------------------------------------------------------
    def _move_lines(self, others):
        """Proposals follow their person; of several that are open none stays: the
        history is worked out anew, and asks anew."""
        (self | others)._drop_proposals()
        self.env.cr.execute(
            "UPDATE flywheel_stage_proposal SET profile_id = %s"
            " WHERE profile_id = ANY(%s)",
            [self.id, others.ids],
        )
        self.env["flywheel.stage.proposal"].invalidate_model(flush=False)
        return super()._move_lines(others)

    def _drop_proposals(self):
        """Take back what is asked about people whose history is worked out anew; let
        answers follow their evidence to the person it belongs to."""
        self.env.cr.execute(
            """
            UPDATE flywheel_stage_proposal SET state = 'overtaken', date_closed = %s
             WHERE profile_id = ANY(%s) AND state = 'open'
            """,
            [fields.Datetime.now(), self.ids],
        )
        self.env.cr.execute(
            """
            UPDATE flywheel_stage_proposal s SET profile_id = t.profile_id
              FROM flywheel_touchpoint t
             WHERE t.id = s.touchpoint_id AND s.profile_id = ANY(%s)
               AND t.profile_id <> s.profile_id
            """,
            [self.ids],
        )
        self.env["flywheel.stage.proposal"].invalidate_model(flush=False)
