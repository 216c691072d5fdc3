# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine.tokenizer import plain_text
from .helpdesk_ticket_conversation import SPOKEN

SHOWN = 8
WORDS = 3
SNIPPET = 220
# A colleague who wrote within so many minutes is at work on it.
BUSY_MINUTES = 30
# The newest cases of a customer whose conversations are looked through.
RECENT = 40


class FlywheelDeskCustomer(models.AbstractModel):
    """Everything about the customer of a case, for its form: as the reader, in a fixed
    number of queries."""

    _name = "flywheel.desk.customer"
    _description = "The Customer on the Case"

    @api.model
    def _describe(self, ticket):
        """Return what the panel and the strip show.

        :return: dict with ``cases`` (open ones of the person and his company) and
            ``case_count``, ``busy`` (colleagues at work on them), ``ratings``,
            ``promises``, ``words`` (said last), ``documents``, ``reach``. Only what
            the reader may see; dates are UTC
        """
        mine = self._customer_domain(ticket)
        cases = self.env["helpdesk.ticket"].search_fetch(
            mine, ["number", "name"], order="create_date DESC, id DESC", limit=RECENT
        )
        others = Domain("id", "!=", ticket.id) & mine & Domain("closed", "=", False)
        return {
            **self._get_cases(ticket, others),
            "busy": self._get_busy(cases | ticket),
            "ratings": self._get_ratings(ticket, cases),
            "promises": self._get_promises(ticket, cases),
            "words": self._get_words(cases | ticket, ticket),
            "documents": self._get_documents(ticket),
            "reach": self._get_reach(ticket),
            "can_write": ticket.has_access("write"),
        }

    @api.model
    def _customer_domain(self, ticket):
        """Cases of the same person or of anybody of his company."""
        conditions = [Domain("id", "=", ticket.id)]
        # sudo: flywheel.profile - which person it is; the cases are searched as the
        # reader
        if profile := ticket.sudo().flywheel_profile_id:
            conditions.append(Domain("flywheel_profile_id", "=", profile.id))
        if company := ticket.sudo().commercial_partner_id:
            conditions.append(Domain("commercial_partner_id", "=", company.id))
        return Domain.OR(conditions)

    # ------------------------------------------------------------------
    # Cases
    # ------------------------------------------------------------------
    @api.model
    def _get_cases(self, ticket, domain):
        Ticket = self.env["helpdesk.ticket"]
        cases = Ticket.search(
            domain, order="answer_due, waiting_since, id", limit=SHOWN
        )
        count = len(cases) if len(cases) < SHOWN else Ticket.search_count(domain)
        # sudo: names of colleagues and stages
        trusted = cases.sudo()
        trusted.fetch(["number", "name", "stage_id", "user_id", "partner_id"])
        now = fields.Datetime.now()
        profile = ticket.sudo().flywheel_profile_id
        return {
            "case_count": count,
            "cases": [
                {
                    "id": case.id,
                    "name": f"{case.number} {case.name}",
                    "stage": case.stage_id.name,
                    "owner": case.user_id.name or "",
                    "owner_id": case.user_id.id,
                    "waiting_since": fields.Datetime.to_string(case.waiting_since),
                    "overdue": bool(case.answer_due and case.answer_due < now),
                    "person": ""
                    if case.flywheel_profile_id == profile
                    else case.partner_id.name or case.partner_name or "",
                }
                for case in trusted
            ],
        }

    @api.model
    def _get_busy(self, cases):
        """Colleagues who wrote or noted something on these cases a moment ago."""
        since = fields.Datetime.now() - timedelta(minutes=BUSY_MINUTES)
        # sudo: mail.message - of cases that the reader may open
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "helpdesk.ticket"),
                    ("res_id", "in", cases.ids),
                    ("date", ">=", since),
                    ("message_type", "in", [*SPOKEN, "notification"]),
                    ("author_id.user_ids.share", "=", False),
                    ("author_id", "!=", self.env.user.partner_id.id),
                ],
                order="id DESC",
            )
        )
        names = {case.id: case.number for case in cases}
        machine = self.env.ref("base.partner_root")
        found = {}
        for message in messages.filtered(lambda m: m.author_id != machine):
            found.setdefault(
                message.author_id.id,
                {
                    "id": message.author_id.id,
                    "name": message.author_id.name,
                    "case_id": message.res_id,
                    "case": names[message.res_id],
                    "date": fields.Datetime.to_string(message.date),
                },
            )
        return list(found.values())

    # ------------------------------------------------------------------
    # What was said, promised and felt
    # ------------------------------------------------------------------
    @api.model
    def _get_words(self, cases, ticket):
        """What was said last, by whom, on any case of the customer: so that nobody
        asks again."""
        # sudo: mail.message - of cases that the reader may open; no internal notes
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "helpdesk.ticket"),
                    ("res_id", "in", cases.ids),
                    ("message_type", "in", SPOKEN),
                    ("is_internal", "=", False),
                    ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
                ],
                order="date DESC, id DESC",
                limit=WORDS,
            )
        )
        names = {case.id: case.number for case in cases}
        words = []
        for message in messages:
            ours = any(not user.share for user in message.author_id.user_ids)
            text = " ".join(plain_text(message.body).split())
            words.append(
                {
                    "id": message.id,
                    "who": message.author_id.name or message.email_from or "",
                    "ours": ours,
                    "date": fields.Datetime.to_string(message.date),
                    "text": text[:SNIPPET] + ("…" if len(text) > SNIPPET else ""),
                    "case_id": message.res_id,
                    "case": ""
                    if message.res_id == ticket.id
                    else names[message.res_id],
                }
            )
        return words

    @api.model
    def _get_promises(self, ticket, cases):
        Promise = self.env["flywheel.promise"]
        unsettled = Domain("state", "in", ("proposed", "open")) | Promise._late_domain()
        profile = ticket.sudo().flywheel_profile_id
        owner = Domain("ticket_id", "in", cases.ids) | (
            Domain("profile_id", "=", profile.id or -1)
        )
        now = fields.Datetime.now()
        names = {case.id: case.number for case in cases}
        return [
            {
                "id": promise.id,
                "text": promise.name,
                "due": fields.Datetime.to_string(promise.due),
                "late": promise.state == "broken" or promise.due < now,
                "state": promise.state,
                "vague": promise.vague,
                # sudo: a colleague's name
                "owner": promise.sudo().user_id.name or "",
                "case": ""
                if promise.ticket_id.id in (ticket.id, False)
                else names.get(promise.ticket_id.id, ""),
            }
            for promise in Promise.search(unsettled & owner, limit=SHOWN)
        ]

    @api.model
    def _get_ratings(self, ticket, cases):
        """The last ratings that the customer gave, newest first.

        :return: list of dicts as of ``flywheel.profile._flywheel_last_ratings``, with
            the date as text
        """
        # sudo: which person it is; what it said is asked as the reader
        profile = ticket.sudo().flywheel_profile_id.with_env(self.env)
        return [
            {**line, "date": fields.Datetime.to_string(line["date"])}
            for line in (profile._flywheel_last_ratings(WORDS) if profile else ())
        ]

    # ------------------------------------------------------------------
    # Who it is
    # ------------------------------------------------------------------
    @api.model
    def _get_documents(self, ticket):
        """What else runs with this customer: opportunities and orders, as far as the
        apps are there and the reader may see them."""
        company = ticket.sudo().commercial_partner_id
        if not company:
            return []
        found = []
        for model, domain, amount in self._get_document_models():
            if model not in self.env or not self.env[model].has_access("read"):
                continue
            Model = self.env[model]
            domain = (
                Domain("partner_id.commercial_partner_id", "=", company.id) & domain
            )
            for record in Model.search(domain, order="id DESC", limit=WORDS):
                found.append(
                    {
                        "model": model,
                        "id": record.id,
                        "kind": Model._description,
                        "name": record.display_name,
                        "amount": record[amount] if amount in Model._fields else 0,
                        # sudo: a colleague's name
                        "owner": record.sudo().user_id.name or "",
                    }
                )
        return found

    @api.model
    def _get_document_models(self):
        """Return (model, domain, field of the amount) of what is shown."""
        return [
            ("crm.lead", Domain("won_status", "=", "pending"), "expected_revenue"),
            ("sale.order", Domain("state", "!=", "cancel"), "amount_total"),
        ]

    @api.model
    def _get_reach(self, ticket):
        """Where the customer is found, and who looks after him."""
        # sudo: res.partner - the contact of a case that the reader may open
        partner = ticket.sudo().partner_id
        company = partner.commercial_partner_id
        return {
            "name": partner.name or ticket.partner_name or "",
            "company": company.name if company != partner else "",
            "email": partner.email or ticket.partner_email or "",
            "phone": partner.phone or company.phone or "",
            "tz": partner.tz or "",
            "salesperson": (partner.user_id or company.user_id).name or "",
            "agent": (partner.service_user_id or company.service_user_id).name or "",
        }
