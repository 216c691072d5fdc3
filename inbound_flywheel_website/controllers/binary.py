# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.binary import Binary

_logger = logging.getLogger(__name__)

# Parts of pages, not something that somebody fetches.
NO_DOWNLOADS = (
    "image/",
    "font/",
    "text/css",
    "text/javascript",
    "application/javascript",
)


class FlywheelBinary(Binary):
    """Files that visitors of the website fetch are visits, too."""

    @http.route(readonly=lambda self, rule, args: not _may_be_download(args))
    def content_common(self, xmlid=None, model="ir.attachment", **kwargs):
        response = super().content_common(xmlid=xmlid, model=model, **kwargs)
        id_ = kwargs.get("id")
        if model == "ir.attachment" and id_ and _may_be_download(kwargs):
            try:
                with request.env.cr.savepoint(flush=False):
                    self._flywheel_note_download(int(id_), response)
            except OperationalError:
                # Somebody else was at it: the whole request is tried again.
                raise
            except Exception:
                _logger.exception("A file was fetched without its touchpoint")
        return response

    def _flywheel_note_download(self, attachment_id, response):
        """Note a visit of the file: one insert, if the visitor is known to the
        website and does not object."""
        if response.status_code != 200 or response.mimetype.startswith(NO_DOWNLOADS):
            return
        visitors = request.env["website.visitor"]
        if request.env["ir.http"].is_a_bot() or not visitors._flywheel_is_outsider():
            return
        if request.env["website"]._flywheel_agreed():
            token = visitors._get_access_token()
            visitors._flywheel_add_download(token, attachment_id)


def _may_be_download(args):
    """Tell whether a request may fetch a file for a visitor of the website."""
    return bool(
        args.get("id")
        and request.httprequest.method == "GET"
        and not request.httprequest.range
    )
