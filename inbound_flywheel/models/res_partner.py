# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .flywheel_profile_mixin import GROUP


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = [
        "res.partner",
        "flywheel.profile.mixin",
        "flywheel.seniority.mixin",
    ]

    _flywheel_trigger_fields = frozenset({"email", "phone", "company_id"})
    _flywheel_correspondence = True

    flywheel_people_score = fields.Float(
        string="Score of Its People",
        compute="_compute_flywheel_people",
        digits=(16, 1),
        groups=GROUP,
        help="The engagement scores of all people of this company together.",
    )
    flywheel_best_person_id = fields.Many2one(
        "res.partner",
        string="Most Engaged",
        compute="_compute_flywheel_people",
        groups=GROUP,
    )

    @api.depends("is_company", "child_ids")
    def _compute_flywheel_people(self):
        self.flywheel_people_score = 0.0
        self.flywheel_best_person_id = False
        companies = self.filtered("is_company")
        if not companies:
            return
        people = self.env["res.partner"].search_fetch(
            [
                ("commercial_partner_id", "in", companies.ids),
                ("flywheel_profile_id", "!=", False),
            ],
            ["commercial_partner_id", "flywheel_profile_id"],
            order="engagement_score desc, id",
        )
        for person in people:
            company = person.commercial_partner_id
            company.flywheel_people_score += person.engagement_score
            if not company.flywheel_best_person_id:
                company.flywheel_best_person_id = person

    def _flywheel_person_values(self):
        return {
            partner.id: {
                "partner_id": partner.id,
                "name": partner.name,
                "email": partner.email_normalized,
                "phone": partner.phone_sanitized,
                "company_id": partner.company_id.id,
            }
            for partner in self
        }

    def _flywheel_link_people(self, values):
        # A contact is its own person, all are made in one go; unless its addresses
        # have a history already.
        self._flywheel_join_anonymous()
        missing = self.filtered(lambda partner: not partner.flywheel_profile_id)
        missing -= self.env["flywheel.suppression"]._match_records(missing, values)
        if missing:
            missing._flywheel_wait_for_others()
        profile_ids = self.env["flywheel.profile"]._create_bare(
            [values[partner.id] for partner in missing]
        )
        made = dict(zip(missing.ids, profile_ids, strict=True))
        if made:
            self.env.cr.execute(
                "UPDATE res_partner p SET flywheel_profile_id = t.profile_id"
                " FROM unnest(%s::int[], %s::int[]) t (partner_id, profile_id)"
                " WHERE p.id = t.partner_id",
                [list(made), list(made.values())],
            )
            missing.invalidate_recordset(["flywheel_profile_id"], flush=False)
        missing._claim_identities(made)

    def _flywheel_wait_for_others(self):
        """Keep others from making people of these contacts at the same time.

        Who comes second fails with an error that makes Odoo run the request again,
        and finds the people there; the unique index would refuse it for good.
        """
        self.flush_recordset()
        self.env.cr.execute(
            "SELECT FROM res_partner WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [self.ids],
        )

    def _get_addresses(self):
        """Return [(partner, kind, normalized value)] of these contacts."""
        return [
            (partner, kind, value)
            for partner in self
            for kind, value in (
                ("email", partner.email_normalized),
                ("phone", partner.phone_sanitized),
            )
            if value
        ]

    def _flywheel_join_anonymous(self):
        """Let these contacts take over what is known of their addresses alone."""
        found = self.env["flywheel.identity"]._find_anonymous(
            [
                (partner.id, kind, value, partner.company_id.id)
                for partner, kind, value in self._get_addresses()
            ]
        )
        taken = set()
        for partner_id, profile_id in found:
            if profile_id in taken:
                continue
            taken.add(profile_id)
            partner = self.browse(partner_id)
            profile = self.env["flywheel.profile"].browse(profile_id)
            if partner.flywheel_profile_id:
                partner.flywheel_profile_id._merge(profile)
            else:
                profile._set_partner(partner)

    def _claim_identities(self, profile_ids):
        """Let events that know only an address find these people.

        :param profile_ids: {partner id: profile id}
        """
        rows = [
            (profile_ids[partner.id], kind, value, partner.company_id.id)
            for partner, kind, value in self._get_addresses()
            if profile_ids.get(partner.id)
        ]
        self.env["flywheel.identity"]._later(claims=rows)

    def _flywheel_relink(self):
        """Carry new addresses and a new company to the people of these contacts."""
        # sudo: see the mixin
        partners = self.sudo().filtered("flywheel_profile_id")
        moved = partners.filtered(
            lambda partner: partner.flywheel_profile_id.company_id != partner.company_id
        )
        for partner in moved:
            partner.flywheel_profile_id.company_id = partner.company_id
        if moved:
            self.env["flywheel.identity"]._later(moved=moved.flywheel_profile_id.ids)
        partners._flywheel_join_anonymous()
        partners._claim_identities(
            {partner.id: partner.flywheel_profile_id.id for partner in partners}
        )
