# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from odoo.addons.inbound_flywheel.engine.arrays import array
from odoo.addons.inbound_flywheel.engine.busy import gives_way


class MailingContact(models.Model):
    """A contact of a mailing list shows the picture of the person whose address it
    has, where there is one: lists of a million addresses make no million people."""

    _name = "mailing.contact"
    _inherit = ["mailing.contact", "flywheel.profile.mixin"]

    _flywheel_trigger_fields = frozenset({"email"})

    _email_normalized_idx = models.Index(
        "(email_normalized) WHERE flywheel_profile_id IS NULL"
    )

    def _flywheel_person_values(self):
        if self._flywheel_shared_only():
            return {}
        return {
            contact.id: {
                "email": contact.email_normalized,
                "name": contact.name,
                "company_id": self.env.company.id,
            }
            for contact in self
            if contact.email_normalized
        }

    @api.model
    def _flywheel_shared_only(self):
        """Whether contacts show none but people whom all companies share.

        Lists belong to no company: beside a second one, whoever reads them would read
        the picture of other companies' people.
        """
        # sudo: how many there are
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search_count([], limit=2) > 1

    @api.model_create_multi
    def create(self, vals_list):
        contacts = super().create(vals_list)
        contacts._flywheel_find_people()
        return contacts

    def _flywheel_relink(self):
        """Let contacts with another address go from the person they were."""
        # sudo: see the mixin
        self.sudo().flywheel_profile_id = False
        self._flywheel_find_people()

    def _flywheel_find_people(self):
        """Link these contacts to the people who are known by their address."""
        if self:
            self.flush_recordset()
            self._flywheel_link_by_address(SQL("c.id = ANY(%s)", self.ids))

    @api.model
    def _flywheel_link_by_address(self, condition=None):
        """Link contacts to the people who are known by their address, in one
        statement; nobody is made.

        :param condition: SQL on the contact ``c``; by default all are looked at
        """
        self.env["flywheel.identity"]._flush_claims()
        self.env["flywheel.identity"].flush_model()
        self.flush_model(["email_normalized", "flywheel_profile_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE mailing_contact c SET flywheel_profile_id = known.profile_id
                  FROM (SELECT DISTINCT ON (i.value) i.value, i.profile_id
                          FROM flywheel_identity i
                         WHERE i.kind = 'email'
                           AND (i.company_id IS NULL
                                OR NOT %s AND i.company_id = ANY(%s))
                      ORDER BY i.value, i.company_id = %s DESC NULLS LAST, i.id) known
                 WHERE c.email_normalized = known.value
                   AND c.flywheel_profile_id IS NULL AND %s
                """,
                self._flywheel_shared_only(),
                self.env.companies.ids,
                self.env.company.id,
                condition or SQL("TRUE"),
            )
        )
        self.invalidate_model(["flywheel_profile_id"], flush=False)
        self._invalidate_picture()

    @api.model
    @gives_way
    def _cron_link_contacts(self):
        """Link contacts to the people whose address became known since."""
        for company in self.env["res.company"].search_fetch([], ["name"]):
            self.with_context(
                allowed_company_ids=company.ids
            )._flywheel_link_by_address()

    @api.model
    def _flywheel_link_known(self, people):
        """Link contacts that have no person yet, and name people by them.

        :param people: {contact id: profile id}
        """
        if not people:
            return
        params = {
            "ids": array(people),
            "people": array(people.values()),
            "shared": self._flywheel_shared_only(),
        }
        self.env.cr.execute(
            """
            UPDATE mailing_contact c SET flywheel_profile_id = v.profile_id
              FROM unnest(%(ids)s::int[], %(people)s::int[]) v (id, profile_id)
              JOIN flywheel_profile p ON p.id = v.profile_id
             WHERE c.id = v.id AND c.flywheel_profile_id IS NULL
               AND (p.company_id IS NULL OR NOT %(shared)s)
            """,
            params,
        )
        self.env.cr.execute(
            """
            UPDATE flywheel_profile p SET name = c.name
              FROM unnest(%(ids)s::int[], %(people)s::int[]) v (id, profile_id)
              JOIN mailing_contact c ON c.id = v.id
             WHERE p.id = v.profile_id AND p.name IS NULL AND p.partner_id IS NULL
               AND c.name IS NOT NULL
            """,
            params,
        )
        self.invalidate_model(["flywheel_profile_id"], flush=False)
        self.env["flywheel.profile"].invalidate_model(["name"], flush=False)
