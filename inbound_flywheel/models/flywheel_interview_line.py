# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class FlywheelInterviewLine(models.Model):
    """A question of an interview, with what the person said."""

    _name = "flywheel.interview.line"
    _description = "Question of an Interview"
    _order = "interview_id, sequence, id"

    interview_id = fields.Many2one(
        "flywheel.interview", required=True, ondelete="cascade", index=True
    )
    question_id = fields.Many2one(
        "flywheel.question", required=True, ondelete="restrict", index=True
    )
    team = fields.Selection(related="question_id.team")
    for_persona = fields.Boolean(related="question_id.for_persona")
    sequence = fields.Integer(default=10)
    answer = fields.Text()
    answer_id = fields.Many2one(
        "flywheel.persona.answer",
        string="Taken Over As",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    _question_uniq = models.Constraint(
        "UNIQUE (interview_id, question_id)",
        "An interview asks a question once.",
    )

    @api.depends("question_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.question_id.name or ""

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        if self.env.user.has_group("inbound_flywheel.group_flywheel_manager"):
            return
        if any((line.answer or "").strip() for line in self):
            raise UserError(
                self.env._("Only a manager deletes what a person has answered.")
            )

    def action_take_over(self):
        """Make answers about the persona of what the person said.

        :raise UserError: the interview was not held
        """
        interviews = self.interview_id
        interviews.check_access("read")
        interviews._check_held()
        for line in self.filtered(
            lambda line: line.for_persona
            and not line.answer_id
            and (line.answer or "").strip()
        ):
            interview = line.interview_id
            answer = self.env["flywheel.persona.answer"].create(
                {
                    "persona_id": interview.persona_id.id,
                    "question_id": line.question_id.id,
                    "answer": line.answer,
                    "source": "interview",
                    "interview_id": interview.id,
                    "date": interview._get_local_date(),
                }
            )
            # sudo: whoever may answer for the persona may take over, from interviews
            # of others too
            line.sudo().answer_id = answer
        return True
