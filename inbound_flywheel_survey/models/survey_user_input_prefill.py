# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .survey_question import CODED, FITS


class SurveyUserInput(models.Model):
    """What somebody has told us stands in the form already."""

    _inherit = "survey.user_input"

    def _flywheel_suggest(self, question):
        """Return the answer that the page shows where nothing is answered yet: what
        the person has told us before. Nothing is stored until it is sent.

        :param question: a question of the survey
        :return: lines of an answer, new ones, or none
        """
        self.ensure_one()
        nothing = self.env["survey.user_input.line"]
        if self.state == "done":
            return nothing
        fact = self._flywheel_find_shown(question, self.env.user)
        values_list = question._get_flywheel_lines(fact) if fact else []
        # Of no answer: they must not be taken for some of it.
        return nothing.union(
            *(
                nothing.new({"question_id": question.id, **values})
                for values in values_list
            )
        )

    def _flywheel_find_shown(self, question, user):
        """Return the fact with which a question is filled in for a user, or none.

        Neither what was imported nor what is less than sure: that are not the person's
        own words, or perhaps those of somebody else who has typed the same address.
        """
        if not self._flywheel_may_suggest(question, user):
            return self.env["flywheel.fact"]
        fact = self.partner_id.flywheel_profile_id._find_held(
            question.flywheel_question_id
        )[:1]
        sure = fact.source != "import" and fact.confidence == "high"
        return fact if sure and question._get_flywheel_lines(fact) else fact.browse()

    def _flywheel_prepare_fact(self, question, answer):
        """What stood in the form already was not asked a second time."""
        item = super()._flywheel_prepare_fact(question, answer)
        if self._flywheel_find_shown(question, self.create_uid):
            item.update(
                source="said",
                confidence="high",
                note=self.env._("Stood in the form already"),
            )
        return item

    def _flywheel_may_suggest(self, question, user):
        """Tell whether whoever has opened the page is shown what is known. A link may
        be passed on: only who is signed in is the person for sure."""
        survey = self.survey_id
        return (
            question.flywheel_for_person
            and survey.flywheel_prefill
            and not self.test_entry
            and not self.is_session_answer
            # A test asks what somebody knows now.
            and survey.scoring_type == "no_scoring"
            and not user._is_public()
            and self.partner_id == user.partner_id
            and question.flywheel_question_id.company_id.id
            in (False, self.partner_id.flywheel_profile_id.company_id.id)
        )


class SurveyQuestion(models.Model):
    """How a fact is answered in the form of a question."""

    _inherit = "survey.question"

    def _get_flywheel_lines(self, fact):
        """Return the values of the answers that say the same as a fact.

        :param fact: a fact that answers the linked question
        """
        self.ensure_one()
        if self.flywheel_answer_type not in FITS.get(self.question_type, ()):
            return []
        kind, text = self.question_type, fact.answer_label
        if kind in ("simple_choice", "multiple_choice"):
            chosen = self._get_flywheel_choices(fact)
            return [
                {"answer_type": "suggestion", "suggested_answer_id": choice.id}
                for choice in chosen
            ]
        if kind in ("char_box", "text_box"):
            return [{"answer_type": kind, f"value_{kind}": text}]
        if kind == "date" and fact.answer_date:
            return [{"answer_type": kind, "value_date": fact.answer_date}]
        if self.flywheel_answer_type != "number":
            return []
        number = fact.answer_number
        if kind == "numerical_box":
            return [{"answer_type": kind, "value_numerical_box": number}]
        if (
            kind == "scale"
            and number.is_integer()
            and (self.scale_min <= number <= self.scale_max)
        ):
            return [{"answer_type": kind, "value_scale": int(number)}]
        return []

    def _get_flywheel_choices(self, fact):
        """Return the choices that stand for a fact."""
        choices = self.suggested_answer_ids
        if self.question_type == "multiple_choice":
            # As several choices are noted: one after the other.
            said = fact.answer.split(", ")
            found = choices.filtered(lambda choice: choice.value in said)
            return found if len(found) == len(said) else choices.browse()
        if self.flywheel_answer_type == "selection":
            found = choices.filtered(
                lambda choice: fact.option_id
                and choice.flywheel_option_id == fact.option_id
            )
        elif self.flywheel_answer_type in CODED:
            found = choices.filtered(
                lambda choice: choice.flywheel_value == fact.answer
            )
        else:
            found = choices.filtered(lambda choice: choice.value == fact.answer)
        return found[:1]
