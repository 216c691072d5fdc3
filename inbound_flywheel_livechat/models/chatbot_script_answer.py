# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.inbound_flywheel.engine.items import ItemError

from ..engine.words import read_day


class ChatbotScriptAnswer(models.Model):
    _inherit = "chatbot.script.answer"

    flywheel_option_id = fields.Many2one(
        "flywheel.question.option",
        string="Means",
        ondelete="set null",
        help="The choice of the question that this answer stands for. Empty: the one "
        "of the same name.",
    )
    flywheel_value = fields.Char(
        string="Noted As",
        help="What is noted of the person: a number, a date such as 2026-01-31 or +30 "
        "for in 30 days, a text. Empty: the words of the answer.",
    )
    flywheel_points = fields.Float(
        string="Points", help="What the answer adds to the engagement score."
    )
    flywheel_persona_id = fields.Many2one(
        "flywheel.persona",
        string="Persona",
        ondelete="set null",
        help="Given to people who have no persona yet.",
    )

    def _flywheel_answer(self):
        """Return what the answer stands for, as the question takes it."""
        self.ensure_one()
        if self.flywheel_option_id:
            return self.flywheel_option_id.id
        value = self.flywheel_value or self.name
        if self.script_step_id.flywheel_question_id.answer_type == "date":
            return read_day(value, fields.Date.context_today(self))
        return value

    @api.constrains("flywheel_option_id", "flywheel_value", "name", "script_step_id")
    def _check_flywheel_answer(self):
        """Answers of a script are understood, whatever visitors write.

        :raise ValidationError: an answer is none to the question of its step
        """
        # sudo: questions are the same for everybody who makes scripts
        for answer in self.sudo():
            question = answer.script_step_id.flywheel_question_id
            if not question:
                continue
            try:
                question._get_answer_reader()(question, answer._flywheel_answer())
            except ItemError as error:
                raise ValidationError(
                    self.env._(
                        "%(answer)s: %(error)s. Say under Means or Noted As what the "
                        "answer stands for.",
                        answer=answer.name,
                        error=self.env._(error.args[0]),
                    )
                ) from error

    def _flywheel_counts(self):
        """Tell whether choosing the answer has a meaning of its own."""
        return bool(self and (self.flywheel_points or self.flywheel_persona_id))
