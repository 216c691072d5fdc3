# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from .common import SurveyCase


class TestPersona(SurveyCase):
    """What people answer speaks for a persona, and about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["flywheel.persona.rule"].search([]).unlink()
        cls.persona, cls.other = cls.env["flywheel.persona"].create(
            [{"name": "Saver", "min_confidence": 0.5}, {"name": "Spender"}]
        )

    def test_an_answer_moves_the_persona(self):
        said = [
            ("state", "=", "current"),
            ("question_id.code", "=", "t_size"),
            ("option_id.code", "=", "s"),
        ]
        self.env["flywheel.persona.rule"].create(
            {
                "name": "Says that they are few",
                "persona_id": self.persona.id,
                "model": "flywheel.profile",
                "domain": repr([("fact_ids", "any", said)]),
                "active": True,
            }
        )
        self.wang._flywheel_ensure_profiles()
        self.assertFalse(self.wang.persona_id)
        self.fill({self.q_size: self.choice(self.q_size, 0)}, partner=self.wang)
        person = self.wang.flywheel_profile_id
        self.assertEqual(person.persona_id, self.persona)
        [candidate] = person.with_user(self.mara).get_candidates()["candidates"]
        self.assertEqual(candidate["persona"], "Saver")
        self.assertEqual(
            [line["name"] for line in candidate["met"]], ["Says that they are few"]
        )
        # Another answer, another persona; and so it is when an answer was wrong.
        self.fill({self.q_size: self.choice(self.q_size, 1)}, partner=self.wang)
        self.assertFalse(person.persona_id)
        self.fact(self.size, person).mark_wrong("a mistake")
        self.assertEqual(person.persona_id, self.persona)

    def make_answers(self, persona, count, place):
        people = self.env["res.partner"].create(
            [{"name": f"{persona.name} {place} {i}"} for i in range(count)]
        )
        people._flywheel_ensure_profiles()
        people.persona_id = persona
        self.env["survey.user_input"].create(
            [
                {
                    "survey_id": self.survey.id,
                    "partner_id": partner.id,
                    "flywheel_profile_id": partner.flywheel_profile_id.id,
                    "state": "done",
                    "user_input_line_ids": [
                        Command.create(
                            {
                                "question_id": self.q_size.id,
                                "answer_type": "suggestion",
                                "suggested_answer_id": int(
                                    self.choice(self.q_size, place)
                                ),
                            }
                        ),
                        Command.create(
                            {
                                "question_id": self.q_budget.id,
                                "answer_type": "numerical_box",
                                "value_numerical_box": 10.0 * (place + 1),
                            }
                        ),
                    ],
                }
                for partner in people
            ]
        )

    def probe(self, user=None, question=None):
        lines = self.persona.with_user(user or self.mara)._look_at_data(
            question or self.size
        )
        return [line for line in lines if line["probe"] == "survey"]

    def test_evidence_of_the_question_bank(self):
        self.make_answers(self.persona, 30, 0)
        self.make_answers(self.persona, 10, 1)
        self.make_answers(self.other, 40, 1)
        small, large = self.probe()
        self.assertEqual((small["n"], small["value"]), (40, 0.75))
        self.assertEqual(small["other"], 0.0)
        self.assertEqual(small["verdict"], "more")
        self.assertIn("small", small["label"])
        self.assertIn("Where you stand", small["n_text"])
        Input = self.env["survey.user_input"].with_user(self.mara)
        opened = Input.search_count(small["action"]["domain"])
        self.assertEqual(opened, small["count"])
        self.assertEqual(large["hits"], 10)
        [figure] = self.probe(question=self.budget)
        self.assertAlmostEqual(figure["value"], 12.5)
        persona = self.persona.with_user(self.mara)
        row = next(
            row
            for team in persona.get_evidence()["teams"]
            for row in team["questions"]
            if row["id"] == self.size.id
        )
        self.assertTrue(row["has_data"])
        action = persona.action_use_data(self.size.id, "survey")
        answer = self.env["flywheel.persona.answer"].browse(action["res_id"])
        self.assertEqual(answer.source, "data")
        self.assertIn("40", answer.evidence)
        self.assertNotIn("How much?", answer.answer)

    def test_a_question_without_a_code(self):
        self.size.code = False
        self.make_answers(self.persona, 30, 0)
        self.assertEqual(len(self.probe()), 1)

    def test_each_person_counts_once(self):
        self.make_answers(self.persona, 30, 0)
        partner = self.env["res.partner"].search([("name", "=", "Saver 0 3")])
        self.fill({self.q_size: self.choice(self.q_size, 1)}, partner=partner)
        small, large = self.probe()
        self.assertEqual((small["hits"], large["hits"], small["n"]), (29, 1, 30))

    def test_few_and_hidden(self):
        self.make_answers(self.persona, 3, 0)
        self.assertEqual(self.probe()[0]["n"], 3)
        # Who may not read answers is not told what three people said.
        self.assertFalse(self.probe(user=self.rita))
        self.make_answers(self.persona, 30, 0)
        [line] = self.probe(user=self.rita)
        self.assertFalse(line["action"])
        self.survey.write({"user_id": self.sue.id, "restrict_user_ids": self.sue.ids})
        self.assertFalse(self.probe(user=self.rita))
        self.assertFalse(self.probe())
