# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class HelpdeskTicketSuggestion(models.Model):
    """What may help with a case, for its form."""

    _inherit = "helpdesk.ticket"

    @api.readonly
    def flywheel_suggestions(self, values=None):
        """Similar solved cases and articles that the current user may read.

        :param dict values: what the form says that is not saved yet, any of ``name``,
            ``description``, ``category_id``; without a record, it is a new case
        :return: dict with lists of dicts: ``cases``, ``articles``, ``linked``
        :raises AccessError: the caller may not read the case
        """
        if self:
            self.ensure_one()
        self.check_access("read")
        # Customers read their own cases, too.
        self.env["flywheel.case.link"].check_access("read")
        return self.env["flywheel.case.suggestion"]._suggest(self, values)

    @api.readonly
    def flywheel_last_words(self):
        """Id of the customer's last message on the case, 0 for none: when it changes,
        other suggestions may fit.

        :raises AccessError: the caller may not read the case
        """
        self.ensure_one()
        self.check_access("read")
        domain = self.env["flywheel.case.suggestion"]._last_words_domain(self)
        message = self.env["mail.message"].search(domain, order="id desc", limit=1)
        return message.id or 0

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

    def flywheel_insert(self, res_model, res_id):
        """Text of a suggestion for the answer to the customer; links it to the case.

        :param str res_model: helpdesk.ticket or document.page
        :param int res_id: of the document
        :return: dict with ``body`` (sanitised markup)
        :raises AccessError: see :meth:`flywheel_set_link`
        :raises UserError: it has no text
        """
        self.ensure_one()
        self.check_access("write")
        return self.env["flywheel.case.suggestion"]._insert(self, res_model, res_id)

    def flywheel_recipients(self):
        """Ids of the contacts that an answer on the case goes to.

        :raises AccessError: the caller may not write on the case
        """
        self.ensure_one()
        self.check_access("write")
        found = self._message_get_suggested_recipients(no_create=False)
        return [who["partner_id"] for who in found if who.get("partner_id")]
