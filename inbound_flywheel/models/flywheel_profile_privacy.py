# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

PRIVACY_GROUP = "inbound_flywheel.group_flywheel_privacy"
# How the database tells whose messages, files and tasks something has.
ATTACHED = (
    ("mail.message", "model", "res_id"),
    ("mail.activity", "res_model", "res_id"),
    ("ir.attachment", "res_model", "res_id"),
)
# Lists of those who want no mails or calls: model, its field, kind of address.
REFUSALS = (
    ("mail.blacklist", "email", "email"),
    ("phone.blacklist", "number", "phone"),
)


class FlywheelProfile(models.Model):
    """What is known of a person, to be handed out or forgotten."""

    _inherit = "flywheel.profile"

    def _get_personal_records(self):
        """Return what is kept of these people, in all apps.

        All that links to a person is found by itself. An addon whose records tell
        something of people in another way adds them.

        :return: {name of a model: recordset}
        """
        found = {}
        for name, link in self._get_personal_links():
            Model = self.env[name].with_context(active_test=False)
            found[name] = Model.search([(link, "in", self.ids)], order="id")
        partners = self.partner_id | found.get("res.partner", self.partner_id)
        found["res.partner"] = partners
        # sudo: who has a login is a fact about the contact
        users = partners.sudo().with_context(active_test=False).user_ids
        found["res.users"] = users.with_env(self.env)
        found["res.partner.bank"] = partners.bank_ids
        found["flywheel.interview.line"] = self.interview_ids.line_ids
        found["calendar.attendee"] = self.env["calendar.attendee"].search(
            [("partner_id", "in", partners.ids)], order="id"
        )
        found["calendar.event"] = self._get_personal_meetings(found)
        return {**found, **self._get_personal_refusals()}

    def _get_personal_refusals(self):
        """Return the lines of the lists of addresses that nobody writes to or calls."""
        addresses = self._get_personal_addresses()
        found = {}
        for name, field, kind in REFUSALS:
            # sudo: not for everybody to look through, the lines of a person are known
            Line = self.env[name].sudo().with_context(active_test=False)
            lines = Line.search([(field, "in", list(addresses.get(kind, ())))])
            found[name] = lines.with_env(self.env)
        return found

    def _get_personal_meetings(self, found):
        """Return the meetings with these people, or about their leads and talks."""
        domain = Domain("partner_ids", "in", found["res.partner"].ids)
        for name, records in found.items():
            if "activity_ids" in records._fields and records:
                domain |= Domain("res_model", "=", name) & Domain(
                    "res_id", "in", records.ids
                )
        Event = self.env["calendar.event"].with_context(active_test=False)
        return Event.search(domain, order="id")

    @api.model
    @tools.ormcache()
    def _get_personal_links(self):
        """Return [(model, field)] of all that is kept and links to a person."""
        return [
            (name, field.name)
            for name, model in sorted(self.env.registry.items())
            if model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.type == "many2one"
            and field.comodel_name == self._name
            and field.store
            and field.name in ("profile_id", "flywheel_profile_id")
        ]

    def _get_personal_addresses(self):
        """Return {kind: set of values} by which these people are known."""
        addresses = {}
        # sudo: all addresses of a person are wanted, whoever asks
        people = self.sudo()
        people.env["flywheel.identity"]._flush_claims()
        for identity in people.identity_ids:
            addresses.setdefault(identity.kind, set()).add(identity.value)
        for partner in people.partner_id:
            if partner.email_normalized:
                addresses.setdefault("email", set()).add(partner.email_normalized)
            if partner.phone_sanitized:
                addresses.setdefault("phone", set()).add(partner.phone_sanitized)
        return addresses

    # ------------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------------
    def _check_privacy_officer(self):
        """Refuse who may not hand out or erase what is known of these people.

        :raise AccessError: no right to, or not in all companies that know the person
        """
        if not self.env.user.has_group(PRIVACY_GROUP):
            raise AccessError(
                self.env._(
                    "Personal data is handed out and erased by people with the right "
                    "“Data Protection”."
                )
            )
        self.check_access("read")
        hidden = self._get_foreign_companies()
        if hidden:
            raise AccessError(
                self.env._(
                    "%(person)s is known to %(companies)s, too. Select these "
                    "companies, or let somebody do this who may.",
                    person=self.display_name,
                    companies=", ".join(hidden.mapped("name")),
                )
            )

    def _get_foreign_companies(self):
        """Return the companies that know these people and that are not selected."""
        # sudo: only the names of the companies are told
        found = self.sudo()._get_personal_records()
        companies = self.env["res.company"].sudo()
        for records in found.values():
            field = records._fields.get("company_id")
            # Some keep the number of a company only: the event outlives it.
            is_link = field and field.type == "many2one" and field.store
            if is_link and records:
                groups = records._read_group(
                    [("id", "in", records.ids)], ["company_id"]
                )
                companies |= companies.union(*(company for (company,) in groups))
        return companies - self.env.companies

    @api.model
    def _find_person_of(self, record):
        """Return the person that a record shows, made if need be.

        :raise UserError: nothing is known of anybody
        """
        if record._name == self._name:
            return record
        record.check_access("read")
        profile_id = record._get_profile_ids().get(record.id)
        if not profile_id:
            raise UserError(
                self.env._(
                    "Nothing is kept of “%(name)s” beside the record itself.",
                    name=record.display_name,
                )
            )
        return self.browse(profile_id)

    # ------------------------------------------------------------------
    # What hangs on records
    # ------------------------------------------------------------------
    @api.model
    def _get_attached(self, found):
        """Return messages, tasks and files of records.

        :param found: as of :meth:`_get_personal_records`
        :return: {name of a model: recordset}
        """
        attached = {}
        for name, model_field, id_field in ATTACHED:
            Model = self.env[name].with_context(active_test=False)
            domain = Domain.OR(
                Domain(model_field, "=", records._name)
                & Domain(id_field, "in", records.ids)
                for records in found.values()
                if records and (name == "ir.attachment" or self._is_thread(records))
            )
            if name == "ir.attachment":
                # Fields that are kept as files hide from a plain search.
                domain &= Domain("res_field", "in", [False, *self._file_fields(found)])
            attached[name] = Model.search(domain, order="id")
        messages = attached["mail.message"]
        attached["ir.attachment"] |= messages.attachment_ids
        return attached

    @api.model
    def _is_thread(self, records):
        return "message_ids" in records._fields

    @api.model
    def _file_fields(self, found):
        """Return the names of the fields that are kept as files."""
        return {
            field.name
            for records in found.values()
            for field in records._fields.values()
            if field.type in ("binary", "image") and field.store and field.attachment
        }
