# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.inbound_flywheel_service.engine.working_time import WorkingTime

HOUR = 3600
# A Monday.
MONDAY = datetime(2026, 11, 16)


def office(low, high):
    """Monday to Friday, 9 to 12 and 13 to 17."""
    day = low.replace(hour=0, minute=0, second=0) - timedelta(days=1)
    while day < high:
        if day.weekday() < 5:
            for start, stop in ((9, 12), (13, 17)):
                first = max(day + timedelta(hours=start), low)
                last = min(day + timedelta(hours=stop), high)
                if first < last:
                    yield first, last
        day += timedelta(days=1)


@tagged("post_install", "-at_install")
class TestWorkingTime(BaseCase):
    def at(self, days, hours):
        return MONDAY + timedelta(days=days, hours=hours)

    def setUp(self):
        super().setUp()
        self.time = WorkingTime(office)

    def test_within_a_day(self):
        self.assertEqual(self.time.add(self.at(0, 10), HOUR), self.at(0, 11))

    def test_over_noon_and_night_and_weekend(self):
        self.assertEqual(self.time.add(self.at(0, 11), 2 * HOUR), self.at(0, 14))
        self.assertEqual(self.time.add(self.at(0, 16), 2 * HOUR), self.at(1, 10))
        self.assertEqual(self.time.add(self.at(4, 16), 2 * HOUR), self.at(7, 10))

    def test_from_outside(self):
        self.assertEqual(self.time.add(self.at(5, 12), HOUR), self.at(7, 10))
        self.assertEqual(self.time.add(self.at(0, 10), 0), self.at(0, 10))
        self.assertEqual(self.time.add(self.at(5, 12), 0), self.at(7, 9))

    def test_far_ahead(self):
        # 35 hours a week.
        self.assertEqual(
            self.time.add(self.at(0, 9), 350 * HOUR + HOUR), self.at(70, 10)
        )

    def test_back(self):
        self.assertEqual(self.time.add(self.at(1, 10), -2 * HOUR), self.at(0, 16))
        self.assertEqual(self.time.add(self.at(7, 9), -HOUR), self.at(4, 16))
        self.assertEqual(self.time.add(self.at(0, 14), -1.5 * HOUR), self.at(0, 11.5))

    def test_between(self):
        self.assertEqual(self.time.between(self.at(0, 8), self.at(0, 18)), 7 * HOUR)
        self.assertEqual(self.time.between(self.at(4, 16), self.at(7, 10)), 2 * HOUR)
        self.assertEqual(self.time.between(self.at(1, 0), self.at(0, 0)), 0)

    def test_open(self):
        self.assertTrue(self.time.is_open(self.at(0, 9)))
        self.assertFalse(self.time.is_open(self.at(0, 12)))
        self.assertFalse(self.time.is_open(self.at(5, 10)))

    def test_always_open(self):
        always = WorkingTime()
        self.assertEqual(always.add(self.at(5, 1), HOUR), self.at(5, 2))
        self.assertEqual(always.between(self.at(5, 1), self.at(6, 1)), 24 * HOUR)

    def test_never_open_is_always_open(self):
        never = WorkingTime(lambda low, high: [])
        self.assertEqual(never.add(self.at(0, 1), HOUR), self.at(0, 2))
        self.assertEqual(never.add(self.at(0, 2), -HOUR), self.at(0, 1))

    def test_many_moments_fetch_little(self):
        calls = []

        def fetch(low, high):
            calls.append(low)
            return office(low, high)

        time = WorkingTime(fetch)
        for minutes in range(0, 40_000, 50):
            moment = self.at(0, 0) - timedelta(minutes=minutes)
            time.add(moment, 4 * HOUR)
            time.add(moment, -HOUR)
            time.is_open(moment)
        self.assertLessEqual(len(calls), 3)

    def test_round_trip_in_any_order(self):
        for hours in (0.25, 3, 7, 36, 100, 500):
            start = self.at(0, 9.5)
            stop = self.time.add(start, hours * HOUR)
            self.assertEqual(self.time.between(start, stop), hours * HOUR)
            self.assertEqual(self.time.add(stop, -hours * HOUR), start)
