# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import hmac
import secrets

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.tools import SQL

SECRET = "inbound_flywheel.suppression_secret"


class FlywheelSuppression(models.Model):
    """Addresses and records of people who were forgotten, as keyed hashes: nobody can
    read from them who that was, and imports, mails and remote systems do not make
    these people anew.
    """

    _name = "flywheel.suppression"
    _description = "Do Not Track Again"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("email", "Email"),
            ("phone", "Phone"),
            ("visitor", "Visitor"),
            ("external", "Outside System"),
            ("record", "Record"),
        ],
        required=True,
        readonly=True,
    )
    digest = fields.Char(required=True, readonly=True, string="Fingerprint")
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="cascade",
        help="Where the person was forgotten. Empty: in all companies.",
    )
    log_id = fields.Many2one(
        "flywheel.privacy.log",
        string="Erasure",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    _digest_uniq = models.UniqueIndex(
        "(digest, COALESCE(company_id, 0))", "This fingerprint is in the list already."
    )

    @api.model
    def _get_secret(self):
        """Return the key of all hashes; it is made when the first one is needed."""
        # sudo: nobody but the system reads parameters
        params = self.env["ir.config_parameter"].sudo()
        secret = params.get_param(SECRET)
        if not secret:
            secret = secrets.token_hex(32)
            params.set_param(SECRET, secret)
        return secret.encode()

    @api.model
    def _digest(self, kind, value):
        """Return the keyed hash (HMAC-SHA-256, hexadecimal) of an identity.

        :param kind: as :attr:`kind`
        :param value: in the form that identities are stored in
        """
        words = f"{kind}:{value}".encode()
        return hmac.new(self._get_secret(), words, hashlib.sha256).hexdigest()

    @api.model
    @tools.ormcache()
    def _is_used(self):
        """Tell whether anybody was forgotten at all: most databases pay no more."""
        rows = self.env.execute_query(
            SQL("SELECT EXISTS (SELECT FROM flywheel_suppression)")
        )
        return rows[0][0]

    @api.model
    def _match(self, wanted, company_id=None):
        """Return those of some identities that must not become a person.

        :param wanted: iterable of (kind, normalized value)
        :param company_id: company of the person to be made; empty for all companies
        :return: set of (kind, value)
        """
        # The list is written by the flow alone, and read whoever causes an event.
        if not wanted or not self._is_used():
            return set()
        digests = {self._digest(kind, value): (kind, value) for kind, value in wanted}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT digest FROM flywheel_suppression
                 WHERE digest = ANY(%(digests)s)
                   AND (company_id IS NULL OR %(company)s::int IS NULL
                        OR company_id = %(company)s)
                """,
                digests=list(digests),
                company=company_id or None,
            )
        )
        return {digests[row[0]] for row in rows}

    @api.model
    def _match_records(self, records, values):
        """Return those of some records whose people were forgotten.

        :param records: of one model with ``flywheel.profile.mixin``, of one company
        :param values: what ``_flywheel_person_values`` says of them
        """
        if not records or not self._is_used():
            return records.browse()
        keys = {
            record: {
                ("record", f"{record._name}:{record.id}"),
                *self._get_telling_key(values.get(record.id, {})),
            }
            for record in records
        }
        company_id = values.get(records[0].id, {}).get("company_id")
        wanted = {key for own in keys.values() for key in own}
        matched = self._match(wanted, company_id)
        return records.filtered(lambda record: matched.intersection(keys[record]))

    @api.model
    def _get_telling_key(self, values):
        """Return [(kind, value)] of the address that tells who somebody is: many
        share a phone number, so it does for those only who have no email address.

        :param values: dict with ``email`` and ``phone``
        """
        normalize = self.env["flywheel.identity"]._normalize
        for kind in ("email", "phone"):
            if value := normalize(kind, values.get(kind)):
                return [(kind, value)]
        return []

    @api.model
    def _add(self, keys, company_id, log=None):
        """Put identities on the list; one that is there stays.

        :param keys: iterable of (kind, normalized value)
        :param company_id: see :attr:`company_id`
        """
        digests = {self._digest(kind, value): kind for kind, value in keys}
        self.env.cr.execute(
            """
            INSERT INTO flywheel_suppression (digest, kind, company_id, log_id,
                        create_uid, create_date, write_uid, write_date)
            SELECT digest, kind, %(company)s, %(log)s, %(uid)s, %(now)s, %(uid)s,
                   %(now)s
              FROM unnest(%(digests)s::text[], %(kinds)s::text[]) t (digest, kind)
            ON CONFLICT DO NOTHING
            """,
            {
                "digests": list(digests),
                "kinds": list(digests.values()),
                "company": company_id or None,
                "log": log.id if log else None,
                "uid": self.env.uid,
                "now": self.env.cr.now(),
            },
        )
        self.invalidate_model(flush=False)
        self.env.registry.clear_cache()

    @api.model
    def _lift(self, keys):
        """Take identities off the list: the person has come back.

        :param keys: iterable of (kind, normalized value)
        :return: number of entries taken off, those of the same erasure included
        """
        digests = [self._digest(kind, value) for kind, value in keys]
        # sudo: the list is written by the flow alone
        found = self.sudo().search(
            [
                ("digest", "in", digests),
                ("company_id", "in", [False, *self.env.companies.ids]),
            ]
        )
        found |= self.sudo().search([("log_id", "in", found.log_id.ids)])
        count = len(found)
        found.unlink()
        self.env.registry.clear_cache()
        return count

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("People get on this list by an erasure."))
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def action_lift(self):
        """Open the dialogue for somebody who has come back."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_suppression_lift_action"
        )
