# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import plaintext2html

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from .help_pages import HelpPages

# Files with one case. Odoo itself refuses what is too large.
FILES = 10
SUBJECT = 250
TEXT = 50_000


class PortalNewTicket(HelpPages, HelpdeskTicketController):
    """The form for a new case: what is sent is checked, and nothing is lost when it is
    refused."""

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        return {
            **values,
            "page_name": "new_ticket",
            "subject": (kw.get("subject") or "")[:SUBJECT],
            "description": (kw.get("description") or "")[:TEXT],
            "chosen_team": self._chosen(kw.get("team"), values["teams"]),
            "chosen_category": self._chosen(kw.get("category"), values["categories"]),
            "ticket_error": kw.get("ticket_error"),
            "help_url": "/my/help",
            "has_articles": request.env["flywheel.help"]._has_articles(),
        }

    def _chosen(self, text, records):
        """The record of ``records`` with the id that the form sent, else an empty one.

        :param text: as it came from outside
        """
        text = text if isinstance(text, str) else ""
        number = int(text) if text.isascii() and text.isdigit() else 0
        return (records or request.env["helpdesk.ticket.team"]).filtered(
            lambda record: record.id == number
        )

    @http.route(type="http", auth="user", website=True, csrf=True, methods=["POST"])
    def submit_ticket(self, **kw):
        """Open a case from the portal's form; show the form again when it is wrong."""
        form = {k: v for k, v in kw.items() if isinstance(v, str)}
        values = self._get_create_new_ticket_values(**form)
        error = self._ticket_error(form, values)
        if error:
            values["ticket_error"] = error
            return request.render("helpdesk_mgmt.portal_create_ticket", values)
        kw.update(
            subject=form["subject"].strip()[:SUBJECT],
            description=form["description"][:TEXT],
            team=str(values["chosen_team"].id or ""),
            category=str(values["chosen_category"].id or ""),
        )
        return super().submit_ticket(**kw)

    def _ticket_error(self, form, values):
        """What is wrong with what was sent, in words; "" when nothing is."""
        if not (form.get("subject") or "").strip():
            return request.env._("Please give your question a subject.")
        if not (form.get("description") or "").strip():
            return request.env._("Please describe your question.")
        for name, field in (("team", "teams"), ("category", "categories")):
            wanted = form.get(name) or values[f"ticket_{name}_id_required"]
            if values[field] and wanted and not values[f"chosen_{name}"]:
                return request.env._("Please choose from the lists of the form.")
        files = [f for f in request.httprequest.files.getlist("attachment") if f]
        if len(files) > FILES:
            return request.env._("Please attach at most %(count)s files.", count=FILES)
        return ""

    def _prepare_submit_ticket_vals(self, **kw):
        if not kw.get("team"):
            # The original cannot read an empty number.
            kw.pop("team", None)
        vals = super()._prepare_submit_ticket_vals(**kw)
        visit = self._help_visit(create=False)
        return {**vals, "help_session_id": visit.id}


class PortalTickets(CustomerPortalHelpdesk):
    """The customer's cases: searched in both Chinese scripts, opened again."""

    @http.route()
    def portal_my_tickets(self, page=1, sortby=None, groupby=None, **kw):
        """The list of cases; unknown ways to sort or group are left out."""
        if sortby not in self._ticket_get_searchbar_sortings():
            sortby = None
        if groupby not in self._ticket_get_searchbar_groupby():
            groupby = None
        if kw.get("search_in") not in self._ticket_get_searchbar_inputs():
            kw["search_in"] = None
        for name in ("date_begin", "date_end"):
            if kw.get(name) and not self._is_date(kw[name]):
                kw[name] = None
        return super().portal_my_tickets(
            page=page, sortby=sortby, groupby=groupby, **kw
        )

    def _is_date(self, text):
        try:
            return bool(fields.Datetime.to_datetime(text))
        except ValueError:
            return False

    def _ticket_get_search_domain(self, search_in, search):
        domain = super()._ticket_get_search_domain(search_in, search)
        if search_in != "all":
            return domain
        tickets = request.env["helpdesk.ticket"]
        return Domain.OR([domain, tickets._flywheel_portal_domain(search)])

    @http.route(
        "/my/ticket/<int:ticket_id>/reopen",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_ticket_reopen(self, ticket_id, message="", **kw):
        """Open a closed case of one's own again, with a word why.

        :param str message: the customer's words, optional
        """
        try:
            ticket = self._document_check_access("helpdesk.ticket", ticket_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if ticket.closed and ticket._flywheel_portal_reopen():
            text = (message or "").strip()[:TEXT] or request.env._(
                "I open this case again: it is not solved."
            )
            ticket.message_post(
                body=plaintext2html(text),
                author_id=request.env.user.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        return request.redirect(f"/my/ticket/{ticket.id}")
