# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from ast import literal_eval

from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine import evaluation
from .common import FlywheelCase

CITIES = ("Taipei", "Tainan", "Keelung")
JOBS = ("Clerk", "Director", "Student")


class TestAssignment(FlywheelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saver = cls._persona(
            "Saver", [("city", "Taipei", 3), ("function", "Clerk", 1)]
        )
        cls.boss = cls._persona("Boss", [("function", "Director", 1)])

    @classmethod
    def _persona(cls, name, criteria, **values):
        persona = cls.env["flywheel.persona"].create({"name": name, **values})
        for field, value, weight in criteria:
            cls._criterion(persona, field, value, weight=weight, active=True)
        return persona

    @classmethod
    def _criterion(cls, persona, field, value, user=None, **values):
        return (
            cls.env["flywheel.persona.rule"]
            .with_user(user or cls.env.user)
            .create(
                {
                    "persona_id": persona.id,
                    "name": f"{field} {value}",
                    "domain": repr([(field, "=", value)]),
                    **values,
                }
            )
        )

    def _person(self, **values):
        partner = self.env["res.partner"].create({"name": "Wang", **values})
        partner._flywheel_ensure_profiles()
        return partner.flywheel_profile_id

    def _replay(self, personas, user=None):
        action = personas.with_user(user or self.mara).action_replay()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.mara)
            .browse(action["res_id"])
        )

    def _changes(self, person):
        """Return what the report says of a person, the first change first."""
        changes = self.env["flywheel.persona.change"].search(
            [("profile_id", "=", person.id)], order="id"
        )
        return [(c.earlier_id.name, c.persona_id.name, c.source) for c in changes]

    # ------------------------------------------------------------------
    # Drafts and replay
    # ------------------------------------------------------------------
    def test_a_new_criterion_is_a_draft(self):
        person = self._person(city="Keelung")
        rule = self._criterion(self.boss, "city", "Keelung", self.mara)
        self.assertEqual(rule.state, "draft")
        self.env["flywheel.profile"]._evaluate_all()
        self.assertFalse(person.persona_id)

    def test_replay_tells_who_would_move_and_moves_nobody(self):
        gains = self._person(city="Keelung")
        moves = self._person(city="Taipei", function="Student")
        stays = self._person(function="Director")
        locked = self._person(city="Keelung")
        locked.with_user(self.sam).persona_id = self.saver
        objects = self._person(city="Keelung")
        objects.no_profiling = True
        student = self._persona("Student", [])
        self._criterion(student, "function", "Student", self.mara)
        self._criterion(self.boss, "city", "Keelung", self.mara)
        self.boss.min_confidence = 0.5
        replay = self._replay(student | self.boss)
        rows = {
            (row.earlier_id.name, row.persona_id.name): row.people_count
            for row in replay.row_ids
        }
        # The boss has two criteria then: either is half of all.
        self.assertEqual(rows, {(False, "Boss"): 1, ("Saver", "Student"): 1})
        self.assertEqual(replay.moved_count, 2)
        self.assertEqual(replay.gained_count, 1)
        self.assertEqual(replay.lost_count, 0)
        self.assertEqual(
            [p.persona_id.name for p in (gains, moves, stays, locked)],
            [False, "Saver", "Boss", "Saver"],
        )
        replay.action_put_in_force()
        self.assertEqual(
            [p.persona_id.name for p in (gains, moves, stays, locked, objects)],
            ["Boss", "Student", "Boss", "Saver", False],
        )
        again = self._replay(student | self.boss)
        self.assertFalse(again.moved_count)

    def test_a_revision_takes_the_place_of_what_is_in_force(self):
        here, there = self._person(city="Taipei"), self._person(city="Tainan")
        rule = self.saver.rule_ids.filtered(lambda r: r.weight == 3)
        with self.assertRaises(UserError):
            rule.with_user(self.mara).domain = "[('city', '=', 'Tainan')]"
        action = rule.with_user(self.mara).action_revise()
        again = rule.with_user(self.mara).action_revise()
        self.assertEqual(action["res_id"], again["res_id"])
        draft = rule.with_user(self.mara).browse(action["res_id"])
        draft.domain = "[('city', '=', 'Tainan')]"
        self.assertEqual((draft.state, rule.state), ("revision", "force"))
        replay = self._replay(self.saver)
        self.assertEqual((replay.gained_count, replay.lost_count), (1, 1))
        replay.action_put_in_force()
        self.assertFalse(rule.exists())
        self.assertEqual(draft.state, "force")
        self.assertEqual(
            (here.persona_id, there.persona_id),
            (self.env["flywheel.persona"], self.saver),
        )

    def test_taking_a_criterion_out(self):
        person = self._person(function="Director")
        rule = self.boss.rule_ids.with_user(self.mara)
        rule.action_leave()
        self.assertEqual(rule.state, "leaving")
        self.assertEqual(person.persona_id, self.boss)
        self._replay(self.boss).action_put_in_force()
        self.assertFalse(rule.exists())
        self.assertFalse(person.persona_id)

    def test_nothing_comes_into_force_without_a_replay(self):
        rule = self._criterion(self.boss, "city", "Keelung", self.mara)
        with self.assertRaises(UserError):
            rule.active = True
        for user in (self.sam, self.rita):
            with self.assertRaises(AccessError):
                self._replay(self.boss, user)

    def test_replay_shows_people_of_the_own_companies_alone(self):
        self._person(city="Keelung", company_id=self.branch.id)
        self._person(city="Keelung", company_id=self.company.id)
        persona = self._persona("Harbour", [])
        self._criterion(persona, "city", "Keelung")
        self.assertEqual(self._replay(persona).moved_count, 1)

    # ------------------------------------------------------------------
    # The report of changes
    # ------------------------------------------------------------------
    def test_report_of_changes(self):
        person = self._person(city="Taipei")
        self.assertEqual(person.persona_id, self.saver)
        person.partner_id.with_user(self.ian).write({"city": "Tainan"})
        self.env.flush_all()
        person.with_user(self.sam).persona_id = self.boss
        person.with_user(self.sam).persona_id = self.saver
        self.assertEqual(
            self._changes(person),
            [
                (False, "Saver", "save"),
                ("Saver", False, "save"),
                (False, "Boss", "manual"),
                ("Boss", "Saver", "manual"),
            ],
        )
        last = self.env["flywheel.persona.change"].search([], limit=1)
        self.assertEqual(last.user_id, self.sam)

    def test_report_of_a_run(self):
        person, other = self._person(city="Keelung"), self._person(city="Tainan")
        self._criterion(self.boss, "city", "Keelung")
        self._replay(self.boss).action_put_in_force()
        self.assertEqual(self._changes(person), [(False, "Boss", "run")])
        self.assertEqual(self._changes(other), [])

    def test_report_follows_a_merge(self):
        kept, gone = self._person(city="Taipei"), self._person(function="Director")
        kept._merge(gone)
        self.assertIn((False, "Boss", "save"), self._changes(kept))

    # ------------------------------------------------------------------
    # Why
    # ------------------------------------------------------------------
    def test_candidates_with_their_criteria(self):
        person = self._person(city="Taipei", function="Director")
        found = person.with_user(self.rita).get_candidates()
        boss, saver = found["candidates"]
        self.assertEqual(
            (boss["persona"], boss["confidence"], boss["chosen"]), ("Boss", 1, True)
        )
        self.assertEqual((saver["persona"], saver["confidence"]), ("Saver", 0.75))
        self.assertEqual([c["name"] for c in saver["met"]], ["city Taipei"])
        self.assertEqual([c["name"] for c in saver["unmet"]], ["function Clerk"])
        self.assertEqual(found["others"], 0)

    def test_candidates_of_another_company(self):
        person = self._person(city="Taipei", company_id=self.branch.id)
        with self.assertRaises(AccessError):
            person.with_user(self.sam).get_candidates()
        self.saver.company_id = self.company
        found = person.with_user(self.bea).get_candidates()
        self.assertEqual(found["candidates"], [])

    # ------------------------------------------------------------------
    # One rule, whoever asks and however many
    # ------------------------------------------------------------------
    def test_any_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        tag = self.env["res.partner.category"].create({"name": "Student"})
        tag.with_context(lang="zh_TW").name = "學生"
        rule = self.boss.rule_ids
        rule.domain = "[('category_id.name', '=', 'Student')]"
        person = self._person()
        partner = person.partner_id.with_user(self.ian).with_context(lang="zh_TW")
        partner.category_id = tag
        self.assertEqual(person.persona_id, self.boss)

    def test_more_criteria_than_a_word_has_bits(self):
        persona = self._persona("Many", [], sequence=1)
        for number in range(evaluation.WORD + 10):
            self._criterion(persona, "city", f"City {number}", active=True)
        for number in (0, evaluation.WORD - 1, evaluation.WORD, evaluation.WORD + 9):
            person = self._person(city=f"City {number}")
            (candidate,) = person.get_candidates()["candidates"]
            self.assertEqual(
                [c["name"] for c in candidate["met"]], [f"city City {number}"]
            )

    def test_one_by_one_as_all_at_once_as_by_hand(self):
        """Any people and criteria: the same by three ways."""
        seed = random.randrange(10**6)
        rng = random.Random(seed)
        harbour = self._persona("Harbour", [("city", "Keelung", 2)], min_confidence=0.3)
        self._criterion(
            harbour, "priority", "3", model="crm.lead", weight=2, active=True
        )
        self._criterion(
            harbour,
            "journey_stage_id.code",
            "decision",
            model="flywheel.profile",
            weight=1,
            active=True,
        )
        people = self.env["flywheel.profile"]
        for _number in range(30):
            person = self._person(city=rng.choice(CITIES), function=rng.choice(JOBS))
            for _lead in range(rng.randrange(3)):
                self.env["crm.lead"].create(
                    {
                        "name": "Offer",
                        "partner_id": person.partner_id.id,
                        "priority": rng.choice("0123"),
                    }
                )
            if rng.random() < 0.5:
                person.journey_stage_id = self.stage(
                    rng.choice(["decision", "awareness"])
                )
            people |= person
        one_by_one = [
            (p.persona_id.name, round(p.persona_confidence, 9)) for p in people
        ]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE flywheel_profile SET persona_id = NULL, persona_confidence = 0"
                " WHERE id = ANY(%s)",
                people.ids,
            )
        )
        people.invalidate_recordset()
        people._evaluate_all()
        at_once = [(p.persona_id.name, round(p.persona_confidence, 9)) for p in people]
        self.assertEqual(at_once, one_by_one, seed)
        self.assertEqual(at_once, [self._by_hand(p) for p in people], seed)

    def _by_hand(self, person):
        best = (0.0, False)
        for persona in self.env["flywheel.persona"].search([]):
            rules = persona.rule_ids
            met = rules.filtered(lambda rule: self._holds(rule, person))
            if not rules:
                continue
            confidence = sum(met.mapped("weight")) / sum(rules.mapped("weight"))
            if confidence >= persona.min_confidence and confidence > best[0]:
                best = (confidence, persona.name)
        return best[1], round(best[0], 9)

    def _holds(self, rule, person):
        records = {
            "res.partner": person.partner_id,
            "crm.lead": person.lead_ids,
            "flywheel.profile": person,
        }[rule.model]
        return bool(records.filtered_domain(literal_eval(rule.domain)))
