# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import email_normalize, email_normalize_all

from ..engine.case_number import case_numbers
from ..engine.mail_providers import company_domain
from .helpdesk_ticket_conversation import SPOKEN


class HelpdeskTicketBelonging(models.Model):
    """Who takes part in a case. Numbers can be guessed and mails forwarded: only those
    who belong to a case may add to it."""

    _inherit = "helpdesk.ticket"

    _flywheel_number_idx = models.Index("(number)")

    @api.model
    def _flywheel_mentioned(self, text, company=None):
        """The cases whose numbers stand in ``text``, in their order.

        :param text: subject of a mail
        :param company: only cases of this company
        """
        numbers = case_numbers(text)
        if not numbers:
            return self.browse()
        domain = [("number", "in", numbers)]
        if company:
            domain.append(("company_id", "=", company.id))
        cases = self.with_context(active_test=False).search(domain)
        return cases.sorted(lambda case: numbers.index(case.number))

    def _flywheel_survivor(self):
        """The case that this one was merged into; itself if it was not."""
        seen = case = self
        while case.duplicate_id and case.duplicate_id not in seen:
            case = case.duplicate_id
            seen |= case
        return case

    def _flywheel_belongs(self, sender):
        """Whether who writes from ``sender`` takes part in the case.

        He does as its contact or a colleague of that at the same company, a follower,
        somebody who wrote on the case before or to whom we wrote, the same person by
        another address, or one of our staff.

        :param str sender: normalized address
        """
        self.ensure_one()
        if not sender:
            return False
        # sudo: who takes part does not depend on who asks
        case = self.sudo()
        return (
            sender == case.sender_email
            or case._flywheel_is_staff(sender)
            or case._flywheel_belongs_by_contact(sender)
            or case._flywheel_belongs_by_person(sender)
            or sender in case._flywheel_correspondents()
        )

    def _flywheel_is_staff(self, sender):
        """Whether the address is of one of our internal users in the case's company."""
        return bool(
            self.env["res.users"].search_count(
                [
                    ("share", "=", False),
                    ("partner_id.email_normalized", "=", sender),
                    ("company_ids", "in", self.company_id.ids),
                ],
                limit=1,
            )
        )

    def _flywheel_belongs_by_contact(self, sender):
        partners = self.env["res.partner"].search(
            [
                ("email_normalized", "=", sender),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )
        customer = self.partner_id.commercial_partner_id
        if partners.commercial_partner_id & customer:
            return True
        if partners & self.message_partner_ids:
            return True
        # A colleague of the customer of whom there is no contact yet.
        domain = company_domain(sender)
        owners = {}
        if customer.is_company and domain:
            owners = partners._flywheel_find_companies([domain], self.company_id)
        return owners.get(domain) == customer if owners else False

    def _flywheel_belongs_by_person(self, sender):
        profile = self.flywheel_profile_id
        return bool(profile) and any(
            identity.kind == "email" and identity.value == sender
            for identity in profile.identity_ids
        )

    def _flywheel_correspondents(self):
        """Addresses that wrote on the case, and those to which we wrote."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", SPOKEN),
            ]
        )
        addresses = {email_normalize(m.email_from or "") for m in messages}
        # The recipients of mails that came in are the sender's choice, not ours.
        ours = messages.filtered(lambda m: m.message_type != "email")
        addresses.update(ours.partner_ids.mapped("email_normalized"))
        for message in ours:
            addresses.update(email_normalize_all(message.outgoing_email_to or ""))
        return addresses - {False, ""}
