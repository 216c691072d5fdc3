# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.http import request
from odoo.tools import email_normalize

from ..engine.mail_providers import company_domain
from ..engine.mail_verdict import is_machine_address
from .locks import try_locks


class HelpdeskTicketContact(models.Model):
    """A contact for who was unknown, as the company's rule says."""

    _inherit = "helpdesk.ticket"

    def _flywheel_step_person(self):
        return super()._flywheel_step_person() + self._flywheel_new_contacts()

    def _flywheel_new_contacts(self):
        """Make contacts for the people behind new cases, where there is a rule for it.

        :return: lines of the trace
        """
        unknown = self.filtered(lambda t: t._flywheel_may_get_contact())
        owners = unknown._flywheel_companies_by_domain()
        own = self.env["mail.alias.domain"]._find_aliases(
            [ticket.sender_email for ticket in unknown]
        )
        unknown = unknown.filtered(lambda t: t.sender_email not in own)
        first = {}
        for ticket in unknown:
            if (
                owners.get(ticket)
                or ticket._flywheel_is_typed()
                or ticket.company_id.flywheel_contact_rule == "human"
            ):
                first.setdefault((ticket.company_id, ticket._flywheel_key()), ticket)
        # Another case of the same person may be on its way in.
        free = try_locks(self.env, "res.partner", {key for _company, key in first})
        tickets = self.browse().concat(
            *(ticket for (_c, key), ticket in first.items() if key in free)
        )
        partners = self.env["res.partner"].create(
            [t._flywheel_contact_values(owners.get(t)) for t in tickets]
        )
        made = {
            (ticket.company_id, ticket._flywheel_key()): partner
            for ticket, partner in zip(tickets, partners, strict=True)
        }
        for ticket in unknown:
            partner = made.get((ticket.company_id, ticket._flywheel_key()))
            if partner:
                ticket.partner_id = partner
        return [
            ticket._flywheel_contact_line(partner, owners.get(ticket))
            for ticket, partner in zip(tickets, partners, strict=True)
        ]

    def _flywheel_staff_answered(self, message):
        """Take over the contact that the composer made of the customer's address."""
        if not self.partner_id and self.sender_email:
            self.partner_id = message.partner_ids.filtered(
                lambda p: p.email_normalized == self.sender_email
                and p.company_id.id in (False, self.company_id.id)
            )[:1]
        return super()._flywheel_staff_answered(message)

    def _flywheel_contact_line(self, partner, owner):
        trace = self.env["flywheel.case.trace"]
        if not owner:
            return trace._line(self, "profile", "contact", name=partner.name)
        return trace._line(
            self,
            "profile",
            "contact_child",
            name=partner.name,
            company=owner.name,
            domain=company_domain(self.sender_email),
        )

    def _flywheel_may_get_contact(self):
        """Whether there is somebody, of whom nothing but an address is known."""
        if self.partner_id or self._flywheel_is_machine() or not self._flywheel_key():
            return False
        if self._flywheel_is_typed():
            return True
        return (
            self.company_id.flywheel_contact_rule != "never"
            and bool(self.sender_email)
            and not is_machine_address(self.sender_email)
        )

    def _flywheel_is_typed(self):
        """Whether an agent took down who calls."""
        return self.intake_source == "backend" and self._flywheel_is_call()

    def _flywheel_key(self):
        """What the person is recognised by: address, else phone number."""
        return self.sender_email or self.partner_phone

    def _flywheel_contact_values(self, parent):
        name = self.partner_name or (self.sender_email or "").partition("@")[0]
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        lang = self.customer_lang
        return {
            "name": name or self.partner_phone,
            "email": self.sender_email or False,
            "phone": self.partner_phone or False,
            "parent_id": parent.id if parent else False,
            # Nobody of another company sees whom this one has to do with.
            "company_id": parent.company_id.id if parent else self.company_id.id,
            "lang": lang if lang in installed else False,
            "type": "contact",
        }

    # ------------------------------------------------------------------
    # Contacts that an answer makes
    # ------------------------------------------------------------------
    def _get_customer_information(self):
        """A contact whom an answer makes has the customer's name and language."""
        found = super()._get_customer_information()
        for ticket in self:
            if ticket.sender_email and not ticket.partner_id:
                values = ticket._flywheel_contact_values(ticket.partner_id)
                known = {k: v for k, v in values.items() if v and k != "email"}
                found.setdefault(ticket.sender_email, {}).update(known)
        return found

    def _message_add_suggested_recipients(self, force_primary_email=False):
        """The customer is suggested once: core and OCA's addon each add the address."""
        suggested = super()._message_add_suggested_recipients(
            force_primary_email=force_primary_email
        )
        for values in suggested.values():
            first = {}
            for email in values["email_to_lst"]:
                first.setdefault(email_normalize(email) or email, email)
            values["email_to_lst"] = list(first.values())
        return suggested

    def _partner_find_from_emails(self, records_emails, *args, **kwargs):
        """Agents answer customers who are no contacts yet, also those agents who may
        make no contacts: one is made of the case's own customer."""
        # The web client asks to make nobody for such agents, also when they send.
        wanted = not kwargs.get("no_create") or self._flywheel_is_posting()
        if wanted and not self.env["res.partner"].has_access("create"):
            kwargs["no_create"] = False
            for ticket, emails in records_emails.items():
                own = [e for e in emails if email_normalize(e) == ticket.sender_email]
                if own and ticket.has_access("write"):
                    # sudo: res.partner - the customer of a case that the user works on
                    case = ticket.sudo()
                    super(HelpdeskTicketContact, case)._partner_find_from_emails(
                        {case: own}, *args, **kwargs
                    )
            kwargs["no_create"] = True
        return super()._partner_find_from_emails(records_emails, *args, **kwargs)

    @api.model
    def _flywheel_is_posting(self):
        return bool(request) and request.httprequest.path == "/mail/message/post"

    def _flywheel_companies_by_domain(self):
        """{case: the one company among our contacts whose domain the sender uses}."""
        found = {}
        for company, tickets in self.grouped("company_id").items():
            domains = {t: company_domain(t.sender_email) for t in tickets}
            owners = self.env["res.partner"]._flywheel_find_companies(
                set(filter(None, domains.values())), company
            )
            found.update(
                (ticket, owners[domain])
                for ticket, domain in domains.items()
                if domain in owners
            )
        return found
