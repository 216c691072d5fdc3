# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.http import request


class NpsController(http.Controller):
    """The page of the recommendation question: by the link of the mail, without a
    login. A mere visit changes nothing: mail scanners follow links."""

    @http.route(
        "/nps/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def question(self, token, score=None, **kw):
        """Show the question.

        :param token: of the mail
        :param score: 0 to 10, as text: chosen in the mail, not yet sent
        """
        nps = self._find(token)
        chosen = self._read_score(score) if score else None
        if chosen is None and nps.answer_date:
            chosen = nps.score
        return self._page(nps, "inbound_flywheel_service.nps_page", chosen=chosen)

    @http.route(
        "/nps/<string:token>/answer",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def answer(self, token, score=None, comment="", **kw):
        """Take the answer; it may be given again.

        :param score: 0 to 10, as text
        :param comment: text of the person
        """
        nps = self._find(token)
        value = self._read_score(score)
        if value is None:
            return self._page(
                nps, "inbound_flywheel_service.nps_page", chosen=None, missing=True
            )
        nps._answer(value, comment)
        return self._page(nps, "inbound_flywheel_service.nps_thanks")

    @http.route(
        "/nps/<string:token>/stop",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def stop(self, token, **kw):
        """Ask whether the person really wants no more surveys; by POST, note it."""
        nps = self._find(token)
        done = request.httprequest.method == "POST"
        if done:
            nps._decline()
        return self._page(nps, "inbound_flywheel_service.nps_stop", done=done)

    def _find(self, token):
        # sudo: flywheel.nps - who knows the token is the person who was asked
        nps = (
            request.env["flywheel.nps"]
            .sudo()
            .search([("access_token", "=", token)], limit=1)
        )
        if not nps:
            raise NotFound()
        if nps.lang:
            request.update_context(lang=nps.lang)
        return nps.with_context(lang=nps.lang or request.env.lang)

    def _read_score(self, score):
        """0 to 10, None if nothing was chosen."""
        if score in (None, ""):
            return None
        try:
            value = int(score)
        except ValueError as error:
            raise BadRequest() from error
        if not 0 <= value <= 10:
            raise BadRequest()
        return value

    def _page(self, nps, template, **values):
        response = request.render(
            template, {"nps": nps, "token": nps.access_token, **values}
        )
        response.headers["X-Robots-Tag"] = "noindex"
        # The address is a secret between the person and us.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
