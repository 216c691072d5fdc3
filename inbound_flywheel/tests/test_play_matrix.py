# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError

from .common_play import PlayCase


class TestPlayMatrix(PlayCase):
    def _matrix(self, user=None, **filters):
        return (
            self.env["flywheel.play"].with_user(user or self.mara).get_matrix(**filters)
        )

    def _cell(self, matrix, persona, stage):
        row = next(
            r for r in matrix["rows"] if r["id"] == (persona.id if persona else False)
        )
        return row["cells"][self.stage(stage).id]

    def test_gaps(self):
        exact = self.play("Exact", [self.carla], ["awareness", "decision"])
        self.play("Stage", [], ["decision"])
        self.play("Anything")
        self.play("Gone", [self.bruno], ["awareness"], active=False)
        matrix = self._matrix()
        states = {
            (persona.name, stage): self._cell(matrix, persona, stage)["state"]
            for persona in (self.carla, self.bruno)
            for stage in ("awareness", "consideration", "decision")
        }
        self.assertEqual(
            states,
            {
                ("Careful Carla", "awareness"): "filled",
                ("Careful Carla", "consideration"): "gap",
                ("Careful Carla", "decision"): "filled",
                ("Bold Bruno", "awareness"): "gap",
                ("Bold Bruno", "consideration"): "gap",
                ("Bold Bruno", "decision"): "general",
            },
        )
        totals = matrix["totals"]
        self.assertEqual(
            (totals["cells"], totals["gaps"], totals["general"]), (6, 3, 1)
        )
        self.assertEqual(self._cell(matrix, self.carla, "decision")["plays"], exact.ids)
        last = matrix["rows"][-1]
        self.assertEqual((last["id"], len(last["any_stage"])), (False, 1))

    def test_people_and_requests(self):
        people = self.people(3, self.carla)
        for person in people:
            person.journey_stage_id = self.stage("consideration")
        people[0].with_user(self.sam).request_play()
        matrix = self._matrix()
        cell = self._cell(matrix, self.carla, "consideration")
        self.assertEqual((cell["people"], cell["asked"]), (3, 1))
        self.assertEqual(matrix["totals"]["people_in_gaps"], 3)

    def test_filters(self):
        self.play("Sales", [self.carla], ["awareness"], team="sales", kind="talk")
        self.play("All", [self.carla], ["decision"], kind="blog", lang="en_US")

        def filled(**filters):
            matrix = self._matrix(**filters)
            return [
                stage
                for stage in ("awareness", "decision")
                if self._cell(matrix, self.carla, stage)["state"] == "filled"
            ]

        self.assertEqual(filled(), ["awareness", "decision"])
        self.assertEqual(filled(team="sales"), ["awareness", "decision"])
        self.assertEqual(filled(team="service"), ["decision"])
        self.assertEqual(filled(kind="talk"), ["awareness"])
        self.assertEqual(filled(lang="fr_FR"), ["awareness"])
        self.assertEqual(len(self._matrix(track="lifecycle")["stages"]), 9)

    def test_effect_by_hand(self):
        """25 uses 60 days ago: 5 moved on 10 days later, 2 after 40 days, 1 went back,
        3 won a lead; 4 uses of 5 days ago are not judged. Without use: 20 stays, of
        which 2 moved on within 30 days."""
        play = self.play("Case", [self.carla], ["consideration"])
        used = self.people(29, self.carla)
        for number, person in enumerate(used):
            later = {
                **dict.fromkeys(range(5), ("decision", 50)),
                **dict.fromkeys((5, 6), ("decision", 20)),
                7: ("awareness", 55),
            }.get(number)
            steps = [("consideration", 80)] + ([later] if later else [])
            self.history(person, *steps)
            self.use(play, person, 60 if number < 25 else 5)
            if 8 <= number < 11:
                self._win(person, 45)
        for number, person in enumerate(self.people(20, self.carla)):
            later = [("decision", 80)] if number < 2 else []
            self.history(person, ("consideration", 100), *later)
        [cell] = self.env["flywheel.play"].with_user(self.mara).get_matrix_effects()
        self.assertEqual((cell["uses"], cell["judged"], cell["moved"]), (29, 25, 8))
        self.assertEqual((cell["stays"], cell["stays_moved"]), (20, 2))
        self.assertEqual(cell["with"], "8 of 25 moved on (32 %)")
        self.assertEqual(cell["without"], "without: 10 % of 20")
        self.assertEqual(play.use_count, 29)
        [(count, moved)] = (
            self.env["flywheel.play.report"]
            .with_user(self.rita)
            ._read_group([], [], ["__count", "moved:avg"])
        )
        self.assertEqual((count, moved), (29, 8 / 25))

    def _win(self, person, days):
        lead = self.env["crm.lead"].create({"name": "Won", "type": "opportunity"})
        lead.action_set_won()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET flywheel_profile_id = %s, date_closed = %s"
            " WHERE id = %s",
            [person.id, self.ago(days=days), lead.id],
        )
        self.env.invalidate_all()

    def test_too_few(self):
        play = self.play("Case", [self.carla], ["consideration"])
        for person in self.people(19, self.carla):
            self.history(person, ("consideration", 80), ("decision", 50))
            self.use(play, person, 60)
        self.assertEqual(play.effect, "19 of 19 moved on: too few to tell")

    def test_back_from_an_exit_is_moving_on(self):
        play = self.play("Come back", [], ["lapsed"])
        person = self.people(1)
        self.history(person, ("lapsed", 80), ("lead", 50), track="lifecycle")
        self.use(play, person, 60, stage="lapsed")
        effects = self.env["flywheel.play.use"]._get_effects()
        self.assertEqual(effects, {play.id: (1, 1, 1)})

    def test_who_may_not(self):
        for name in ("get_matrix", "get_matrix_effects"):
            with self.assertRaises(AccessError):
                getattr(self.env["flywheel.play"].with_user(self.ian), name)()
        self.assertFalse(self._matrix(self.sam)["can_edit"])

    def test_another_companys_cells(self):
        people = self.people(2, company=self.branch)
        people.write({"persona_id": self.carla.id})
        for person in people:
            person.journey_stage_id = self.stage("decision")
        cell = self._cell(self._matrix(), self.carla, "decision")
        self.assertEqual(cell["people"], 0)
        cell = self._cell(self._matrix(self.bea), self.carla, "decision")
        self.assertEqual(cell["people"], 2)

    def test_queries_do_not_grow(self):
        for number in range(3):
            self.play(f"Play {number}", [self.carla], ["awareness"])
        self._matrix()
        with self.assertQueryCount(40):
            self.env.invalidate_all()
            self._matrix()
        for number in range(30):
            self.play(f"More {number}", [self.bruno], ["decision"])
        with self.assertQueryCount(40):
            self.env.invalidate_all()
            self._matrix()
