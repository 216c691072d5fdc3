# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class HelpdeskTicketSuggestion(models.Model):
    """What may help with a case, for its form."""

    _inherit = "helpdesk.ticket"

    @api.readonly
    def flywheel_suggestions(self):
        """Similar solved cases and articles that the current user may read.

        :return: dict with lists of dicts: ``cases``, ``articles``, ``linked``
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["flywheel.case.suggestion"]._suggest(self)

    def flywheel_set_link(self, res_model, res_id, state):
        """Link a suggestion to the case, dismiss it, or take either back.

        :param str res_model: helpdesk.ticket or document.page
        :param int res_id: of the document
        :param state: "linked", "dismissed" or False
        :raises AccessError: without write access to the case, or without read access
            to the document
        """
        self.ensure_one()
        self.check_access("write")
        return self.env["flywheel.case.suggestion"]._set_link(
            self, res_model, res_id, state
        )
