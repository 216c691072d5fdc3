# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL

from .flywheel_handover import OPEN

# Deleted | anonymised | counted | kept, by model; our own are deleted and those of
# other apps lose words and addresses unless it says otherwise here.
POLICIES = {
    "flywheel.touchpoint": "counted",
    "flywheel.interview": "anonymised",
    "calendar.attendee": "deleted",
    "res.partner.bank": "deleted",
    "website.visitor": "deleted",
    "mailing.contact": "deleted",
    "sale.order": "kept",
    "account.move": "kept",
    "mail.blacklist": "kept",
    "phone.blacklist": "kept",
    "flywheel.suppression": "kept",
}
# Not looked at when it is told where else a contact is used.
IGNORED = {"mail.followers", "mail.notification", "mail.message", "mail.mail"}
IGNORED |= {"discuss.channel.member", "privacy.log"}


class FlywheelPrivacyPlan(models.Model):
    """What becomes of which record when a person is forgotten."""

    _inherit = "flywheel.profile"

    is_nobody = fields.Boolean(
        readonly=True, help="Holds the anonymous numbers of people who were forgotten."
    )

    @api.model
    def _get_erasure_policies(self, options):
        """Return what becomes of the records of models.

        :param options: dict with ``contact`` and ``leads`` (``anonymised`` or
            ``kept``) and ``counts`` (whether anonymous numbers stay)
        :return: {name of a model: ``deleted``, ``anonymised``, ``counted``, ``kept``}
        """
        contact = options.get("contact", "anonymised")
        policies = {
            **POLICIES,
            "res.partner": contact,
            "res.users": contact,
            "crm.lead": options.get("leads", "anonymised"),
        }
        if contact == "kept":
            policies["res.partner.bank"] = "kept"
        if not options.get("counts", True):
            policies["flywheel.touchpoint"] = "deleted"
        return policies

    @api.model
    def _get_erasure_policy(self, name, options):
        """Return what becomes of the records of a model."""
        default = "deleted" if name.startswith("flywheel.") else "anonymised"
        return self._get_erasure_policies(options).get(name, default)

    @api.model
    def _get_erasure_reasons(self):
        """Return {name of a model: why its records are kept}."""
        return {
            "sale.order": self.env._("Orders are business records that the law keeps."),
            "account.move": self.env._("The law on book-keeping keeps invoices."),
            "mail.blacklist": self.env._("So that nobody writes there again."),
            "phone.blacklist": self.env._("So that nobody calls there again."),
            "res.partner": self.env._("You chose to keep the contact."),
            "res.users": self.env._("You chose to keep the contact."),
            "crm.lead": self.env._("You chose to keep leads."),
            "calendar.event": self.env._("Other people take part."),
            "flywheel.persona.answer": self.env._(
                "They belong to the persona. Check that their words name nobody."
            ),
        }

    def _plan_erasure(self, options):
        """Return what becomes of what is kept of a person.

        :param options: see :meth:`_get_erasure_policies`
        :return: [(model, outcome, number of records)]
        """
        self.ensure_one()
        found = self._get_personal_records()
        counts = Counter()
        for name, records in found.items():
            outcome = self._get_erasure_policy(name, options)
            counts[name, outcome] += len(records)
        events = self._get_shared_meetings(found)
        counts["calendar.event", "anonymised"] -= len(events)
        counts["calendar.event", "kept"] += len(events)
        erased = self._get_erased(found, options)
        for name, records in self._get_attached(erased).items():
            counts[name, "deleted"] += len(records)
        counts["flywheel.persona.answer", "kept"] += len(self.interview_ids.answer_ids)
        for name, count in self._get_other_uses(found).items():
            counts[name, "kept"] += count
        counts["flywheel.profile", "deleted"] = 1
        return sorted((*key, count) for key, count in counts.items() if count > 0)

    def _get_erased(self, found, options):
        """Return those of the records that are not kept."""
        erased = {
            name: records
            for name, records in found.items()
            if self._get_erasure_policy(name, options) != "kept"
        }
        if "calendar.event" in erased:
            erased["calendar.event"] -= self._get_shared_meetings(found)
        erased[self._name] = self
        return erased

    @api.model
    def _get_shared_meetings(self, found):
        """Return the meetings that other outside people take part in."""
        partners = found["res.partner"]
        return found["calendar.event"].filtered(
            lambda event: (event.partner_ids - partners).filtered("partner_share")
        )

    def _get_lawful_records(self):
        """Return the names of models with records of a person that the law keeps."""
        found = self._get_personal_records()
        used = {name for name, records in found.items() if records}
        used |= self._get_other_uses(found).keys()
        return used & {"sale.order", "account.move", "purchase.order", "pos.order"}

    def _get_other_uses(self, found):
        """Count the records of other apps that name the contact, and stay as they are.

        :return: {name of a model: number of records}
        """
        partners = self.partner_id
        if not partners:
            return {}
        parts = [
            SQL(
                "SELECT %(name)s, count(*) FROM %(table)s WHERE %(fields)s",
                name=model._name,
                table=SQL.identifier(model._table),
                fields=SQL(" OR ").join(
                    SQL("%s = ANY(%s)", SQL.identifier(field.name), partners.ids)
                    for field in fields
                ),
            )
            for model, fields in self._get_contact_fields()
            if model._name not in found
        ]
        if not parts:
            return {}
        rows = self.env.execute_query(SQL(" UNION ALL ").join(parts))
        return {name: count for name, count in rows if count}

    @api.model
    def _get_contact_fields(self):
        """Return [(model, its fields that name a contact)] of all tables."""
        found = []
        for name, model in sorted(self.env.items()):
            if not model._auto or model._abstract or model._transient:
                continue
            if name in IGNORED or name.startswith(("flywheel.", "res.", "ir.")):
                continue
            fields = [
                field
                for field in model._fields.values()
                if field.type == "many2one"
                and field.comodel_name == "res.partner"
                and field.store
                and field.column_type
                and not field.company_dependent
            ]
            if fields:
                found.append((model, fields))
        return found

    # ------------------------------------------------------------------
    # Warnings
    # ------------------------------------------------------------------
    def _get_erasure_obstacles(self):
        """Return why a person cannot be forgotten, as texts."""
        self.ensure_one()
        if self.is_nobody:
            return [self.env._("These numbers belong to nobody any more.")]
        users = self.partner_id.with_context(active_test=False).user_ids
        if users and not all(users.mapped("share")):
            return [
                self.env._(
                    "This is one of your own people. Employees are not customers."
                )
            ]
        return []

    def _get_erasure_warnings(self):
        """Return what somebody should know before a person is forgotten, as texts."""
        self.ensure_one()
        texts = []
        leads = self.lead_ids.filtered(
            lambda lead: lead.active and lead.won_status == "pending"
        )
        if leads:
            texts.append(
                self.env._(
                    "%(count)s leads or opportunities are open.", count=len(leads)
                )
            )
        waiting = self.env["flywheel.handover"].search_count(
            [("profile_id", "=", self.id), ("state", "in", OPEN)]
        )
        if waiting:
            texts.append(self.env._("A hand-over waits for an answer of sales."))
        twins = self._get_twins()
        if twins:
            texts.append(
                self.env._(
                    "%(count)s other contacts have the same address. They are other "
                    "people to the flywheel: merge them first, or forget them, too.",
                    count=len(twins),
                )
            )
        return texts

    def _get_twins(self):
        """Return other contacts with the same email address."""
        emails = self._get_personal_addresses().get("email", ())
        found = self.env["res.partner"].search(
            [("email_normalized", "in", list(emails))]
        )
        return found - self.partner_id

    def _get_nobody(self):
        """Return whom the anonymous lines of forgotten people belong to."""
        # sudo: it is made when the first person of a company is forgotten
        company_id = self.company_id.id
        everybody = self.sudo().with_context(allowed_company_ids=None)
        nobody = everybody.search(
            [("is_nobody", "=", True), ("company_id", "=", company_id)], limit=1
        )
        if not nobody:
            values = {"name": self.env._("Forgotten People"), "company_id": company_id}
            nobody = everybody.browse(self._create_bare([values]))
            nobody.write({"is_nobody": True, "no_profiling": True})
        return nobody
