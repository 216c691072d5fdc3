# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .chatbot_script_step import ADDRESSES, ASKING


class ChatbotScriptStep(models.Model):
    """Which step comes next: none that asks for what is known."""

    _inherit = "chatbot.script.step"

    def _is_last_step(self, discuss_channel=False):
        if self.step_type == "flywheel_human":
            # Whoever waits for a person may write on.
            return False
        if discuss_channel:
            self = self.with_context(flywheel_channel_id=discuss_channel.id)
        return super()._is_last_step(discuss_channel)

    def _fetch_next_step(self, selected_answer_ids):
        channel_id = self.env.context.get("flywheel_channel_id")
        if not channel_id:
            step = super()._fetch_next_step(selected_answer_ids)
            while step.flywheel_on_request:
                step = super(ChatbotScriptStep, step)._fetch_next_step(
                    selected_answer_ids
                )
            return step
        channel = self.env["discuss.channel"].sudo().browse(channel_id)
        chat = self._flywheel_chat(channel)
        held = self._flywheel_held(channel)
        selected = selected_answer_ids | self._flywheel_assumed(channel, held)
        step = super()._fetch_next_step(selected)
        while step and step._flywheel_passes(chat, held):
            step = super(ChatbotScriptStep, step)._fetch_next_step(selected)
        return step

    def _flywheel_passes(self, chat, held):
        """Tell whether the script goes past this step.

        :param chat: what is remembered of the conversation
        :param held: what is known, see :meth:`_flywheel_held`
        """
        self.ensure_one()
        if self.flywheel_on_request:
            return True
        if self.flywheel_branch and self.flywheel_branch != chat.outcome:
            return True
        if self.flywheel_skip_known and self.step_type in ADDRESSES:
            return ADDRESSES[self.step_type] in held
        return self._flywheel_is_known(held)

    def _flywheel_is_known(self, held):
        """Tell whether the answer to this step is known. Where the script goes on
        depends on it, it has to be one of the ready answers."""
        fact = held.get(self.flywheel_question_id.id)
        if not fact or not self.flywheel_skip_known or self.step_type not in ASKING:
            return False
        if self.step_type != "question_selection" or self._flywheel_match(fact):
            return True
        steps = self.chatbot_script_id.script_step_ids
        return not steps.triggering_answer_ids & self.answer_ids

    def _flywheel_match(self, fact):
        """Return the ready answer that says the same as a fact."""
        return self.answer_ids.filtered(
            lambda a: a._flywheel_answer()
            in (fact.option_id.id, fact.answer, fact.option_id.name)
        )[:1]

    def _flywheel_held(self, channel):
        """Return what need not be asked of the visitor.

        :return: {question id: fact, and ``email`` or ``phone``: True}
        """
        script = self.chatbot_script_id.sudo()
        if not script._flywheel_in_use():
            return {}
        person, known_by = self.env["flywheel.chat"]._recognise(channel)
        told = self._flywheel_chat(channel).answer_ids
        return script._flywheel_hold(
            person, known_by, told.filtered(lambda a: a.state == "known").question_id
        )

    def _flywheel_assumed(self, channel, held):
        """Return the ready answers of questions that were not asked since their
        answers are known: the script branches as if they had been chosen."""
        asked = channel.chatbot_message_ids.script_step_id
        answers = self.env["chatbot.script.answer"]
        for step in self.chatbot_script_id.sudo().script_step_ids - asked:
            fact = held.get(step.flywheel_question_id.id)
            if (
                fact
                and step.step_type == "question_selection"
                and step._flywheel_is_known(held)
            ):
                answers |= step._flywheel_match(fact)
        return answers
