# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, content_disposition, request, route


class Privacy(Controller):
    """Where a file with personal data is fetched, once."""

    @route(
        "/flywheel/privacy/<int:log_id>/<string:token>",
        type="http",
        auth="user",
        methods=["GET"],
        # The token that the button made is used up: no other page can ask for it.
        readonly=False,
    )
    def fetch(self, log_id, token):
        """Return the file; it is deleted here."""
        log = request.env["flywheel.privacy.log"].browse(log_id).exists()
        try:
            name, content = log._take_file(token)
        except (AccessError, UserError, ValueError) as error:
            raise NotFound() from error
        headers = [
            ("Content-Type", "application/zip"),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers)
