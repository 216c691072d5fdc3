# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class FlywheelChatAnswer(models.Model):
    """What a visitor answered to a question of the register, until it is a fact."""

    _name = "flywheel.chat.answer"
    _description = "Answer in a Chat"
    _order = "id"

    chat_id = fields.Many2one(
        "flywheel.chat", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="chat_id.company_id")
    question_id = fields.Many2one(
        "flywheel.question", readonly=True, ondelete="cascade"
    )
    step_id = fields.Many2one("chatbot.script.step", readonly=True, ondelete="set null")
    words = fields.Char(readonly=True, help="As the visitor said it.")
    value = fields.Char(string="Answer", readonly=True, help="As it is noted.")
    points = fields.Float(readonly=True, help="What the answer adds to the score.")
    persona_id = fields.Many2one("flywheel.persona", readonly=True, ondelete="set null")
    date = fields.Datetime(readonly=True, required=True, default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("waiting", "Person unknown"),
            ("known", "Known fact"),
            ("differs", "Differs from what is known"),
            ("unclear", "Not understood"),
            ("points", "Only points"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        help="Differs: somebody who is known by a typed address alone says otherwise "
        "than what is known. A colleague decides.",
    )

    _step_uniq = models.UniqueIndex("(chat_id, step_id)", "Answered already.")

    def action_accept(self):
        """Note answers that differ from what was known, as the person's word.

        :raise AccessError: the user may not note facts
        """
        answers = self.filtered(lambda a: a.state == "differs" and a.chat_id.profile_id)
        answers.check_access("read")
        for answer in answers:
            person = answer.chat_id.profile_id
            result = person.learn([answer._prepare_fact()])
            if not result["errors"]:
                # sudo: the fact was noted with the user's own rights
                answer.sudo().state = "known"
        return True

    def _prepare_fact(self):
        self.ensure_one()
        return {
            "question": self.question_id.id,
            "answer": self.value,
            "source": "asked",
            "date": fields.Datetime.to_string(self.date),
            "channel": "chat",
        }
