# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

REASONS = ("text_box", "char_box")


class SurveyQuestion(models.Model):
    """Would you recommend us, from 0 to 10?"""

    _inherit = "survey.question"

    flywheel_nps = fields.Boolean(
        string="Recommendation (NPS)",
        compute="_compute_flywheel_nps",
        store=True,
        readonly=False,
        copy=True,
        help="How likely somebody is to recommend us: promoters answer 9 or 10, "
        "detractors 6 or less. A text question right after this one asks for the "
        "reason.",
    )
    flywheel_reason_text = fields.Char(
        string="Reason", compute="_compute_flywheel_reason_text"
    )

    @api.depends("question_type", "scale_min", "scale_max")
    def _compute_flywheel_nps(self):
        for question in self:
            question.flywheel_nps = question.flywheel_nps and question._is_nps_scale()

    def _is_nps_scale(self):
        self.ensure_one()
        return (
            self.question_type == "scale"
            and self.scale_min == 0
            and self.scale_max == 10
        )

    @api.depends(
        "flywheel_nps",
        "sequence",
        "survey_id.question_and_page_ids.sequence",
        "survey_id.question_and_page_ids.title",
        "survey_id.question_and_page_ids.question_type",
    )
    def _compute_flywheel_reason_text(self):
        for question in self:
            text = False
            if question.flywheel_nps:
                text = question._get_flywheel_reason().title or self.env._(
                    "Add a text question right after this one to ask for it."
                )
            question.flywheel_reason_text = text

    def _get_flywheel_reason(self):
        """Return the question that asks for the reason: a text right after this one."""
        self.ensure_one()
        # As it is stored: a question that is new in a form comes last.
        known = self.survey_id._origin.question_and_page_ids
        questions = known.filtered(lambda question: not question.is_page).ids
        if self._origin.id not in questions[:-1]:
            return self.browse()
        found = self.browse(questions[questions.index(self._origin.id) + 1])
        return found if found.question_type in REASONS else self.browse()

    @api.constrains("flywheel_nps", "survey_id")
    def _check_flywheel_nps(self):
        for question in self.filtered("flywheel_nps"):
            if not question._is_nps_scale():
                raise ValidationError(
                    self.env._("Recommendation is asked on a scale from 0 to 10.")
                )
            if len(question.survey_id.question_ids.filtered("flywheel_nps")) > 1:
                raise ValidationError(
                    self.env._("A survey asks once whether people recommend us.")
                )
