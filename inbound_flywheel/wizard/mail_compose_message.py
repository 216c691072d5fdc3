# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..engine import phrases

# What a message may say of the person; who writes it is no news to anybody.
PERSONAL = ("name", "first_name", "company", "last_contact", "last_contact_date")


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    flywheel_generic = fields.Boolean(
        string="Generic",
        compute="_compute_flywheel_generic",
        help="A template for one person that says nothing of that person.",
    )

    @api.depends("template_id", "body", "model", "res_ids", "composition_mode")
    def _compute_flywheel_generic(self):
        self.flywheel_generic = False
        if not self.env.user.has_group("inbound_flywheel.group_flywheel_user"):
            return
        models_of_people = self.env["flywheel.approved.answer"]._get_answer_models()
        for composer in self:
            if (
                composer.template_id
                and composer.composition_mode == "comment"
                and not composer.composition_batch
                and composer.model in models_of_people
            ):
                composer.flywheel_generic = composer._is_generic()

    def _is_generic(self):
        """Tell whether the message says nothing of the person whom it goes to."""
        ids = self._evaluate_res_ids()
        record = self.env[self.model].browse(ids)[:1]
        person = record.flywheel_profile_id
        if not person:
            return False
        values = person._get_answer_values(record)
        said = phrases.plain(self.body).casefold()
        return not any(
            values[name] and values[name].casefold() in said for name in PERSONAL
        )
