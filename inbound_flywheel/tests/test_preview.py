# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from .common import NOW, FlywheelCase


@freeze_time(NOW)
class TestPreview(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("UPDATE flywheel_profile SET no_profiling = TRUE")
        cls.draft = cls.score_model.copy({"name": "Draft"})

    def setUp(self):
        super().setUp()
        # Now: hot (three forms), warm (one form), cool (five pages), cold (nothing).
        self.ingest_all(
            *(self.item("form", email="hot@example.com") for _n in range(3)),
            self.item("form", email="warm@example.com"),
            *(
                self.item("page", email="cool@example.com", date=self.ago(hours=n))
                for n in (1, 2, 3, 4, 40, 41)
            ),
            self.item("email_open", email="cold@example.com"),
        )
        self.hot, self.warm, self.cool, self.cold = (
            self.person(f"{name}@example.com")
            for name in ("hot", "warm", "cool", "cold")
        )

    def preview(self, user=None):
        action = self.draft.with_user(user or self.mara).action_preview()
        return (
            self.env["flywheel.preview"]
            .with_user(user or self.mara)
            .browse(action["res_id"])
        )

    def people(self, preview, action):
        people = self.env["flywheel.preview.person"].with_user(preview.env.user)
        return people.search(getattr(preview, action)()["domain"])

    def set_rule(self, name, points):
        self.draft.rule_ids.filtered(lambda r: r.name == name).points = points

    def test_no_change(self):
        preview = self.preview()
        self.assertEqual(preview.people_count, 4)
        self.assertEqual(preview.changed_count, 0)
        self.assertFalse(self.people(preview, "action_open_changed"))
        self.assertEqual(preview.base_model_id, self.score_model)

    def test_who_changes_hands(self):
        self.set_rule("Form", 5)
        self.set_rule("Page", 20)
        preview = self.preview()
        self.assertEqual((preview.up_count, preview.down_count), (1, 1))
        up = self.people(preview, "action_open_up")
        self.assertEqual(up.profile_id, self.cool)
        self.assertEqual((up.band_now, up.band_then), ("cool", "hot"))
        self.assertAlmostEqual(up.score_now, self.cool.engagement_score, 6)
        down = self.people(preview, "action_open_down")
        self.assertEqual(down.profile_id, self.hot)
        self.assertEqual((down.band_now, down.band_then), ("hot", "cool"))
        self.assertEqual(preview.changed_count, 3)

    def test_matrix(self):
        self.set_rule("Form", 5)
        self.set_rule("Page", 20)
        rows = {row.value: row for row in self.preview().band_row_ids}
        names = ("to_1", "to_2", "to_3", "to_4")
        found = {value: [row[name] for name in names] for value, row in rows.items()}
        self.assertEqual(
            found,
            {
                "hot": [0, 0, 1, 0],
                "warm": [0, 0, 0, 1],
                "cool": [1, 0, 0, 0],
                "cold": [0, 0, 0, 1],
            },
        )
        totals = [(row.now_count, row.then_count) for row in rows.values()]
        self.assertEqual(totals, [(1, 1), (1, 0), (1, 1), (1, 2)])
        action = rows["hot"].action_open_people()
        people = self.env["flywheel.preview.person"].search(action["domain"])
        self.assertEqual(people.profile_id, self.hot)

    def test_it_is_what_activation_does(self):
        self.set_rule("Form", 7)
        self.set_rule("Page", 3)
        self.draft.half_life_days = 2
        self.draft.hot_threshold = 20
        self.draft.fit_rule_ids = [
            Command.create(
                {
                    "name": "Hot ones",
                    "model": "flywheel.profile",
                    "domain": "[('id', '=', %s)]" % self.hot.id,
                    "points": 45,
                }
            )
        ]
        preview = self.preview()
        changed = self.people(preview, "action_open_changed").sudo()
        self.draft.sudo().action_activate()
        self.env.invalidate_all()
        self.assertEqual(len(changed), preview.changed_count)
        for person in changed:
            profile = person.profile_id
            self.assertAlmostEqual(person.score_then, profile.engagement_score, 9)
            self.assertEqual(person.grade_then, profile.fit_grade)
            self.assertEqual(person.fit_then, profile.fit_score)
            self.assertFalse(person.grade_now)
        for row in preview.grade_row_ids:
            grade = False if row.value == "none" else row.value
            domain = [("fit_grade", "=", grade), ("no_profiling", "=", False)]
            count = self.env["flywheel.profile"].search_count(domain)
            self.assertEqual(row.then_count, count, row.value)

    def test_nothing_is_written(self):
        self.set_rule("Form", 500)
        self.env.flush_all()
        self.env.cr.execute("SELECT array_agg((p.*)::text) FROM flywheel_profile p")
        before = self.env.cr.fetchone()
        self.preview()
        self.env.flush_all()
        self.env.cr.execute("SELECT array_agg((p.*)::text) FROM flywheel_profile p")
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_companies(self):
        self.warm.sudo().company_id = self.branch
        self.assertEqual(self.preview().people_count, 3)

    def test_own_and_latest_only(self):
        first = self.preview()
        second = self.preview()
        self.assertFalse(first.exists())
        with self.assertRaises(AccessError):
            second.with_user(self.max).read(["people_count"])
        other = self.preview(self.max)
        self.assertTrue(second.exists())
        self.assertTrue(other.exists())

    def test_rights(self):
        for user in (self.sam, self.sid, self.rita):
            with self.assertRaises(AccessError):
                self.preview(user)

    def test_no_active_version(self):
        self.env.cr.execute("UPDATE flywheel_score_model SET state = 'archived'")
        self.env.cr.execute("UPDATE flywheel_profile SET momentum = 0")
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        preview = self.preview()
        self.assertFalse(preview.base_model_id)
        self.assertEqual(preview.up_count, 1)
