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
        opened = Interval._get_open(moved.ids)
        # Evidence may carry a clock that runs ahead of ours.
        starts = {
            profile_id: max(now, current.date_from)
            for (profile_id, t), current in opened.items()
            if t == track
        }
        Interval._close(
            [
                (current.id, starts[profile_id])
                for (profile_id, t), current in opened.items()
                if t == track
            ]
        )
        if stage:
            Interval._insert(
                [
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
            )
        Interval._set_stages({(profile.id, track): stage.id for profile in moved})
        Interval.invalidate_model(flush=False)
        self._invalidate_picture()
