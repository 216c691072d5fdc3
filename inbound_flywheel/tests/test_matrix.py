# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from ..fields import CELL_ZONES
from .common import FlywheelCase

# Two half-lives later.
LATER = "2026-08-14 12:00:00"


class TestMatrix(FlywheelCase):
    """People with grades and scores at the edges of the cells, their contacts and
    leads; gus has no grade."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.fit.rule"].create(
            [
                {
                    "name": city,
                    "domain": f"[('city', '=', '{city}')]",
                    "points": points,
                    "score_model_id": cls.score_model.id,
                }
                for city, points in (("A", 40), ("B", 25), ("C", 10))
            ]
        )
        # name: (grade, points, cell)
        cls.cases = {
            "amy": ("A", 50.0, "A1"),
            "ann": ("A", 49.9, "A2"),
            "ben": ("B", 15.0, "B2"),
            "bob": ("B", 14.9, "B3"),
            "cat": ("C", 5.0, "C3"),
            "cid": ("C", 4.9, "C4"),
            "dan": ("D", 200.0, "D1"),
            "gus": ("D", 0.0, False),
        }
        cls.partners = cls.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com", "city": grade}
                for name, (grade, _points, _cell) in cls.cases.items()
            ]
        )
        cls.leads = cls.env["crm.lead"].create(
            [{"name": p.name, "partner_id": p.id} for p in cls.partners]
        )
        cls.people = cls.partners.flywheel_profile_id
        cls.env["flywheel.touchpoint"]._record(
            [
                {"type": "adjustment", "partner_id": partner.id, "value": points}
                for partner in cls.partners
                if (points := cls.cases[partner.name][1])
            ]
        )
        cls.people[-1].no_profiling = True
        cls.env.flush_all()

    def _each(self):
        for records in (self.people, self.partners, self.leads):
            with self.subTest(model=records._name):
                self.env.invalidate_all()
                yield records.with_user(self.sam)

    def test_cells(self):
        """Python, search, group and order say the same, on every model."""
        for records in self._each():
            cells = {record.name: record.score_cell for record in records}
            self.assertEqual(cells, {k: v[2] for k, v in self.cases.items()})
            inside = [("id", "in", records.ids)]
            for cell in CELL_ZONES:
                found = records.search([("score_cell", "=", cell), *inside])
                expected = [name for name in cells if cells[name] == cell]
                self.assertEqual(found.mapped("name"), expected, cell)
            groups = dict(records._read_group(inside, ["score_cell"], ["__count"]))
            self.assertEqual(groups, dict.fromkeys(cells.values(), 1))
            ordered = records.search(inside, order="score_cell")
            self.assertEqual(ordered.mapped("name"), list(self.cases))

    def test_search_without_a_cell_and_by_several(self):
        for records in self._each():
            inside = [("id", "in", records.ids)]
            none = records.search([("score_cell", "=", False), *inside])
            self.assertEqual(none.mapped("name"), ["gus"])
            some = records.search([("score_cell", "in", ["A1", "D1"]), *inside])
            self.assertEqual(set(some.mapped("name")), {"amy", "dan"})
            other = records.search([("score_cell", "not in", ["A1", "D1"]), *inside])
            self.assertEqual(other, records - some)

    def test_levels_follow_the_clock(self):
        """A quarter is left: 50 and 200 points are worth 12.5 and 50."""
        with freeze_time(LATER):
            for records in self._each():
                cells = {record.name: record.score_cell for record in records}
                self.assertEqual(cells["amy"], "A3")
                self.assertEqual(cells["dan"], "D1")
                self.assertEqual(cells["ben"], "B4")
                found = records.search(
                    [("score_cell", "=", "A3"), ("id", "in", records.ids)]
                )
                self.assertEqual(set(found.mapped("name")), {"amy", "ann"})

    def test_threshold_of_the_model(self):
        self.score_model.cool_threshold = 4
        self.assertEqual(self.people[5].score_cell, "C3")

    def test_matrix_as_the_pivot_reads_it(self):
        People = self.env["flywheel.profile"].with_user(self.rita)
        groups = People.formatted_read_group(
            [("id", "in", self.people.ids), ("no_profiling", "=", False)],
            ["fit_grade", "score_level"],
            ["__count"],
        )
        got = {(g["fit_grade"], g["score_level"]): g["__count"] for g in groups}
        cells = [cell for _grade, _points, cell in self.cases.values() if cell]
        self.assertEqual(got, {tuple(cell): 1 for cell in cells})

    def test_progress_bar_of_the_kanban(self):
        bars = (
            self.env["flywheel.profile"]
            .with_user(self.rita)
            .read_progress_bar(
                [("id", "in", self.people.ids)],
                "lifecycle_stage_id",
                {"field": "score_cell", "colors": {"A1": "success"}},
            )
        )
        self.assertEqual(sum(bar["A1"] for bar in bars.values()), 1)

    def test_colours(self):
        colours = {p.name: p.score_color for p in self.people.with_user(self.rita)}
        self.assertEqual(colours["amy"], colours["ann"])
        self.assertNotEqual(colours["amy"], colours["ben"])
        self.assertNotEqual(colours["amy"], colours["dan"])
        self.assertEqual(colours["cat"], 0)
        self.assertEqual(colours["gus"], 0)

    def test_who_may_not(self):
        for records in (self.partners, self.leads):
            with self.assertRaises(AccessError):
                records.with_user(self.ian).search([("score_cell", "=", "A1")])
