# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from urllib.parse import quote, urlencode

from odoo import fields, http
from odoo.http import request
from odoo.tools import email_normalize, plaintext2html

from odoo.addons.inbound_flywheel_service.controllers.help_pages import (
    HelpPages,
    PortalHelp,
)

# Messages an hour from one network address, behind which an office may sit, and for
# one e-mail address.
FROM_NETWORK = 20
FROM_ADDRESS = 5
SUBJECT = 250
TEXT = 50_000
HELP = "inbound_flywheel_service_website"


def sitemap_help(env, rule, qs):
    """Addresses for search engines: the index, and each published article in its own
    language."""
    if not qs or qs.lower() in "/help":
        yield {"loc": "/help"}
    pages = env["document.page"].sudo()
    website = env["website"].get_current_website()
    domain = pages.with_company(website.company_id)._flywheel_public_domain()
    codes = {lang.code: lang.url_code for lang in website.sudo().language_ids}
    usual = website.sudo().default_lang_id.code
    for page in pages.search(domain, order="id"):
        if page.lang and page.lang not in codes:
            continue
        prefix = f"/{codes[page.lang]}" if page.lang and page.lang != usual else ""
        location = quote(f"{prefix}{env['flywheel.help']._article_url(page)}")
        if not qs or qs.lower() in location:
            changed = page.content_date or page.write_date
            yield {"loc": location, "lastmod": fields.Date.to_string(changed.date())}


class WebsiteHelp(HelpPages, http.Controller):
    """Articles and a contact form for everybody."""

    _help_entrance = "website"

    @http.route("/help", type="http", auth="public", website=True, sitemap=sitemap_help)
    def help_home(self, search=None, **kw):
        """The articles by topic, or those that answer a question.

        :param search: the question
        """
        return request.render(f"{HELP}.help_home", self._help_home_values(search))

    @http.route(
        "/help/<string:slug>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def help_article(self, slug, **kw):
        """One article."""
        return self._help_article_response(f"{HELP}.help_article", slug, **kw)

    @http.route("/help/suggest", type="jsonrpc", auth="public", website=True)
    def help_suggest(self, query=""):
        """Articles while the visitor types."""
        return self._help_suggest(query)

    @http.route(
        "/help/vote",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def help_vote(self, **kw):
        """Did this help?"""
        return self._help_vote_response(**kw)

    def _help_contact_url(self, question):
        if not request.env.user._is_public():
            return super()._help_contact_url(question)
        query = f"?{urlencode({'subject': question})}" if question else ""
        return f"/help/contact{query}"

    def _help_article_values(self, page, visit, **kw):
        values = super()._help_article_values(page, visit, **kw)
        versions = page._flywheel_versions()
        description = request.env["flywheel.help"]._description_of(page)
        return {
            **values,
            "website_meta_description": description,
            "help_alternates": self._alternates(versions),
            "help_canonical": self._localized(page),
        }

    def _localized(self, page):
        """Address of an article in its own language."""
        http_ = request.env["ir.http"]
        languages = request.env["res.lang"]._get_frontend()
        return http_._url_localized(
            url=request.env["flywheel.help"]._article_url(page),
            lang_code=page.lang if page.lang in languages else None,
            canonical_domain=request.website.get_base_url(),
        )

    def _alternates(self, versions):
        """Pairs (language for search engines, address) of an article's versions."""
        languages = request.env["res.lang"]._get_frontend()
        return [
            (languages[page.lang].hreflang, self._localized(page))
            for page in versions
            if page.lang in languages
        ]

    # ------------------------------------------------------------------
    # Contact form
    # ------------------------------------------------------------------
    @http.route("/help/contact", type="http", auth="public", website=True, sitemap=True)
    def help_contact(self, subject=None, **kw):
        """The form; a question that was searched for is filled in already.

        :param subject: the question
        """
        user = request.env.user
        known = not user._is_public()
        values = {
            "subject": (subject or "")[:SUBJECT],
            "name": user.name if known else "",
            "email": user.email if known else "",
        }
        return request.render(f"{HELP}.help_contact", self._contact_values(values))

    def _contact_values(self, form, error=None):
        help_ = request.env["flywheel.help"]
        return {
            "form": form,
            "error": error,
            "help_url": help_._base_url(),
            "has_articles": help_._has_articles(),
        }

    @http.route(
        "/help/contact/send",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        captcha="help_contact",
    )
    def help_contact_send(self, **kw):
        """Open a case from the form; show the form again when it is wrong."""
        form = {
            name: (kw.get(name) if isinstance(kw.get(name), str) else "")
            for name in ("name", "email", "subject", "text", "homepage")
        }
        form = {name: text.replace("\x00", "") for name, text in form.items()}
        error = self._contact_error(form)
        if error:
            values = self._contact_values(form, error)
            return request.render(f"{HELP}.help_contact", values)
        # A field that people do not see was filled in: by a machine, which learns
        # nothing from the answer.
        if not form["homepage"]:
            ticket = self._contact_case(form)
            request.session["flywheel_case"] = ticket.number
        return request.redirect("/help/contact/thanks")

    def _contact_error(self, form):
        """What is wrong with the form, in words; "" when nothing is."""
        if not form["subject"].strip() or not form["text"].strip():
            return request.env._("Please tell us what your question is.")
        email = email_normalize(form["email"])
        if not email:
            return request.env._("Please give an e-mail address that we can answer.")
        if not form["homepage"] and not self._contact_allowed(email):
            return request.env._(
                "Many messages came from you within the last hour. Please try again "
                "later; those that you sent are with us."
            )
        return ""

    def _contact_allowed(self, email):
        guard = request.env["flywheel.help.guard"]
        network = request.httprequest.remote_addr
        return guard._allow("contact network", network, FROM_NETWORK) and guard._allow(
            "contact address", email, FROM_ADDRESS
        )

    def _contact_case(self, form):
        """The case of a checked form, through the pipeline of every case."""
        # sudo: helpdesk.ticket - visitors have no rights; the values are ours but for
        # the words
        tickets = request.env["helpdesk.ticket"].sudo()
        sent = {"name": form["subject"], "partner_email": form["email"]}
        values = tickets._flywheel_website_values(request, sent)
        return tickets.with_context(
            flywheel_source="portal", mail_create_nosubscribe=True
        ).create(
            {
                **values,
                "partner_name": " ".join(form["name"].split())[:SUBJECT],
                "description": plaintext2html(form["text"][:TEXT]),
                "help_session_id": self._help_visit(create=False).id,
            }
        )

    @http.route(
        "/help/contact/thanks", type="http", auth="public", website=True, sitemap=False
    )
    def help_contact_thanks(self, **kw):
        """The question is in: the same page whoever asked."""
        values = {
            "number": request.session.get("flywheel_case"),
            "help_url": request.env["flywheel.help"]._base_url(),
        }
        return request.render(f"{HELP}.help_contact_thanks", values)


class PortalHelpOnWebsite(PortalHelp):
    """With the website there is one place for articles."""

    @http.route()
    def portal_help(self, search=None, **kw):
        """Lead to the website's page."""
        query = f"?{urlencode({'search': search})}" if search else ""
        return request.redirect(f"/help{query}")

    @http.route()
    def portal_help_article(self, slug, **kw):
        """Lead to the website's page of the article."""
        page = self._help_page(slug)
        if not page:
            raise request.not_found()
        return request.redirect(request.env["flywheel.help"]._article_url(page))
