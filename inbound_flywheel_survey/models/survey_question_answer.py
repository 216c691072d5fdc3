# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import sql

from odoo.addons.inbound_flywheel.engine.items import ItemError

from .survey_question import CODED

COLUMNS = {"flywheel_option_id": "int4", "flywheel_value": "varchar"}


class SurveyQuestionAnswer(models.Model):
    """What a choice stands for in the register of questions."""

    _inherit = "survey.question.answer"

    flywheel_option_id = fields.Many2one(
        "flywheel.question.option",
        string="Stands For",
        compute="_compute_flywheel_meaning",
        store=True,
        readonly=False,
        copy=True,
        ondelete="set null",
        index="btree_not_null",
        help="The choice of the linked question that this answer means. Found by name.",
    )
    flywheel_value = fields.Char(
        string="Stands for the Value",
        compute="_compute_flywheel_meaning",
        store=True,
        readonly=False,
        copy=True,
        help="What this answer means for the linked question: a number, a date like "
        "2026-01-31, yes or no.",
    )

    def _auto_init(self):
        # Answers that are there are linked to nothing: no need to look at each.
        for name, kind in COLUMNS.items():
            if not sql.column_exists(self.env.cr, self._table, name):
                sql.create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    @api.depends("value", "question_id.flywheel_question_id")
    def _compute_flywheel_meaning(self):
        # sudo: choices are the same for everybody who edits surveys
        read = self.sudo().question_id.flywheel_question_id._get_answer_reader()

        def understand(question, text):
            try:
                return read(question, text)
            except ItemError:
                return None

        for choice in self:
            asked = choice.sudo().question_id.flywheel_question_id
            option, value = choice.flywheel_option_id, choice.flywheel_value
            # A choice that is an answer by itself means that answer.
            named = choice.value and understand(asked, choice.value)
            if asked.answer_type != "selection":
                option = False
            elif named or option.sudo().question_id != asked:
                option = named and named.option_id
            if asked.answer_type not in CODED:
                value = False
            elif named or not value or not understand(asked, value):
                value = named and named.text
            choice.flywheel_option_id, choice.flywheel_value = option, value

    @api.constrains("flywheel_value", "question_id")
    def _check_flywheel_value(self):
        for choice in self.filtered("flywheel_value"):
            # sudo: as above
            question = choice.sudo().question_id.flywheel_question_id
            if question.answer_type not in CODED:
                continue
            try:
                question._get_answer_reader()(question, choice.flywheel_value)
            except ItemError as error:
                raise ValidationError(
                    self.env._(
                        "“%(choice)s”: %(error)s",
                        choice=choice.value or "",
                        error=self.env._(error.args[0]),
                    )
                ) from error

    @api.constrains("flywheel_option_id", "question_id")
    def _check_flywheel_option(self):
        for choice in self.sudo().filtered("flywheel_option_id"):
            asked = choice.question_id.flywheel_question_id
            if asked and choice.flywheel_option_id.question_id != asked:
                raise ValidationError(
                    self.env._(
                        "“%(choice)s” stands for a choice of another question.",
                        choice=choice.value or "",
                    )
                )
