# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import is_html_empty


class ChatbotScriptStep(models.Model):
    """A step that makes a case of the conversation."""

    _inherit = "chatbot.script.step"

    step_type = fields.Selection(
        selection_add=[("flywheel_case", "Open a Case")],
        ondelete={"flywheel_case": "cascade"},
    )
    flywheel_case_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Case For",
        ondelete="set null",
        help="Empty: as the routing rules say.",
    )
    flywheel_case_category_id = fields.Many2one(
        "helpdesk.ticket.category",
        string="Category",
        ondelete="set null",
        help="Empty: as rules and the classifier say.",
    )

    def _process_step(self, discuss_channel):
        self.ensure_one()
        if self.step_type != "flywheel_case":
            return super()._process_step(discuss_channel)
        told = self._flywheel_safely(discuss_channel, self._flywheel_make_case)
        if not told:
            # Not without an answer: the next best is a person.
            return self._flywheel_get_person(discuss_channel)
        if not is_html_empty(self.message):
            self._flywheel_say(discuss_channel, self.message)
        return self._flywheel_say(discuss_channel, told)

    def _flywheel_make_case(self, chat):
        """Make a case of what was said, once a chat.

        :return: what the visitor is told
        """
        if not chat.profile_id:
            chat._belong_to(*chat._recognise(chat.channel_id))
        values = {
            "team_id": self.flywheel_case_team_id.id,
            "category_id": self.flywheel_case_category_id.id,
        }
        return chat._open_case({k: v for k, v in values.items() if v})
