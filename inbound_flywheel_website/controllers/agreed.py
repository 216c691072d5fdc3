# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request


class FlywheelAgreed(http.Controller):
    """The page on which a visitor agrees to be followed."""

    @http.route(
        "/flywheel/website/agreed",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def agreed(self):
        """Note the page that the visitor is on, now that it agrees.

        The cookies that come with the request say so, nothing in it does.
        """
        visitor = request.env["website.visitor"]._get_visitor_from_request()
        if visitor and request.env["website"]._flywheel_agreed():
            visitor._flywheel_agree()
        return True
