# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ChatbotScript(models.Model):
    _inherit = "chatbot.script"

    flywheel_fallback = fields.Selection(
        selection_add=[("case", "A case")], ondelete={"case": "set default"}
    )
