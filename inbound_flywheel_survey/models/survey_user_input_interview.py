# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.inbound_flywheel.models.flywheel_interview import OPEN


class SurveyUserInput(models.Model):
    """Answers to a survey are what somebody says in an interview."""

    _inherit = "survey.user_input"

    flywheel_interview_id = fields.Many2one(
        "flywheel.interview",
        string="Interview",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="inbound_flywheel.group_flywheel_user",
    )

    def _flywheel_take_interview(self):
        """Fill in the open interview of the person, if the survey is its guide.

        :return: what was left out and why, as list of texts
        """
        self.ensure_one()
        persona = self.survey_id.flywheel_persona_id
        if not persona or self.flywheel_interview_id:
            return []
        interview = self.env["flywheel.interview"].search(
            [
                ("profile_id", "=", self.flywheel_profile_id.id),
                ("persona_id", "=", persona.id),
                ("state", "in", OPEN),
            ],
            order="date, id",
            limit=1,
        )
        if not interview:
            return []
        if self.flywheel_trust == "typed":
            return [
                self.env._(
                    "Interview: the address was typed in. If it is the person to be "
                    "interviewed, use the answers by the button."
                )
            ]
        if self.flywheel_profile_id._get_withdrawn("contact"):
            return [
                self.env._(
                    "Interview: the person does not want to be interviewed any more."
                )
            ]
        self._flywheel_fill_interview(interview)
        return []

    def _flywheel_fill_interview(self, interview):
        """Write the answers into an interview, and say that it was held."""
        lines = {line.question_id: line for line in interview.line_ids}
        missing = []
        for question, answers in self._flywheel_get_texts().items():
            asked = question.flywheel_question_id
            text = answers._get_flywheel_text()
            if asked not in lines:
                missing.append((asked, text))
            elif not (lines[asked].answer or "").strip():
                lines[asked].answer = text
        interview.line_ids.create(
            [
                {
                    "interview_id": interview.id,
                    "question_id": asked.id,
                    "answer": text,
                    "sequence": 1000 + place,
                }
                for place, (asked, text) in enumerate(missing)
            ]
        )
        # The meeting, if there is one, stays where it is: it may still take place.
        interview.sudo().event_id = False
        interview.write({"state": "held", "date": self._flywheel_get_date()})
        interview._message_log(
            body=self.env._(
                "Answered in writing: %(survey)s", survey=self.survey_id.title
            )
        )
        # sudo: the link follows from what was done
        self.sudo().flywheel_interview_id = interview

    def _flywheel_get_texts(self):
        """Return {survey question: its answered lines}, one of each question of the
        register."""
        lines = self.user_input_line_ids.filtered(
            lambda line: not line.skipped and line.question_id.flywheel_question_id
        )
        seen, found = set(), {}
        for question, answers in lines.grouped("question_id").items():
            if question.flywheel_question_id not in seen:
                seen.add(question.flywheel_question_id)
                found[question] = answers
        return found

    def action_flywheel_interview(self):
        """Use the answers as an interview that was held.

        :raise UserError: nobody is known, no persona is, or the person does not agree
        """
        self.ensure_one()
        self.check_access("write")
        Interview = self.env["flywheel.interview"]
        Interview.check_access("create")
        person = self.flywheel_profile_id
        persona = self.survey_id.flywheel_persona_id or person.persona_id
        if self.state != "done" or not person:
            raise UserError(
                self.env._("Only finished answers of a known person are an interview.")
            )
        if not persona:
            raise UserError(
                self.env._(
                    "Choose on the survey which persona it is about, or give the "
                    "person a persona."
                )
            )
        if person._get_withdrawn("contact"):
            raise UserError(
                self.env._("This person does not want to be interviewed any more.")
            )
        if not self._flywheel_get_texts():
            raise UserError(
                self.env._(
                    "No question of this survey is linked to the register of questions."
                )
            )
        if not self.flywheel_interview_id:
            self._flywheel_fill_interview(self._flywheel_get_interview(persona))
        return self.flywheel_interview_id._get_records_action(
            name=self.env._("Interview")
        )

    def _flywheel_get_interview(self, persona):
        """Return the open interview of the person about a persona, or a new one."""
        Interview = self.env["flywheel.interview"]
        values = {"persona_id": persona.id, "profile_id": self.flywheel_profile_id.id}
        found = Interview.search(
            [(name, "=", value) for name, value in values.items()]
            + [("state", "in", OPEN)],
            order="date, id",
            limit=1,
        )
        if found:
            return found
        name = self.partner_id.name or self.nickname or self.email
        if not self.partner_id:
            values.update(person_name=name, email=self.email)
        return Interview.create(values)
