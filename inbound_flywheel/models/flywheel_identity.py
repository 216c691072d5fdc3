# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize

from odoo.addons.phone_validation.tools import phone_validation

from ..engine.arrays import array
from ..engine.busy import unlogged_conflicts

MAX_LENGTH = 250
# What needs no parsing: nearly every address that a system sends.
PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,}"
)
# Where a transaction keeps the identities that it has yet to claim.
QUEUE = "inbound_flywheel.identities"


class FlywheelIdentity(models.Model):
    """An address or outside id by which a person is recognised."""

    _name = "flywheel.identity"
    _description = "Identity of a Person"
    _order = "kind, id"
    _rec_name = "value"

    profile_id = fields.Many2one(
        "flywheel.profile",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
    )
    kind = fields.Selection(
        [
            ("email", "Email"),
            ("phone", "Phone"),
            ("visitor", "Visitor"),
            ("external", "Outside System"),
        ],
        required=True,
    )
    value = fields.Char(required=True)
    origin_id = fields.Integer(
        readonly=True,
        help="The person it belonged to, if that was merged into this one since.",
    )
    company_id = fields.Many2one(
        "res.company", help="The company of the person. Empty: shared by all."
    )

    _scope_uniq = models.UniqueIndex(
        "(kind, value, COALESCE(company_id, 0))",
        "This identity belongs to another person.",
    )

    @api.model
    def _normalize(self, kind, value):
        """Return an address in the form that it is stored in, or False.

        :param kind: ``email``, ``phone`` (becomes E.164), else taken as it is
        """
        if not value or len(value) > MAX_LENGTH:
            return False
        if kind == "email":
            if PLAIN_EMAIL.fullmatch(value):
                return value.lower()
            email = email_normalize(value)
            domain = email and email.rpartition("@")[2]
            return email if domain and "." in domain and " " not in email else False
        if kind == "phone":
            # sudo: an outside system may not read its company
            country = self.env.company.sudo().country_id
            try:
                return phone_validation.phone_format(
                    value, country.code, country.phone_code, force_format="E164"
                )
            except Exception:
                return False
        return value.strip() or False

    @api.model
    def _resolve(self, wanted, company_id=None):
        """Find the people behind addresses, in the caller's companies; make those
        that are not there.

        :param wanted: iterable of (kind, normalized value)
        :param company_id: company of the people who are made, False for shared ones;
            by default the caller's
        :return: {(kind, value): profile id}; who asked to be forgotten is not in it
        """
        wanted = list(dict.fromkeys(wanted))
        found = self._find(wanted)
        missing = [key for key in wanted if key not in found]
        if missing:
            target = self.env.company.id if company_id is None else company_id
            forgotten = self.env["flywheel.suppression"]._match(missing, target)
            missing = [key for key in missing if key not in forgotten]
        if missing:
            found.update(self._adopt_partners(missing))
            missing = [key for key in missing if key not in found]
        if missing:
            if company_id is None:
                company_id = self.env.company.id
            ids = self.env["flywheel.profile"]._create_bare(
                [{"name": None, "company_id": company_id} for _key in missing]
            )
            self._claim(
                (profile_id, kind, value, company_id)
                for profile_id, (kind, value) in zip(ids, missing, strict=True)
            )
            found.update(zip(missing, ids, strict=True))
        return found

    @api.model
    def _find(self, wanted):
        """Return {(kind, value): profile id} of the identities that are known."""
        if not wanted:
            return {}
        self._flush_claims()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (i.kind, i.value) i.kind, i.value, i.profile_id
                  FROM unnest(%(kinds)s::text[], %(values)s::text[]) w (kind, value)
                  JOIN flywheel_identity i ON i.kind = w.kind AND i.value = w.value
                 WHERE i.company_id IS NULL OR i.company_id = ANY(%(companies)s)
              ORDER BY i.kind, i.value, i.company_id = %(company)s DESC NULLS LAST, i.id
                """,
                kinds=array(kind for kind, _value in wanted),
                values=array(value for _kind, value in wanted),
                companies=self.env.companies.ids,
                company=self.env.company.id,
            )
        )
        return {(kind, value): profile_id for kind, value, profile_id in rows}

    @api.model
    def _find_anonymous(self, wanted):
        """Find the people behind addresses who have no contact.

        A person known by an email address is not told by a phone number alone:
        many share one.

        :param wanted: list of (partner id, kind, normalized value, company id)
        :return: [(partner id, profile id)]; a contact that all companies share finds
            the people of the caller's companies
        """
        if not wanted:
            return []
        self._flush_claims()
        self.flush_model()
        partners, kinds, values, companies = zip(*wanted, strict=True)
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT w.partner_id, i.profile_id
                  FROM unnest(%(partners)s::int[], %(kinds)s::text[],
                              %(values)s::text[], %(companies)s::int[])
                       AS w (partner_id, kind, value, company_id)
                  JOIN flywheel_identity i ON i.kind = w.kind AND i.value = w.value
                  JOIN flywheel_profile p
                    ON p.id = i.profile_id AND p.partner_id IS NULL
                 WHERE (i.company_id IS NOT DISTINCT FROM w.company_id
                        OR w.company_id IS NULL AND i.company_id = ANY(%(own)s))
                   AND (i.kind = 'email' OR NOT EXISTS (
                        SELECT FROM flywheel_identity e
                         WHERE e.profile_id = i.profile_id AND e.kind = 'email'))
              ORDER BY w.partner_id, i.profile_id
                """,
                partners=list(partners),
                kinds=list(kinds),
                values=list(values),
                companies=[company or None for company in companies],
                own=self.env.companies.ids,
            )
        )

    @api.model
    def _adopt_partners(self, wanted):
        """Make people of contacts that have one of these addresses.

        :return: {(kind, value): profile id} of those found
        """
        columns = {"email": "email_normalized", "phone": "phone_sanitized"}
        found = {}
        for kind, column in columns.items():
            values = [value for k, value in wanted if k == kind]
            if not values:
                continue
            # sudo: recognising a person must not depend on who sends the event; the
            # companies of the caller are the limit
            partners = (
                self.env["res.partner"]
                .sudo()
                .search_fetch(
                    [
                        (column, "in", values),
                        ("company_id", "in", [False, *self.env.companies.ids]),
                    ],
                    [column, "flywheel_profile_id"],
                    order="is_company, id",
                )
            )
            first = {}
            for partner in partners:
                first.setdefault(partner[column], partner)
            chosen = partners.browse([partner.id for partner in first.values()])
            chosen._flywheel_ensure_profiles()
            for value, partner in first.items():
                if partner.flywheel_profile_id:
                    found[kind, value] = partner.flywheel_profile_id.id
        return found

    @api.model
    def _later(self, claims=(), moved=()):
        """Claim identities, and follow people to their new company, together with the
        others of the transaction: before anybody is looked for, or at its end.

        :param claims: rows for :meth:`_claim`
        :param moved: ids of people who have another company now
        """
        precommit = self.env.cr.precommit
        if QUEUE not in precommit.data:
            precommit.data[QUEUE] = ([], set())
            precommit.add(self.sudo()._flush_claims)
        precommit.data[QUEUE][0].extend(claims)
        precommit.data[QUEUE][1].update(moved)
        people = self.env["flywheel.profile"]
        people.invalidate_model(["identity_ids", "touchpoint_ids"], flush=False)

    @api.model
    def _flush_claims(self):
        claims, moved = self.env.cr.precommit.data.pop(QUEUE, ((), ()))
        # sudo: people are recognised by what the flow knows of them
        if moved:
            self.env["flywheel.profile"].sudo().browse(moved)._company_changed()
        self.sudo()._claim(claims)

    @api.model
    def _search(self, *args, **kwargs):
        self._flush_claims()
        return super()._search(*args, **kwargs)

    @api.model
    def _claim(self, rows):
        """Store identities; one that somebody holds already stays where it is.

        :param rows: iterable of (profile id, kind, value, company id or None)
        """
        rows = self._drop_forgotten(dict.fromkeys(rows))
        if not rows:
            return
        # All in one order: two transactions at the same addresses do not deadlock.
        rows = sorted(rows, key=lambda row: row[1:3])
        profiles, kinds, values, companies = zip(*rows, strict=True)
        statement = """
            INSERT INTO flywheel_identity
                   (profile_id, kind, value, company_id, create_date, write_date)
            SELECT t.*, %(now)s, %(now)s
              FROM unnest(%(profiles)s::int[], %(kinds)s::text[], %(values)s::text[],
                          %(companies)s::int[]) t
            ON CONFLICT DO NOTHING
            """
        params = {
            "profiles": array(profiles),
            "kinds": array(kinds),
            "values": array(values),
            "companies": array(company or None for company in companies),
            "now": self.env.cr.now(),
        }
        with unlogged_conflicts():
            self.env.cr.execute(statement, params)
        self.env["flywheel.profile"].invalidate_model(["identity_ids"], flush=False)

    @api.model
    def _drop_forgotten(self, rows):
        """Leave out identities of people who asked to be forgotten.

        :param rows: as in :meth:`_claim`
        """
        by_company = {}
        for row in rows:
            by_company.setdefault(row[3] or False, []).append(row)
        suppression = self.env["flywheel.suppression"]
        kept = []
        for company_id, group in by_company.items():
            forgotten = suppression._match({row[1:3] for row in group}, company_id)
            kept += [row for row in group if row[1:3] not in forgotten]
        return kept
