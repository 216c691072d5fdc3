# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..engine.words import asks_for_person


class ChatbotScript(models.Model):
    _inherit = "chatbot.script"

    flywheel_trust_typed = fields.Boolean(
        string="Believe Typed Addresses",
        default=True,
        help="Spare visitors who type their address the questions whose answers are "
        "known. Off: only those who are logged in, or sit at a browser that is known, "
        "so that nobody finds out what others have told us.",
    )
    flywheel_person_words = fields.Char(
        string="Words for a Person",
        translate=True,
        help="Further words, separated by commas, by which visitors ask for a person. "
        "Always understood: human, agent, 真人, 人工 and the like.",
    )
    flywheel_fallback = fields.Selection(
        [("lead", "A lead with a task")],
        string="When Nobody Is There",
        required=True,
        default="lead",
        help="What is made of the wish to talk to a person while nobody is online.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        scripts = super().create(vals_list)
        scripts._flywheel_place_sources()
        return scripts

    def _flywheel_place_sources(self):
        """Say of the sources that come with scripts what they are: who chats has come
        to the website by himself. What somebody chose stays."""
        # sudo: a source is made for every script, whoever makes it
        sources = self.source_id.sudo().filtered(lambda source: not source.direction)
        sources.write({"direction": "inbound", "flywheel_kind": "website"})

    def _flywheel_asks_for_person(self, body):
        """Tell whether a message asks for a person.

        :param body: as HTML
        """
        self.ensure_one()
        text = html2plaintext(body or "")
        words = (self.flywheel_person_words or "").casefold().split(",")
        own = {word.strip() for word in words if word.strip()}
        own.add(self.env._("I would like to talk to a person").casefold())
        return asks_for_person(text, own)

    def _flywheel_person_step(self):
        """Return the step that gets a person, which is made when a script has none."""
        self.ensure_one()
        # sudo: a visitor may ask for a person whatever the script
        steps = self.sudo().script_step_ids.sorted("sequence")
        found = steps.filtered(lambda step: step.step_type == "flywheel_human")
        return found[-1:] or steps.create(
            {
                "chatbot_script_id": self.id,
                "step_type": "flywheel_human",
                "flywheel_on_request": True,
                "sequence": (steps[-1:].sequence or 0) + 1,
            }
        )

    def _flywheel_in_use(self):
        """Tell whether the script knows people: then what is known is not asked."""
        self.ensure_one()
        return any(
            step.flywheel_question_id
            or step.step_type.startswith("flywheel_")
            and step.step_type != "flywheel_human"
            for step in self.sudo().script_step_ids
        )

    def _validate_email(self, email_address, discuss_channel):
        chat = self.env["flywheel.chat"].sudo()
        chat = chat.search([("origin_id", "=", discuss_channel.id)])
        if chat.wants_person or self._flywheel_asks_for_person(email_address):
            return {"success": True, "posted_message": False, "error_message": False}
        return super()._validate_email(email_address, discuss_channel)
