# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, html2plaintext

from odoo.addons.inbound_flywheel.models.flywheel_handover_definition import GRADES

from .flywheel_chat import OUTCOMES

_logger = logging.getLogger(__name__)

WRITTEN = ("free_input_single", "free_input_multi")
ASKING = ("question_selection", *WRITTEN)
ADDRESSES = {"question_email": "email", "question_phone": "phone"}
PEOPLE = ("flywheel_qualify", "flywheel_human")


class ChatbotScriptStep(models.Model):
    """Steps that ask for facts, decide, and get a person."""

    _inherit = "chatbot.script.step"

    step_type = fields.Selection(
        selection_add=[
            ("flywheel_qualify", "Qualify"),
            ("flywheel_human", "Talk to a Person"),
        ],
        ondelete={"flywheel_qualify": "cascade", "flywheel_human": "cascade"},
    )
    flywheel_question_id = fields.Many2one(
        "flywheel.question",
        string="Asks For",
        domain=[("for_person", "=", True)],
        ondelete="set null",
        index="btree_not_null",
        help="The visitor's answer becomes a fact about the person, as soon as it is "
        "known who that is.",
    )
    flywheel_answer_type = fields.Selection(related="flywheel_question_id.answer_type")
    flywheel_skip_known = fields.Boolean(
        string="Skip if Known",
        default=True,
        help="Do not ask what is known of the person already and still holds. In "
        "scripts that ask for facts this goes for email and phone, too.",
    )
    flywheel_on_request = fields.Boolean(
        string="Only When Asked For",
        help="The script never comes here by itself: only when the visitor asks for a "
        "person.",
    )
    flywheel_branch = fields.Selection(
        OUTCOMES,
        string="Only If Decided",
        help="Show this step only if a Qualify step before it decided so.",
    )
    flywheel_box_ids = fields.Many2many(
        "flywheel.handover.box",
        string="Boxes to Fill",
        help="What has to be known of the person. Empty: what the company's MQL "
        "definition says. A box that the script asks about counts only for visitors "
        "who came by the question: asked, or spared since the answer is known.",
    )
    flywheel_min_score = fields.Float(
        string="Score at Least", help="0: whatever the score."
    )
    flywheel_min_grade = fields.Selection(
        GRADES, string="Grade at Least", help="Empty: whatever the grade."
    )
    flywheel_nurture_message = fields.Html(
        string="If Not Qualified",
        translate=True,
        help="What the bot says: what will happen now.",
    )
    flywheel_absent_message = fields.Html(
        string="If Nobody Is There",
        translate=True,
        help="What the bot says to qualified visitors while nobody is online. Empty: "
        "who answers, and until when.",
    )

    def _compute_is_forward_operator(self):
        result = super()._compute_is_forward_operator()
        self.filtered(lambda s: s.step_type in PEOPLE).is_forward_operator = True
        return result

    @api.constrains("flywheel_question_id", "step_type")
    def _check_flywheel_answers(self):
        """See :meth:`chatbot.script.answer._check_flywheel_answer`."""
        asking = self.filtered(lambda s: s.step_type == "question_selection")
        asking.answer_ids._check_flywheel_answer()

    def _flywheel_boxes(self, company):
        """Return the boxes that have to be filled.

        :param company: whose definition counts if the step names none
        """
        Definition = self.env["flywheel.handover.definition"]
        boxes = self.flywheel_box_ids or Definition._get_for(company).box_ids
        return boxes.filtered("active")

    # ------------------------------------------------------------------
    # Listening
    # ------------------------------------------------------------------
    def _process_answer(self, discuss_channel, message_body):
        self = self.with_context(flywheel_channel_id=discuss_channel.id)
        chat = self._flywheel_chat(discuss_channel)
        chosen = self._flywheel_chosen(discuss_channel)
        wanted = not chosen and self.chatbot_script_id._flywheel_asks_for_person(
            message_body
        )
        if chat.wants_person or wanted:
            chat.wants_person = False
            return self._flywheel_person_step()
        if self.step_type == "flywheel_human":
            self._flywheel_safely(discuss_channel, self._flywheel_hear, message_body)
            return self
        self._flywheel_safely(discuss_channel, self._flywheel_note, message_body)
        return super()._process_answer(discuss_channel, message_body)

    def _flywheel_person_step(self):
        return self.chatbot_script_id._flywheel_person_step().with_context(
            **self.env.context
        )

    @api.model
    def _flywheel_chat(self, channel):
        chats = self.env["flywheel.chat"].sudo()
        return chats.search([("origin_id", "=", channel.id)])

    def _flywheel_safely(self, channel, method, *args):
        """Call a method with what is remembered of a chat; a bot goes on whatever
        happens."""
        try:
            with self.env.cr.savepoint():
                chat = self.env["flywheel.chat"]._of(channel)
                return chat and method(chat, *args)
        except (OperationalError, ValidationError):
            # Concurrency: Odoo runs the request again. Or the visitor is told.
            raise
        except Exception:
            _logger.warning("Step %s failed in %s", self, channel, exc_info=True)
            return None

    def _flywheel_chosen(self, channel):
        """Return the ready answer that the visitor has chosen last."""
        if self.step_type != "question_selection":
            return self.env["chatbot.script.answer"]
        # sudo: visitors may choose among the answers of their bot
        said = channel.sudo().chatbot_message_ids.filtered(
            lambda m: m.script_step_id == self and m.user_script_answer_id
        )
        return said.sorted("id")[-1:].user_script_answer_id

    def _flywheel_note(self, chat, body):
        """Keep what the visitor answers to this step."""
        text = html2plaintext(body or "").strip()
        if self.step_type == "question_email":
            if email_normalize(text):
                chat._identify(email=text)
        elif self.step_type == "question_phone":
            chat._identify(phone=text)
        elif self.step_type in ASKING:
            answer = self._flywheel_chosen(chat.channel_id)
            if not chat.profile_id:
                chat._belong_to(*chat._recognise(chat.channel_id))
            if self.flywheel_question_id or answer._flywheel_counts():
                chat._hear_answer(self, text, answer)
