# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FlywheelCaseGroupVariant(models.Model):
    """The answer of an incident in another language."""

    _name = "flywheel.case.group.variant"
    _description = "Wording of an Incident's Answer"
    _order = "lang"

    group_id = fields.Many2one(
        "flywheel.case.group", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="group_id.company_id", store=True)
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
    )
    body = fields.Html(string="Answer", required=True)

    _lang_uniq = models.UniqueIndex(
        "(group_id, lang)", "There is a wording in this language already."
    )
