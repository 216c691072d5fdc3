# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from pytz import utc

from odoo import api, models

from ..engine.working_time import WorkingTime

CACHE = "flywheel.working.time"


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _flywheel_working_time(self):
        """The working time of this calendar, fetched once in a transaction.

        An empty recordset, or a calendar without a single working hour, is always
        open: a case has a due time in any case.

        :rtype: :class:`..engine.working_time.WorkingTime`
        """
        cache = self.env.cr.cache.setdefault(CACHE, {})
        if self.id not in cache:
            # sudo: resource.calendar - hours are no secret; who opens a case, a
            # portal user for one, need not be able to read them
            calendar = self.sudo()
            closed = not calendar.attendance_ids and not calendar.flexible_hours
            cache[self.id] = WorkingTime(None if closed else calendar._flywheel_fetch)
        return cache[self.id]

    def _flywheel_fetch(self, low, high):
        intervals = self._work_intervals_batch(
            utc.localize(low), utc.localize(high), compute_leaves=True
        )[False]
        return [
            (
                start.astimezone(utc).replace(tzinfo=None),
                stop.astimezone(utc).replace(tzinfo=None),
            )
            for start, stop, _attendance in intervals
        ]

    @api.model
    def _flywheel_hours_changed(self):
        """Due times follow the hours: look at the open cases again, soon."""
        self.env.cr.cache.pop(CACHE, None)
        self.env["helpdesk.ticket"]._flywheel_look_again()

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"attendance_ids", "tz", "flexible_hours", "active"}:
            self._flywheel_hours_changed()
        return result
