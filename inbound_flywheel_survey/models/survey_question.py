# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

# Which kinds of answers a kind of survey question can give.
FITS = {
    "char_box": ("text",),
    "text_box": ("text",),
    "numerical_box": ("number", "text"),
    "scale": ("number", "text"),
    "date": ("date", "text"),
    "datetime": ("date", "text"),
    "simple_choice": ("selection", "boolean", "number", "date", "text"),
    "multiple_choice": ("text",),
}
# Choices stand for one of these.
CODED = ("boolean", "number", "date")


class SurveyQuestion(models.Model):
    """A question of a survey may ask what the register of questions asks."""

    _inherit = "survey.question"

    flywheel_question_id = fields.Many2one(
        "flywheel.question",
        string="Answers the Question",
        ondelete="set null",
        index="btree_not_null",
        domain="[('active', '=', True), '|', ('for_person', '=', True),"
        " ('for_persona', '=', True)]",
        help="The answer becomes a fact about the person, known to all teams, and "
        "evidence for the personas.",
    )
    flywheel_answer_type = fields.Selection(
        related="flywheel_question_id.answer_type", string="Kind of Answer"
    )
    flywheel_for_person = fields.Boolean(related="flywheel_question_id.for_person")
    flywheel_misfit = fields.Char(
        compute="_compute_flywheel_misfit",
        help="Why the answers cannot be taken over.",
    )
    flywheel_known_text = fields.Char(
        compute="_compute_flywheel_known_text",
        help="How many of those who are invited have answered this question before.",
    )

    # ------------------------------------------------------------------
    # Whether it fits
    # ------------------------------------------------------------------
    @api.depends(
        "question_type",
        "flywheel_question_id.answer_type",
        "suggested_answer_ids.flywheel_option_id",
        "suggested_answer_ids.flywheel_value",
        "suggested_answer_ids.value",
    )
    def _compute_flywheel_misfit(self):
        for question in self:
            # sudo: whoever edits a survey may know whether a link works
            question.flywheel_misfit = question.sudo()._get_misfit()

    def _get_misfit(self):
        """Return why the answers cannot become facts, False if they can."""
        self.ensure_one()
        asked = self.flywheel_question_id
        if not asked:
            return False
        kinds = dict(asked._fields["answer_type"]._description_selection(self.env))
        if asked.answer_type not in FITS.get(self.question_type, ()):
            return self.env._(
                "This type of question cannot answer “%(question)s”, which asks for: "
                "%(kind)s. Nothing is taken over.",
                question=asked.name,
                kind=kinds[asked.answer_type],
            )
        loose = self._get_loose_choices()
        if loose:
            return self.env._(
                "Nothing is taken over from whoever chooses: %(choices)s. Say in the "
                "list of answers what they stand for.",
                choices=", ".join(choice.value or "…" for choice in loose),
            )
        return False

    def _get_loose_choices(self):
        """Return the choices that stand for nothing the register knows."""
        self.ensure_one()
        kind = self.flywheel_answer_type
        if self.question_type != "simple_choice" or kind == "text":
            return self.suggested_answer_ids.browse()
        name = "flywheel_option_id" if kind == "selection" else "flywheel_value"
        return self.suggested_answer_ids.filtered(lambda choice: not choice[name])

    # ------------------------------------------------------------------
    # Who has answered before
    # ------------------------------------------------------------------
    @api.depends("flywheel_question_id")
    def _compute_flywheel_known_text(self):
        counts = self._count_known()
        for question in self:
            known, invited = counts.get(question._origin.id, (0, 0))
            question.flywheel_known_text = bool(invited) and self.env._(
                "Known already of %(known)s of %(invited)s people who are invited and "
                "have not answered yet.",
                known=known,
                invited=invited,
            )

    def _count_known(self):
        """Return {question id: (invited people whose answer is known and holds,
        invited people)}."""
        linked = self._origin.filtered("flywheel_question_id")
        if not linked:
            return {}
        for name in ("survey.user_input", "survey.question", "flywheel.fact"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT q.id, COUNT(DISTINCT f.profile_id), COUNT(DISTINCT i.id)
                  FROM survey_question q
                  JOIN survey_user_input i
                    ON i.survey_id = q.survey_id AND i.state <> 'done'
                   AND i.test_entry IS NOT TRUE
                   AND (i.partner_id IS NOT NULL OR i.flywheel_invited IS NOT NULL)
             LEFT JOIN flywheel_identity a
                    ON i.partner_id IS NULL AND a.kind = 'email'
                   AND a.value = i.flywheel_invited
             LEFT JOIN res_partner c ON c.id = i.partner_id
             LEFT JOIN flywheel_fact f ON f.state = 'current'
                   AND f.profile_id = COALESCE(c.flywheel_profile_id, a.profile_id)
                   AND f.question_id = q.flywheel_question_id
                   AND (f.valid_until IS NULL OR f.valid_until >= %s)
                 WHERE q.id = ANY(%s)
              GROUP BY q.id
                """,
                fields.Date.context_today(self),
                linked.ids,
            )
        )
        return {question_id: (known, invited) for question_id, known, invited in rows}

    # ------------------------------------------------------------------
    # Reading an answer
    # ------------------------------------------------------------------
    def _get_flywheel_answer(self, lines):
        """Return what somebody answered, as the question of the register asks for it.

        :param lines: the lines of one person's answer to this question
        :return: a value as ``flywheel.profile.learn`` takes it; None if nothing was
            answered, or nothing that the link can take over
        """
        self.ensure_one()
        kind = self.flywheel_answer_type
        if kind not in FITS.get(self.question_type, ()):
            return None
        choice = lines.suggested_answer_id
        if self.question_type == "simple_choice" and kind != "text":
            if len(choice) != 1:
                return None
            return (
                choice.flywheel_option_id.id
                if kind == "selection"
                else choice.flywheel_value or None
            )
        if kind == "text":
            return lines._get_flywheel_text() or None
        line = lines.filtered(lambda line: not line.skipped)[:1]
        return line._get_answer_value() if line else None
