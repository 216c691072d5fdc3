# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from .common import EXACT, FlywheelCase


class TestScoreWindow(FlywheelCase):
    """Rules that count for a while only, from a day, until a day; and extremes."""

    def _rule(self, name):
        return self.score_model.rule_ids.filtered(lambda rule: rule.name == name)

    def _expire(self):
        return self.env["flywheel.score.model"]._cron_expire()

    def assert_explained(self, person):
        """The lines add up to the score, exactly and at this moment."""
        lines = person.explain()
        weight = sum(abs(line["now"]) for line in lines)
        error = abs(sum(line["now"] for line in lines) - person.engagement_score)
        self.assertLessEqual(error, EXACT * weight + 1e-12)
        return lines

    def test_a_line_expires(self):
        self._rule("Meeting").window_days = 10
        self.ingest_all(
            self.item("meeting", date=self.ago(days=9)),
            self.item("meeting", date=self.ago(days=11)),
            self.item("form", date=self.ago(days=50)),
        )
        person = self.person()
        lines = self.assert_explained(person)
        self.assertEqual([bool(x["now"]) for x in lines], [True, False, True])
        before = person.momentum
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            # Until the scheduled action comes, score and lines still agree.
            self.assert_explained(person)
            self.assertEqual(self._expire(), 1)
            self.assertLess(person.momentum, before)
            lines = self.assert_explained(person)
            self.assertEqual([bool(x["now"]) for x in lines], [False, False, True])
            self.assertEqual(self._expire(), 0)

    def test_who_has_no_line_left(self):
        self._rule("Meeting").window_days = 1
        self.ingest_all(self.item("meeting"))
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self._expire()
            self.assertEqual(self.person().engagement_score, 0)

    def test_a_late_event_has_expired_before_it_came(self):
        self._rule("Meeting").window_days = 10
        self._expire()
        self.ingest_all(self.item("meeting", date=self.ago(days=11)))
        self.assertEqual(self.person().engagement_score, 0)
        self.assert_explained(self.person())

    def test_only_those_who_cross_are_looked_at(self):
        self._rule("Meeting").window_days = 10
        emails = [f"p{number}@example.com" for number in range(5)]
        self.ingest_all(
            *(
                self.item("meeting", email=email, date=self.ago(days=number))
                for number, email in enumerate(emails)
            )
        )
        with freeze_time(fields.Datetime.now() + timedelta(days=7, hours=1)):
            self.assertEqual(self._expire(), 2)
            self.assertEqual(
                [bool(self.person(email).momentum) for email in emails],
                [True, True, True, False, False],
            )

    def test_from_and_until(self):
        self._rule("Form").write(
            {"date_start": "2026-06-01", "date_end": "2026-06-10", "cap": 0}
        )
        self.ingest_all(
            *(
                self.item("form", date=date)
                for date in (
                    "2026-05-31 23:59:59",
                    "2026-06-01 00:00:00",
                    "2026-06-10 23:59:59",
                    "2026-06-11 00:00:00",
                )
            )
        )
        dates = [str(line["date"]) for line in self.assert_explained(self.person())]
        self.assertEqual(dates, ["2026-06-10 23:59:59", "2026-06-01 00:00:00"])

    def test_a_line_that_never_counted_takes_no_place_under_the_cap(self):
        self._rule("Form").write(
            {"date_start": "2026-06-10", "cap": 1, "cap_period": "ever"}
        )
        self.ingest_all(
            self.item("form", date="2026-06-01 10:00:00"),
            self.item("form", date="2026-06-12 10:00:00"),
            self.item("form", date="2026-06-13 10:00:00"),
        )
        lines = self.person().explain()
        self.assertEqual([str(x["date"]) for x in lines], ["2026-06-12 10:00:00"])

    # ------------------------------------------------------------------
    # Extremes
    # ------------------------------------------------------------------
    def test_extreme_points_and_dates(self):
        for half_life in (0, 1, 30, 3650):
            self.score_model.half_life_days = half_life
            self._rule("Order").points = 1e6
            self._rule("Opt-out").points = -1e6
            email = f"half{half_life}@example.com"
            self.ingest_all(
                self.item("order", date="1990-01-01 00:00:00", email=email),
                self.item("order", email=email),
                self.item("unsubscribe", email=email),
                self.item("rating", value=1e9, email=email),
            )
            self.assert_scored(self.person(email))

    def test_an_event_of_the_year_2100(self):
        """By hand such a thing can be logged: defined, and nothing overflows."""
        self.score_model.half_life_days = 1
        self.ingest_all(self.item("page"))
        person = self.person()
        meeting = self.env.ref("inbound_flywheel.touchpoint_type_meeting")
        self.env["flywheel.touchpoint"].with_user(self.sam).create(
            [
                {"profile_id": person.id, "type_id": meeting.id, "date": date}
                for date in ("2100-01-01 00:00:00", "2100-01-02 00:00:00")
            ]
        )
        self.assert_explained(person)
        self.assertLess(person.momentum, float("inf"))

    def test_clock_change(self):
        """Periods are days in UTC: a day of 25 hours somewhere is none of 25 here."""
        self._rule("Page").cap = 1
        self.env.user.tz = "Europe/Berlin"
        self.ingest_all(
            *(
                self.item("page", date=date)
                for date in (
                    "2025-10-25 22:30:00",
                    "2025-10-26 00:30:00",
                    "2025-10-26 01:30:00",
                    "2025-10-26 23:30:00",
                    "2025-10-27 00:00:00",
                )
            )
        )
        dates = [str(line["date"])[5:16] for line in self.person().explain()]
        self.assertEqual(dates, ["10-27 00:00", "10-26 00:30", "10-25 22:30"])

    def test_fifty_rules_on_one_type(self):
        page = self._rule("Page")
        for number in range(50):
            page.copy({"points": number - 25, "cap": number % 4, "key": f"k{number}"})
        self.ingest_all(*[self.item("page", date=self.ago(hours=n)) for n in range(30)])
        self.assert_scored(self.person())
        self.env["flywheel.score.model"]._reaward()
        self.assert_scored(self.person())

    def test_empty_history(self):
        partner = self.env["res.partner"].create({"name": "Nobody"})
        partner._flywheel_ensure_profiles()
        person = partner.flywheel_profile_id
        self.env["flywheel.score.model"]._reaward()
        self.assertEqual((person.engagement_score, person.explain()), (0, []))
        self.assertEqual(self._expire(), 0)

    def test_time_alone_writes_nothing(self):
        self._rule("Meeting").window_days = 400
        self.ingest_all(self.item("meeting"), self.item("form"))
        self.env.flush_all()
        self.cr.execute("SELECT id, xmin FROM flywheel_profile ORDER BY id")
        before = self.cr.fetchall()
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            for method in ("_cron_expire", "_cron_keep_exact"):
                getattr(self.env["flywheel.score.model"], method)()
            self.env["flywheel.profile"]._cron_evaluate()
        self.cr.execute("SELECT id, xmin FROM flywheel_profile ORDER BY id")
        self.assertEqual(self.cr.fetchall(), before)

    # ------------------------------------------------------------------
    # Any history
    # ------------------------------------------------------------------
    def test_any_order_and_any_batches(self):
        dice = random.Random(5)
        self._rule("Form").write({"window_days": 20, "date_start": "2026-05-01"})
        events = [
            self.item(
                dice.choice(("form", "page", "meeting", "order", "unsubscribe")),
                date=self.ago(seconds=dice.randrange(60 * 86400)),
                value=dice.randrange(9),
                external_key=f"e{number}",
            )
            for number in range(80)
        ]
        found = []
        for attempt in range(4):
            email = f"copy{attempt}@example.com"
            dice.shuffle(events)
            todo = [
                dict(e, email=email, external_key=f"{attempt}{e['external_key']}")
                for e in events
            ]
            while todo:
                size = dice.randrange(1, 30)
                batch, todo = todo[:size], todo[size:]
                self.ingest_all(*batch)
            person = self.person(email)
            self.assert_explained(person)
            found.append(person.momentum)
        for momentum in found[1:]:
            self.assertAlmostEqual(momentum / found[0], 1, 9)
