# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    _flywheel_domain_idx = models.Index(
        "(split_part(email_normalized, '@', 2)) WHERE email_normalized IS NOT NULL"
    )
    _flywheel_website_idx = models.Index(
        r"(lower(substring(website from '^(?:[a-z]+://)?(?:www\.)?([^/:?#]+)')))"
        " WHERE is_company AND website IS NOT NULL"
    )

    @api.model
    def _flywheel_find_companies(self, domains, company):
        """Find the contacts of the companies that own mail domains.

        :param domains: of addresses, none of a service for everybody
        :param company: our company; contacts of others are not looked at
        :return: {domain: record}, without domains of nobody or of several companies
        """
        if not domains:
            return {}
        self.flush_model(
            ["email", "website", "is_company", "commercial_partner_id", "company_id"]
        )
        rows = self.env.execute_query(
            SQL(
                r"""
                WITH found AS (
                    SELECT d.domain, p.commercial_partner_id AS id
                      FROM unnest(%(domains)s::text[]) AS d (domain)
                      JOIN res_partner p
                        ON split_part(p.email_normalized, '@', 2) = d.domain
                       AND p.email_normalized IS NOT NULL AND p.active
                     UNION
                    SELECT d.domain, p.id
                      FROM unnest(%(domains)s::text[]) AS d (domain)
                      JOIN res_partner p
                        ON lower(substring(p.website from
                               '^(?:[a-z]+://)?(?:www\.)?([^/:?#]+)')) = d.domain
                       AND p.is_company AND p.website IS NOT NULL AND p.active
                )
                SELECT found.domain, min(c.id)
                  FROM found JOIN res_partner c ON c.id = found.id
                 WHERE c.is_company AND c.active
                   AND (c.company_id IS NULL OR c.company_id = %(company)s)
                   AND NOT EXISTS (SELECT FROM res_company own
                                    WHERE own.partner_id = c.id)
              GROUP BY found.domain HAVING count(DISTINCT c.id) = 1
                """,
                domains=list(domains),
                company=company.id,
            )
        )
        return {domain: self.browse(partner_id) for domain, partner_id in rows}
