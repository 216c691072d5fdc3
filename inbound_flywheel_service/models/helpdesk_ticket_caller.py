# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.phone_validation.tools import phone_validation


class HelpdeskTicketCaller(models.Model):
    """Cases typed by an agent while the customer is on the phone."""

    _inherit = "helpdesk.ticket"

    partner_phone = fields.Char(string="Phone", copy=False)
    caller = fields.Char(
        store=False,
        help="A phone number or an email address, as it is shown or pasted: the person "
        "is looked up by it.",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    caller_known = fields.Char(
        string="Known As",
        store=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends("number")
    def _compute_display_name(self):
        # Instead of "/ - False" for a case that is being typed.
        fresh = self.filtered(lambda ticket: (ticket.number or "/") == "/")
        for ticket in fresh:
            ticket.display_name = ticket.name or self.env._("New Case")
        return super(HelpdeskTicketCaller, self - fresh)._compute_display_name()

    @api.onchange("caller")
    def _onchange_caller(self):
        """Find who calls: the contact, or what to write down of who is unknown."""
        text = (self.caller or "").strip()
        self.caller_known = False
        if not text:
            return
        email = email_normalize(text) or ""
        phone = "" if email else self._flywheel_phone(text)
        if not email and not phone:
            self.caller_known = self.env._("This is neither a number nor an address.")
            return
        partner = self._flywheel_find_caller(email, phone)
        self.partner_email = partner.email or email or False
        self.partner_phone = partner.phone or phone or False
        if partner:
            self.partner_id = partner
            self.partner_name = partner.name
            self.caller_known = self._flywheel_caller_words(partner)
        else:
            self.partner_id = False
            self.caller_known = self.env._(
                "Nobody is known by it. Fill in the name: the contact is made when you "
                "save."
            )

    def _flywheel_caller_words(self, partner):
        """What an agent wants to know first: who it is and what is open."""
        # With the agent's own rights: only cases that he may see are named.
        cases = self.env["helpdesk.ticket"].search(
            [
                ("partner_id", "child_of", partner.commercial_partner_id.id),
                ("closed", "=", False),
            ],
            limit=5,
        )
        if not cases:
            return partner.display_name
        return self.env._(
            "%(name)s, open cases: %(cases)s",
            name=partner.display_name,
            cases=", ".join(cases.mapped("display_name")),
        )

    @api.model
    def _flywheel_phone(self, text):
        """``text`` as an international number (E.164), "" if it is none."""
        country = self.env.company.country_id
        try:
            return phone_validation.phone_format(
                text, country.code, country.phone_code, force_format="E164"
            )
        except Exception:
            # The library refuses with errors of several kinds.
            digits = "".join(char for char in text if char.isdigit() or char == "+")
            return digits if len(digits) >= 6 and len(digits) > len(text) / 2 else ""

    @api.model
    def _flywheel_find_caller(self, email, phone):
        """The contact with an address or number, nobody of another company.

        Cases know people by number who have no contact yet: those stay unknown here.
        """
        company = self.company_id or self.env.company
        partners = self.env["res.partner"]
        allowed = [("company_id", "in", [False, company.id])]
        order = "is_company, id"
        if email:
            domain = [("email_normalized", "=", email)]
            return partners.search(domain + allowed, order=order, limit=1)
        found = partners.search(
            [("phone_sanitized", "=", phone)] + allowed, order=order, limit=1
        )
        if not found and len(phone.lstrip("+")) >= 6:
            domain = [("phone_mobile_search", "like", phone)]
            found = partners.search(domain + allowed, order=order, limit=1)
        return found

    def _flywheel_is_call(self):
        """Whether the case was taken down on the phone."""
        phone = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_phone", raise_if_not_found=False
        )
        return bool(self.partner_phone) or bool(phone) and self.channel_id == phone

    def _flywheel_person_values(self):
        values = super()._flywheel_person_values()
        for ticket in self:
            if ticket.id in values and ticket.partner_phone:
                values[ticket.id]["phone"] = ticket.partner_phone
        return values

    def _flywheel_has_person(self):
        if super()._flywheel_has_person():
            return True
        return (
            not self.partner_id
            and not self._flywheel_is_machine()
            and bool(self.partner_phone)
        )
