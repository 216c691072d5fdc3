# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.portal.controllers.portal import CustomerPortal


class ServiceTicketController(HelpdeskTicketController):
    """Closes the hole in ``/ticket/close``: the original moves any case of anybody,
    by a plain GET."""

    @http.route(type="http", auth="user", methods=["POST"], csrf=True, website=True)
    def support_ticket_close(self, ticket_id=None, stage_id=None, **kw):
        """Close the customer's own case from the portal.

        :param ticket_id: id of the case, as text
        :param stage_id: id of a closed stage that the portal may choose, as text
        """
        try:
            ticket_id, stage_id = int(ticket_id), int(stage_id)
        except (TypeError, ValueError) as error:
            raise BadRequest() from error
        try:
            ticket = CustomerPortal._document_check_access(
                self, "helpdesk.ticket", ticket_id
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        stages = ticket.team_id._get_applicable_stages()
        stage = stages.filtered(lambda s: s.id == stage_id and s.close_from_portal)
        if stage and not ticket.closed:
            ticket.stage_id = stage
        # 302 as in the original.
        return request.redirect(f"/my/ticket/{ticket.id}", code=302)
