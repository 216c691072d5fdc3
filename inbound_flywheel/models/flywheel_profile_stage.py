# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import ValidationError

from .flywheel_profile import TRACKS


class FlywheelProfile(models.Model):
    _inherit = "flywheel.profile"

    def _choose_stage(self, track, stage_id):
        """Put people into a stage by hand, or out of all.

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
        Interval = self.env["flywheel.stage.interval"]
        now = fields.Datetime.now()
        opened, _left = Interval._get_latest(moved.ids)
        current = {person: line for (person, t), line in opened.items() if t == track}
        # Evidence may carry a clock that runs ahead of ours.
        starts = {person: max(now, line.date_from) for person, line in current.items()}
        entered = [
            {
                "profile_id": profile.id,
                "track": track,
                "stage_id": stage.id,
                "date_from": starts.get(profile.id, now),
                "source": "manual",
                "user_id": self.env.uid,
            }
            for profile in moved
        ]
        Interval._insert(
            entered if stage else [],
            [(line.id, starts[person]) for person, line in current.items()],
        )
        Interval._set_stages({(profile.id, track): stage.id for profile in moved})
        Interval.invalidate_model(flush=False)
        self._invalidate_picture()
