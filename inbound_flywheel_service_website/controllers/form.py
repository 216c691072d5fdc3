# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.inbound_flywheel_service.controllers.help_pages import HelpPages
from odoo.addons.website.controllers.form import WebsiteForm

from .main import FROM_NETWORK


class ServiceWebsiteForm(HelpPages, WebsiteForm):
    """Cases from forms that were made with the website builder."""

    _help_entrance = "website"

    def insert_record(self, request_, model_sudo, values, custom, meta=None):
        if model_sudo.model == "helpdesk.ticket":
            network = request.httprequest.remote_addr
            guard = request.env["flywheel.help.guard"]
            if not guard._allow("contact network", network, FROM_NETWORK):
                raise UserError(
                    request.env._(
                        "Many messages came from you within the last hour. Please try "
                        "again later; those that you sent are with us."
                    )
                )
            visit = self._help_visit(create=False)
            values = {**values, "help_session_id": visit.id}
        return super().insert_record(request_, model_sudo, values, custom, meta=meta)
