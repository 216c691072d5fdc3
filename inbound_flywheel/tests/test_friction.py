# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError

from .common_play import PlayCase


class TestFriction(PlayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.stage.interval"].search([]).unlink()

    def _report(self, user=None, **kwargs):
        return (
            self.env["flywheel.friction"]
            .with_user(user or self.rita)
            .get_report(**kwargs)
        )

    def _row(self, report, name):
        return next((row for row in report["rows"] if row["name"] == name), None)

    def _passes(self, persona, days, count=1, before=0):
        """Let people of a persona need so many days from awareness to consideration,
        ``before`` days ago."""
        people = self.people(count, persona)
        for person in people:
            self.history(
                person, ("awareness", before + days), ("consideration", before)
            )
        return people

    def test_days_lost_by_hand(self):
        """Carla: 10 people with 4 days; Bruno: 10 with 8, 10 with 16.

        Of all 30: fastest quarter 4 (the 8th of 29 steps at 7.25), median 8 (14.5).
        Lost: all 30 × (8 − 4) = 120; Carla 0; Bruno's median 12: 20 × 8 = 160."""
        self._passes(self.carla, 4, 10)
        self._passes(self.bruno, 8, 10)
        self._passes(self.bruno, 16, 10)
        row = self._row(self._report(), "Awareness → Consideration")
        self.assertEqual(row["n"], 30)
        self.assertAlmostEqual(row["fastest"], 4)
        self.assertAlmostEqual(row["median"], 8)
        self.assertAlmostEqual(row["mean"], 28 / 3)
        self.assertAlmostEqual(row["days_lost"], 120)
        self.assertEqual((row["dropout"], row["few"]), (0, False))
        bruno, carla = row["groups"]
        self.assertEqual(
            (bruno["name"], carla["name"]), ("Bold Bruno", "Careful Carla")
        )
        self.assertAlmostEqual(bruno["days_lost"], 160)
        self.assertEqual((carla["days_lost"], carla["few"]), (0, True))
        report = self._report(persona_id=self.bruno.id)
        self.assertEqual(self._row(report, "Awareness → Consideration")["n"], 20)

    def test_ways_out_and_back(self):
        """Of ten opportunities 4 were won, 3 lost after 20 days, 1 went back to lead,
        1 left all stages after 10, 1 is still open but not for long enough."""
        for number, person in enumerate(self.people(10)):
            steps = [("opportunity", 40)]
            if number < 4:
                steps.append(("customer", 10))
            elif number < 7:
                steps.append(("lost", 20))
            elif number == 7:
                steps.append(("lead", 30))
            elif number == 8:
                steps.append(("", 30))
            self.history(person, *steps, track="lifecycle", still=number != 8)
        report = self._report(track="lifecycle")
        lost = self._row(report, "Opportunity → Lost")
        self.assertEqual((lost["kind"], lost["n"]), ("out", 3))
        self.assertAlmostEqual(lost["days_lost"], 3 * 20)
        self.assertAlmostEqual(lost["dropout"], 4 / 9)
        out = self._row(report, "Opportunity → out of all stages")
        self.assertAlmostEqual(out["days_lost"], 10)
        self.assertEqual(self._row(report, "Opportunity → Lead")["kind"], "back")
        self.assertEqual(report["rows"][0]["name"], "Opportunity → Lost")
        totals = report["totals"]
        self.assertEqual(
            [totals[kind] for kind in ("on", "back", "out", "return", "stuck")],
            [4, 1, 4, 0, 0],
        )

    def test_coming_back_is_no_loss(self):
        [person] = self.people(1)
        self.history(
            person, ("customer", 300), ("lapsed", 200), ("customer", 10),
            track="lifecycle",
        )  # fmt: skip
        report = self._report(track="lifecycle")
        row = self._row(report, "Lapsed → Customer")
        self.assertEqual((row["kind"], row["days_lost"]), ("return", 0))
        self.assertEqual(report["totals"]["return"], 1)

    def test_stuck(self):
        """20 people got on after 1 to 20 days: nine in ten by 18.1 days. Two are there
        for 30 and 50 days, one for 18."""
        for days, person in enumerate(self.people(20), start=1):
            self.history(person, ("awareness", days), ("consideration", 0))
        self.assertFalse(self._row(self._report(), "Awareness: stuck"))
        for days, person in zip((18, 30, 50), self.people(3, self.carla), strict=True):
            self.history(person, ("awareness", days))
        row = self._row(self._report(), "Awareness: stuck")
        self.assertEqual((row["kind"], row["n"]), ("stuck", 2))
        self.assertAlmostEqual(row["median"], 40)
        self.assertAlmostEqual(row["days_lost"], 80)
        self.assertAlmostEqual(row["dropout"], 2 / 22)
        self.assertEqual(row["groups"][0]["name"], "Careful Carla")
        action = self._open(row)
        found = self.env["flywheel.stage.interval"].search(action["domain"])
        self.assertEqual(sorted(round(line.days) for line in found), [30, 50])

    def test_too_few_got_on_to_say_who_is_stuck(self):
        self._passes(self.carla, 2, 19)
        [person] = self.people(1)
        self.history(person, ("awareness", 300))
        self.assertFalse(self._row(self._report(), "Awareness: stuck"))

    def test_time_and_the_period_before(self):
        """Ended 5 days ago after 6, and 15 days ago after 2 days."""
        self._passes(self.carla, 6, 1, before=5)
        self._passes(self.carla, 2, 1, before=15)
        today = fields.Date.today()
        report = self._report(
            date_from=today - timedelta(days=9), date_to=today, by="persona"
        )
        row = self._row(report, "Awareness → Consideration")
        self.assertEqual((row["n"], row["before"]["n"]), (1, 1))
        self.assertAlmostEqual(row["median"], 6)
        self.assertAlmostEqual(row["before"]["median"], 2)
        self.assertTrue(report["previous"])
        self.assertFalse(self._report()["previous"])
        earlier = self._report(
            date_from=str(today - timedelta(days=20)),
            date_to=str(today - timedelta(days=10)),
        )
        self.assertAlmostEqual(
            self._row(earlier, "Awareness → Consideration")["median"], 2
        )
        with self.assertRaises(UserError):
            self._report(date_from=today, date_to=today - timedelta(days=1))
        with self.assertRaises(UserError):
            self._report(track="pipeline")

    def test_days_of_the_user(self):
        """A stay that ended at 22:00 UTC ended the next day in Taipei."""
        [person] = self.people(1)
        # The clock stands at noon of the 15th: 22:00 of the 10th is so many days ago.
        self.history(person, ("awareness", 10), ("consideration", 4 + 14 / 24))
        self.rita.tz = "Asia/Taipei"
        day = {"date_from": "2026-06-11", "date_to": "2026-06-11"}
        self.assertTrue(self._report(**day)["rows"])
        self.rita.tz = "Europe/London"
        self.assertFalse(self._report(**day)["rows"])

    def test_team_is_that_of_the_latest_lead(self):
        old, new = self.env["crm.team"].create([{"name": "Old"}, {"name": "New"}])
        [person] = self._passes(self.carla, 3)
        leads = self.env["crm.lead"].create(
            [{"name": "1", "team_id": old.id}, {"name": "2", "team_id": new.id}]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET flywheel_profile_id = %s WHERE id = ANY(%s)",
            [person.id, leads.ids],
        )
        self.env.invalidate_all()
        row = self._row(self._report(by="team"), "Awareness → Consideration")
        self.assertEqual([group["name"] for group in row["groups"]], ["New"])
        self.assertFalse(self._report(team_id=old.id)["rows"])
        action = self._open(row, group=new.id, by="team")
        found = self.env["flywheel.stage.interval"].search(action["domain"])
        self.assertEqual((found.profile_id, found.team_id), (person, new))

    def _open(self, row, by="persona", **way):
        way.update({name: row[name] for name in ("from_id", "to_id", "kind")})
        return self.env["flywheel.friction"].with_user(self.rita).open_way(way, by=by)

    def test_drill_down_finds_those_counted(self):
        self._passes(self.carla, 4, 3)
        self._passes(None, 4, 2)
        for person in self.people(2, self.carla):
            self.history(person, ("awareness", 9), ("decision", 3))
        Interval = self.env["flywheel.stage.interval"].with_user(self.rita)
        row = self._row(self._report(), "Awareness → Consideration")
        self.assertEqual(len(Interval.search(self._open(row)["domain"])), row["n"])
        for group in row["groups"]:
            action = self._open(row, group=group["id"])
            self.assertEqual(len(Interval.search(action["domain"])), group["n"])
        found = Interval.search(self._open(row)["domain"])
        self.assertEqual(set(found.next_stage_id.mapped("code")), {"consideration"})

    def test_notes(self):
        self._passes(self.carla, 4, 3)
        Note = self.env["flywheel.friction.note"]
        values = {
            "from_stage_id": self.stage("awareness").id,
            "to_stage_id": self.stage("consideration").id,
            "note": "No guide to send",
        }
        note = Note.with_user(self.sam).create(values)
        self.assertEqual((note.user_id, note.company_id), (self.sam, self.company))
        row = self._row(self._report(self.sam), "Awareness → Consideration")
        self.assertEqual(row["notes"][0]["note"], "No guide to send")
        self.assertTrue(row["notes"][0]["can_write"])
        row = self._row(self._report(self.sid), "Awareness → Consideration")
        self.assertFalse(row["notes"][0]["can_write"])
        note.with_user(self.mara).note = "There is one now"
        with self.assertRaises(AccessError):
            note.with_user(self.sid).note = "Mine"
        with self.assertRaises(AccessError):
            note.with_user(self.sid).unlink()
        with self.assertRaises(AccessError):
            Note.with_user(self.rita).create(values)
        with self.assertRaises(AccessError):
            Note.with_user(self.sam).create({**values, "user_id": self.sid.id})
        self.assertFalse(Note.with_user(self.bea).search([]))

    def test_another_company(self):
        for person in self.people(2, company=self.branch):
            self.history(person, ("awareness", 5), ("consideration", 0))
        self.assertFalse(self._report(self.max)["rows"])
        self.assertEqual(self._report(self.bea)["rows"][0]["n"], 2)
        for user in (self.ian, self.pia):
            with self.assertRaises(AccessError):
                self._report(user)
            with self.assertRaises(AccessError):
                self.env["flywheel.friction"].with_user(user).open_way(
                    {"from_id": 1, "to_id": 2, "kind": "on"}
                )
