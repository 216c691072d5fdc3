# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.inbound_flywheel.tests.common import FlywheelCase


class SurveyCase(FlywheelCase):
    """A register of five questions, and a survey that asks them by link.

    sue edits surveys and has none of the flywheel's groups; mara may see answers.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sue = new_test_user(
            cls.env, "flywheel_sue", groups="base.group_user,survey.group_survey_user"
        )
        cls.mara.group_ids = [Command.link(cls.env.ref("survey.group_survey_user").id)]
        cls.admin = cls.env.ref("base.user_admin")
        kinds = {
            "need": "text",
            "budget": "number",
            "since": "date",
            "alone": "boolean",
            "size": "selection",
        }
        for code, kind in kinds.items():
            values = {"name": code.title(), "code": f"t_{code}", "answer_type": kind}
            question = cls.env["flywheel.question"].create(
                {**values, "for_person": True}
            )
            setattr(cls, code, question)
        cls.small, cls.large = cls.env["flywheel.question.option"].create(
            [
                {"question_id": cls.size.id, "name": "Small", "code": "s"},
                {"question_id": cls.size.id, "name": "Large", "code": "l"},
            ]
        )
        cls.survey = cls.env["survey.survey"].create(
            {"title": "Where you stand", "user_id": cls.mara.id}
        )
        cls.q_email = cls.ask("Your email", "char_box", validation_email=True)
        cls.q_email.save_as_email = True
        cls.q_need = cls.ask("What do you need?", "text_box", cls.need)
        cls.q_budget = cls.ask("How much?", "numerical_box", cls.budget)
        cls.q_since = cls.ask("Since when?", "date", cls.since)
        cls.q_alone = cls.ask(
            "Do you decide?", "simple_choice", cls.alone, ["I do", "We do"]
        )
        for choice, value in zip(
            cls.q_alone.suggested_answer_ids, ("yes", "no"), strict=True
        ):
            choice.flywheel_value = value
        cls.q_size = cls.ask(
            "How many are you?", "simple_choice", cls.size, ["small", "Large"]
        )
        cls.wang = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )

    @classmethod
    def ask(cls, title, kind, asked=None, choices=(), **values):
        """Add a question to the survey."""
        return cls.env["survey.question"].create(
            {
                "survey_id": cls.survey.id,
                "title": title,
                "question_type": kind,
                "sequence": 10 * (len(cls.survey.question_and_page_ids) + 1),
                "flywheel_question_id": asked and asked.id,
                "suggested_answer_ids": [
                    Command.create({"value": choice, "sequence": place})
                    for place, choice in enumerate(choices)
                ],
                **values,
            }
        )

    def fill(self, answers, survey=None, take_over=True, **who):
        """Answer a survey as its public page does.

        :param answers: {question: answer as the page sends it}
        :param who: user, partner or email, as for ``_create_answer``
        """
        public = self.env.ref("base.public_user")
        page = (survey or self.survey).with_user(public).sudo()
        user_input = page._create_answer(user=who.pop("user", public), **who)
        for question, answer in answers.items():
            user_input._save_lines(question.with_env(page.env), answer)
        user_input._mark_done()
        if take_over:
            self.take_over()
        return user_input.with_env(self.env)

    def take_over(self):
        """Do what the scheduled action does."""
        self.env.flush_all()
        pending = self.env["survey.user_input"].search(
            [("flywheel_state", "=", "pending")]
        )
        pending._flywheel_learn()
        self.env["flywheel.touchpoint"].search([("pending", "=", True)])._apply()

    def fact(self, asked, person):
        """Return the current answer of a person."""
        return self.env["flywheel.fact"].search(
            [
                ("profile_id", "=", person.id),
                ("question_id", "=", asked.id),
                ("state", "=", "current"),
            ]
        )

    @staticmethod
    def choice(question, place):
        """Return the answer that the page sends for a choice."""
        return str(question.suggested_answer_ids.sorted("sequence")[place].id)
