# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..fields import ElapsedDays


class FlywheelProfile(models.Model):
    """How long the relationship lasts already: two people who are alike otherwise may
    be treated differently for it."""

    _inherit = "flywheel.profile"

    first_date = fields.Datetime(
        string="First Touchpoint", compute="_compute_flow", store=True
    )
    tenure_days = ElapsedDays(
        since="first_date",
        string="Known for (Days)",
        help="Days since the first touchpoint that counts.",
    )

    def _merge_values(self, other):
        result = super()._merge_values(other)
        dates = [date for date in (self.first_date, other.first_date) if date]
        if dates and min(dates) != self.first_date:
            self._write_first_date(min(dates))
        return result

    def _write_first_date(self, date):
        self.env.cr.execute(
            "UPDATE flywheel_profile SET first_date = %s WHERE id = %s",
            [date, self.id],
        )
        self.invalidate_recordset(["first_date"], flush=False)
