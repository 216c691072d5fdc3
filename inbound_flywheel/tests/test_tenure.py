# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time

from .common import FlywheelCase


class TestTenure(FlywheelCase):
    def assert_since(self, person, days):
        self.env.invalidate_all()
        self.assertEqual(person.tenure_days, days)

    def send(self, code, days, **values):
        self.ingest_all(self.item(code, date=self.ago(days=days), **values))
        return self.person()

    def test_first_touchpoint(self):
        person = self.send("page", 30)
        self.assert_since(person, 30)
        self.assert_since(self.send("form", 10), 30)
        with freeze_time("2026-06-25 12:00:00"):
            self.assert_since(person, 40)

    def test_late_line(self):
        self.send("page", 30)
        self.assert_since(self.send("page", 300), 300)

    def test_quarantine(self):
        person = self.send("page", 300)
        self.send("page", 30)
        line = self.lines(person).sorted("date")[0].with_user(self.max)
        line.action_quarantine()
        self.assert_since(person, 30)
        line.action_release()
        self.assert_since(person, 300)

    def test_opened_by_a_machine(self):
        self.env.ref("inbound_flywheel.touchpoint_type_email_click").machine_seconds = 5
        self.ingest_all(
            self.item("email_click", date="2026-06-10 09:00:01"),
            self.item("email_sent", date="2026-06-10 09:00:00"),
        )
        person = self.person()
        self.assertEqual(str(person.first_date), "2026-06-10 09:00:00")

    def test_merge_and_split(self):
        person = self.send("page", 30)
        self.ingest_all(
            self.item("page", date=self.ago(days=200), email="b@example.com")
        )
        other = self.person("b@example.com")
        origin = other.id
        person._merge(other)
        self.assert_since(person, 200)
        taken = person._split(origin_ids=[origin])
        self.assert_since(person, 30)
        self.assert_since(taken, 200)

    def test_nobody_has_met(self):
        partner = self.env["res.partner"].create({"name": "New"})
        partner._flywheel_ensure_profiles()
        self.assertEqual(partner.flywheel_profile_id.tenure_days, 0)

    def test_search_and_sort(self):
        for days in (5, 50, 500):
            self.send("page", days, email=f"d{days}@example.com")
        people = {days: self.person(f"d{days}@example.com") for days in (5, 50, 500)}
        mine = self.env["flywheel.profile"].browse([p.id for p in people.values()])
        Profile = self.env["flywheel.profile"].with_user(self.rita)
        own = [("id", "in", mine.ids)]
        for operator, value, found in (
            (">=", 50, (50, 500)),
            (">", 50, (500,)),
            ("<", 50, (5,)),
            ("<=", 50, (5, 50)),
            (">=", 51, (500,)),
            ("=", 50, (50,)),
            ("in", [5, 500], (5, 500)),
            ("!=", 50, (5, 500)),
            ("!=", False, (5, 50, 500)),
        ):
            self.assertEqual(
                set(Profile.search([*own, ("tenure_days", operator, value)]).ids),
                {people[days].id for days in found},
                f"{operator} {value}",
            )
        ordered = Profile.search(own, order="tenure_days desc")
        self.assertEqual(ordered.ids, [people[d].id for d in (500, 50, 5)])
        groups = Profile._read_group(own, [], ["tenure_days:max"])
        self.assertEqual(groups, [(500,)])

    def test_in_a_rule(self):
        persona = self.env["flywheel.persona"].create(
            {
                "name": "Old friend",
                "rule_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Known for a year",
                            "active": True,
                            "model": "flywheel.profile",
                            "domain": "[('tenure_days', '>=', 365)]",
                        },
                    )
                ],
            }
        )
        old = self.send("page", 400)
        self.ingest_all(self.item("page", email="new@example.com"))
        (old | self.person("new@example.com"))._evaluate()
        self.assertEqual(old.persona_id, persona)
        self.assertFalse(self.person("new@example.com").persona_id)
