# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.tests import BaseCase, tagged

from ..engine.opening import clock, group_days, join_hours, zone_name


@tagged("post_install", "-at_install")
class TestOpening(BaseCase):
    def test_days_with_the_same_hours_are_one_line(self):
        week = [(day, 9, 12) for day in range(5)] + [(d, 13, 17.5) for d in range(4)]
        self.assertEqual(
            group_days(join_hours(week)),
            [(0, 3, ((9, 12), (13, 17.5))), (4, 4, ((9, 12),))],
        )

    def test_touching_and_overlapping_hours_are_joined(self):
        self.assertEqual(
            join_hours([(1, 12, 17), (1, 8, 12), (1, 16, 18)]), {1: ((8, 18),)}
        )

    def test_a_gap_in_the_week_parts_the_days(self):
        groups = group_days(join_hours([(0, 9, 17), (2, 9, 17)]))
        self.assertEqual([(a, b) for a, b, _h in groups], [(0, 0), (2, 2)])
        self.assertEqual(group_days({}), [])

    def test_clock(self):
        self.assertEqual([clock(h) for h in (9, 13.5, 24)], ["09:00", "13:30", "24:00"])

    def test_zone(self):
        for minutes, name in ((480, "UTC+8"), (-210, "UTC-3:30"), (0, "UTC")):
            self.assertEqual(zone_name(timedelta(minutes=minutes)), name)
