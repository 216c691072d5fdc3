# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import models
from odoo.fields import Domain

from .chatbot_script_step import ASKING

# Answers that say: there is none.
NOTHING = ("0", "no")


class ChatbotScriptStep(models.Model):
    """What was talked about in a conversation: that decides, not the past."""

    _inherit = "chatbot.script.step"

    def _flywheel_find_silent(self, chat, boxes):
        """Tell which boxes are empty as far as this conversation goes, whatever is
        known from before.

        A box whose question the script asks counts if the visitor took the way on
        which it is asked: answered with more than nothing, or passed over since the
        answer is known. So somebody who is known is judged like somebody who is not.

        :param chat: what is remembered of the conversation
        :param boxes: hand-over boxes that have to be filled
        :return: (boxes that were not talked about, boxes of which the visitor said
            that there is nothing, boxes that the visitor has filled)
        """
        self.ensure_one()
        channel = chat.channel_id.sudo()
        asked = channel.chatbot_message_ids.script_step_id
        before = self.chatbot_script_id.sudo().script_step_ids.filtered(
            lambda s: s.sequence < self.sequence
            and s.flywheel_question_id
            and s.step_type in ASKING
        )
        if not before:
            return boxes.browse(), boxes.browse(), boxes.browse()
        taken = before & asked
        taken |= self._flywheel_find_passed(channel, before - asked)
        silent, nothing, told = boxes.browse(), boxes.browse(), boxes.browse()
        for box in boxes:
            questions = self._flywheel_find_questions(box, before)
            steps = before.filtered(lambda s, q=questions: s.flywheel_question_id in q)
            if not steps:
                continue
            if not steps & taken:
                silent |= box
                continue
            said = chat.answer_ids.filtered(
                lambda a, s=steps & asked: a.step_id in s and a.value
            )[-1:]
            if said.value in NOTHING:
                nothing |= box
            elif said:
                told |= box
        return silent, nothing, told

    def _flywheel_find_passed(self, channel, steps):
        """Return those of the steps that the conversation came by and that were not
        asked since their answers are known."""
        held = self._flywheel_held(channel)
        chosen = channel.chatbot_message_ids.user_script_answer_id
        chosen |= self._flywheel_assumed(channel, held)
        return steps.filtered(
            lambda s: s._flywheel_is_known(held) and s._flywheel_is_open(chosen)
        )

    def _flywheel_is_open(self, chosen):
        """Tell whether the answers that were chosen lead to this step: one of each
        step that it depends on."""
        needed = self.triggering_answer_ids
        return all(
            needed.filtered(lambda a, s=step: a.script_step_id == s) & chosen
            for step in needed.script_step_id
        )

    def _flywheel_find_questions(self, box, steps):
        """Return the questions of some steps that a box is about: of the same code, or
        named in its rules."""
        # sudo: a box says the same whoever talks
        rules = box.sudo().rule_ids.filtered("active")
        named = {box.code}
        for rule in rules:
            named |= _read_questions(Domain(literal_eval(rule.domain or "[]")))
        return steps.flywheel_question_id.filtered(
            lambda q: q.code in named or q.id in named
        )


def _read_questions(domain):
    """Return the codes and ids of questions that a domain names."""
    found = set()
    for condition in domain.iter_conditions():
        value = condition.value
        if condition.operator in ("any", "any!") and isinstance(value, Domain | list):
            found |= _read_questions(Domain(value))
        elif condition.operator in ("=", "in") and (
            condition.field_expr.endswith(("question_id.code", "question_id"))
        ):
            found |= set(value) if condition.operator == "in" else {value}
    return found
