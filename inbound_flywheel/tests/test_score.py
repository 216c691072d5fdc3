# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import EXACT, RULES, FlywheelCase

CODES = ("form", "page", "meeting", "order", "unsubscribe", "rating", "call_in")


class TestScore(FlywheelCase):
    def test_explain(self):
        self.ingest_all(
            self.item("form", date=self.ago(days=30), summary="Newsletter"),
            self.item("meeting", date=self.ago(hours=0)),
            self.item("call_in"),
        )
        meeting, form = self.person().with_user(self.rita).explain()
        self.assertEqual(
            (form["rule"], form["type"], form["summary"], form["points"]),
            ("Form", "form", "Newsletter", 20),
        )
        self.assertAlmostEqual(form["now"], 10, 9)
        self.assertEqual((meeting["points"], meeting["type"]), (25, "meeting"))
        self.assertAlmostEqual(meeting["now"], 25, 9)
        self.assertAlmostEqual(self.person().engagement_score, 35, 9)

    def test_explain_needs_the_right_to_read(self):
        self.ingest_all(self.item())
        for user in (self.ian, self.pia, self.bea):
            with self.assertRaises(AccessError):
                self.person().with_user(user).explain()

    def test_explain_nothing(self):
        self.ingest_all(self.item("call_in"))
        self.assertEqual(self.person().explain(), [])
        self.assertEqual(self.person().engagement_score, 0)

    def test_caps(self):
        """The earliest of a calendar period count."""
        days = ("2026-06-08", "2026-06-09", "2026-06-10", "2026-06-14", "2026-06-07")
        self.ingest_all(
            *(self.item("form", date=f"{day} 09:00:00") for day in days),
            *(self.item("page", date=f"2026-06-08 09:00:{n:02}") for n in range(9)),
            *(self.item("order", date=f"2026-05-{n:02} 09:00:00") for n in (1, 2, 3)),
            self.item("unsubscribe", date="2025-01-01 09:00:00"),
            self.item("unsubscribe", date="2026-01-01 09:00:00"),
        )
        person = self.person()
        dates = {}
        for line in person.explain():
            dates.setdefault(line["type"], []).append(
                fields.Date.to_string(line["date"])
            )
        self.assertEqual(
            dates["form"], ["2026-06-10", "2026-06-09", "2026-06-08", "2026-06-07"]
        )
        self.assertEqual(len(dates["page"]), 4)
        self.assertEqual(dates["order"], ["2026-05-02", "2026-05-01"])
        self.assertEqual(dates["unsubscribe"], ["2025-01-01"])
        self.assert_scored(person)

    def test_late_arrival_takes_the_place_of_a_later_one(self):
        for hour in (10, 11, 12, 13):
            self.ingest_all(self.item("page", date=f"2026-06-14 {hour}:00:00"))
        self.ingest_all(self.item("page", date="2026-06-14 09:00:00"))
        hours = [line["date"].hour for line in self.person().explain()]
        self.assertEqual(hours, [12, 11, 10, 9])
        self.assert_scored(self.person())

    def test_points_by_value(self):
        self.ingest_all(
            self.item("rating", value=4, date=self.ago(seconds=0)),
            self.item("rating", date=self.ago(seconds=0)),
        )
        self.assertAlmostEqual(self.person().engagement_score, 8, 9)

    # ------------------------------------------------------------------
    # Random histories
    # ------------------------------------------------------------------
    def _history(self, rng, count):
        """Return the items of a random history, keys in place of times of arrival."""
        now = fields.Datetime.now()
        items = []
        for number in range(count):
            age = timedelta(seconds=rng.randrange(0, 50 * 86400))
            if rng.random() < 0.3:
                # Same day, and often the same second.
                age = timedelta(days=rng.randrange(3), seconds=rng.randrange(3))
            items.append(
                {
                    "type": rng.choice(CODES),
                    "date": fields.Datetime.to_string(now - age),
                    "value": rng.choice((0, 1, 2.5, -3, 1000)),
                    "external_key": f"{number:04}",
                }
            )
        return items

    def _send(self, rng, items, email, prefix):
        """Send a history in random order and random batches."""
        items = [
            dict(item, email=email, external_key=prefix + item["external_key"])
            for item in items
        ]
        rng.shuffle(items)
        while items:
            size = rng.randint(1, 12)
            self.ingest_all(*items[:size])
            del items[:size]
        return self.person(email)

    def test_random_histories_in_any_order(self):
        for seed in range(6):
            rng = random.Random(seed)
            items = self._history(rng, 60)
            people = [
                self._send(rng, items, f"r{seed}{copy}@example.com", f"{seed}{copy}-")
                for copy in "abc"
            ]
            self.assert_scored(*people)
            weight = self.replay(people[0])[1]
            for other in people[1:]:
                error = abs(other.momentum - people[0].momentum)
                self.assertLessEqual(error, EXACT * weight)
                points = sorted(line["points"] for line in people[0].explain())
                self.assertEqual(
                    points, sorted(line["points"] for line in other.explain())
                )

    def test_random_quarantine_and_release(self):
        rng = random.Random(99)
        items = self._history(rng, 80)
        person = self._send(rng, items, "q@example.com", "q-")
        lines = self.lines(person).with_user(self.max)
        for _round in range(8):
            chosen = lines.browse(rng.sample(lines.ids, 12))
            if rng.random() < 0.6:
                chosen.action_quarantine()
            else:
                chosen.action_release()
            self.assert_scored(person)
        lines.action_release()
        self.assert_scored(person)
        other = self._send(rng, items, "q2@example.com", "q2-")
        weight = self.replay(other)[1]
        self.assertLessEqual(abs(person.momentum - other.momentum), EXACT * weight)

    def test_nothing_left_is_zero(self):
        rng = random.Random(3)
        person = self._send(rng, self._history(rng, 40), "z@example.com", "z-")
        lines = self.lines(person).with_user(self.max)
        for line in lines:
            line.action_quarantine()
        self.assertEqual(person.explain(), [])
        self.assertEqual(round(person.engagement_score, 6), 0)

    def test_awards_never_exceed_caps(self):
        rng = random.Random(5)
        person = self._send(rng, self._history(rng, 150), "c@example.com", "c-")
        taken = {}
        for line in person.explain():
            _code, _points, _per_value, _cap, period = RULES[line["rule"]]
            key = line["rule"], self._period(period, line["date"])
            taken[key] = taken.get(key, 0) + 1
        for (rule, _period), count in taken.items():
            cap = RULES[rule][3]
            self.assertTrue(not cap or count <= cap, rule)

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------
    def test_adjustment(self):
        self.ingest_all(self.item("form", date=self.ago(seconds=0)))
        for user, points in ((self.sid, 5.5), (self.sam, -8), (self.mara, 100)):
            person = self.person().with_user(user)
            context = person.action_adjust()["context"]
            dialogue = Form(
                self.env["flywheel.adjust"].with_user(user).with_context(**context)
            )
            dialogue.points = points
            dialogue.reason = "Met at the fair"
            dialogue.save().action_apply()
        self.assertAlmostEqual(self.person().engagement_score, 117.5, 6)
        line = self.lines(self.person(), "adjustment")[:1]
        self.assertEqual((line.summary, line.user_id), ("Met at the fair", self.mara))
        self.assert_scored(self.person())

    def test_adjustment_needs_points(self):
        self.ingest_all(self.item())
        dialogue = (
            self.env["flywheel.adjust"]
            .with_user(self.sam)
            .create({"profile_id": self.person().id, "points": 0, "reason": "None"})
        )
        with self.assertRaises(UserError):
            dialogue.action_apply()

    def test_adjustment_of_another_companys_person(self):
        self.ingest_all(self.item(), user=self.bea)
        person = self.person()
        dialogue = (
            self.env["flywheel.adjust"]
            .with_user(self.sam)
            .create({"profile_id": person.id, "points": 9, "reason": "None of mine"})
        )
        with self.assertRaises(AccessError):
            dialogue.action_apply()
        self.assertFalse(self.lines(person, "adjustment"))

    def test_logged_by_hand(self):
        """A touchpoint logged on screen counts like any other, once."""
        self.ingest_all(self.item("page", date=self.ago(seconds=0)))
        line = (
            self.env["flywheel.touchpoint"]
            .with_user(self.sam)
            .create(
                {
                    "profile_id": self.person().id,
                    "type_id": self.env.ref(
                        "inbound_flywheel.touchpoint_type_meeting"
                    ).id,
                    "date": self.ago(seconds=0),
                    "state": "quarantined",
                    "company_id": self.branch.id,
                }
            )
        )
        self.assertRecordValues(
            line,
            [
                {
                    "state": "valid",
                    "pending": False,
                    "company_id": self.company.id,
                    "user_id": self.sam.id,
                    "points": 25,
                }
            ],
        )
        self.assert_scored(self.person())
        self.assertAlmostEqual(self.person().engagement_score, 26, 9)

    def test_logged_for_another_companys_person(self):
        self.ingest_all(self.item(), user=self.bea)
        with self.assertRaises(AccessError):
            self.env["flywheel.touchpoint"].with_user(self.sam).create(
                {
                    "profile_id": self.person().id,
                    "type_id": self.env.ref(
                        "inbound_flywheel.touchpoint_type_meeting"
                    ).id,
                    "date": self.ago(days=1),
                }
            )
