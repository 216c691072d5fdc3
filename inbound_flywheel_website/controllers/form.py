# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from urllib.parse import urlsplit

from lxml import etree, html
from psycopg2 import OperationalError

from odoo.http import request

from odoo.addons.website_crm.controllers.website_form import WebsiteForm

_logger = logging.getLogger(__name__)

# Where forms of the website put the address of who fills them in. Mails that they make
# are from the company, and answered to the visitor.
EMAIL_FIELDS = ("reply_to", "email_from", "partner_email", "email")
PHONE_FIELDS = ("phone", "partner_phone")
MAX_NAME = 100
# Who is in charge: a form may offer it, and its visitor choose among what it offers.
OWNER_FIELDS = ("user_id", "team_id")


class FlywheelWebsiteForm(WebsiteForm):
    """Forms that are filled in become touchpoints, and tell who the visitor is."""

    def extract_data(self, model_sudo, values):
        values = {
            name: value
            for name, value in values.items()
            if name not in OWNER_FIELDS
            or self._flywheel_offers(model_sudo.model, name, value)
        }
        return super().extract_data(model_sudo, values)

    def _flywheel_offers(self, model, name, value):
        """Tell whether a form of the website has this value for who is in charge."""
        if not str(value).isdigit():
            return False
        # sudo: forms that the visitor was shown
        views = request.env["ir.ui.view"].sudo()
        found = views.search(
            [
                ("type", "=", "qweb"),
                ("arch_db", "ilike", f'data-model_name="{model}"'),
                ("arch_db", "ilike", f'name="{name}"'),
                ("website_id", "in", (False, request.website.id)),
            ]
        )
        path = (
            f'//form[@data-model_name="{model}"]//*[@name="{name}"]'
            f'/descendant-or-self::*[@value="{value}"]'
        )
        for view in found:
            try:
                tree = html.fromstring(view.arch_db)
            except etree.ParserError:
                continue
            if tree.xpath(path):
                return True
        return False

    def insert_record(self, request_, model_sudo, values, custom, meta=None):
        record_id = super().insert_record(
            request_, model_sudo, values, custom, meta=meta
        )
        if record_id:
            try:
                with request.env.cr.savepoint():
                    self._flywheel_note(model_sudo.model, record_id, values)
            except OperationalError:
                # Somebody else was at it: the whole request is tried again.
                raise
            except Exception:
                _logger.exception("A form was stored without its touchpoint")
        return record_id

    def _flywheel_note(self, model, record_id, values):
        """Note that a form was filled in, and who the visitor is.

        :param model: name of the model that the form made a record of
        :param values: what was written to the record
        """
        # sudo: the visitor's own record
        record = request.env[model].sudo().browse(record_id)
        form = self._flywheel_get_form_name()
        profile = self._flywheel_get_person(record, values)
        if not profile:
            return
        if model == "crm.lead" or "flywheel_profile_id" not in record._fields:
            # Other records of people, such as cases, are touchpoints themselves.
            request.env["flywheel.touchpoint"]._record(
                [
                    {
                        "type": "form",
                        "profile_id": profile.id,
                        "summary": form,
                        "external_key": f"website.form:{model}:{record_id}",
                        "res_model": model if model == "crm.lead" else None,
                        "res_id": record_id if model == "crm.lead" else None,
                        **self._flywheel_get_utm(record),
                    }
                ],
                later=True,
            )
        visitor = request.env["website.visitor"]._get_visitor_from_request(
            force_create=True
        )
        visitor._flywheel_identify(profile, form)

    def _flywheel_get_person(self, record, values):
        """Return the person who filled in the form, empty if it gave no address."""
        Profile = request.env["flywheel.profile"].sudo()
        company = request.website.company_id
        record = record.with_context(allowed_company_ids=company.ids)
        if "flywheel_profile_id" in record._fields:
            return Profile.browse(record._get_profile_ids().get(record.id))
        email = next(filter(None, map(values.get, EMAIL_FIELDS)), None)
        phone = next(filter(None, map(values.get, PHONE_FIELDS)), None)
        identities = request.env["flywheel.identity"].sudo().with_company(company)
        identities = identities.with_context(allowed_company_ids=company.ids)
        for kind, value in (("email", email), ("phone", phone)):
            value = isinstance(value, str) and identities._normalize(kind, value)
            if value:
                known = identities._find([(kind, value)])
                found = known or identities._resolve([(kind, value)], company.id)
                person = Profile.browse(found.values())
                if not known and not person.name:
                    # Nobody was known by this address: the name is all there is.
                    person.name = request.params.get("name", "")[:MAX_NAME] or False
                return person
        return Profile

    def _flywheel_get_form_name(self):
        """Return the name of the page that the form is on."""
        referrer = urlsplit(request.httprequest.referrer or "")
        if referrer.netloc != request.httprequest.host:
            return request.env._("Form of the website")
        # sudo: the name of a page that the visitor was on
        pages = request.env["flywheel.page"].sudo()
        return pages._get_name(request.website.id, referrer.path)

    def _flywheel_get_utm(self, record):
        names = ("source_id", "medium_id", "campaign_id")
        if all(name in record._fields for name in names):
            return {name: record[name].id for name in names}
        return request.env["utm.mixin"].sudo().default_get(list(names))
