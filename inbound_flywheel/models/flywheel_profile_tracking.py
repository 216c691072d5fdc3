# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class FlywheelProfile(models.Model):
    """Whose opens, clicks and visits are noted."""

    _inherit = "flywheel.profile"

    def _filter_tracked(self):
        """Return the people whose opens, clicks and visits may be noted.

        As the person's company says (:attr:`res.company.flywheel_tracking`): all but
        those who objected, only those who agreed, or nobody. People whom all companies
        share follow the strictest of them.
        """
        if not self:
            return self
        self.env["flywheel.consent"].flush_model()
        self.env["res.company"].flush_model(["flywheel_tracking"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id
                  FROM flywheel_profile p
                  LEFT JOIN LATERAL (
                       SELECT c.kind FROM flywheel_consent c
                        WHERE c.profile_id = p.id AND c.purpose = 'tracking'
                     ORDER BY c.date DESC, c.id DESC LIMIT 1) said ON TRUE
                 WHERE p.id = ANY(%s)
                   AND said.kind IS DISTINCT FROM 'withdrawn'
                   AND NOT EXISTS (
                       SELECT FROM res_company o
                        WHERE (o.id = p.company_id
                               OR p.company_id IS NULL AND o.active)
                          AND (o.flywheel_tracking = 'nobody'
                               OR o.flywheel_tracking = 'consent'
                              AND said.kind IS DISTINCT FROM 'given'))
                """,
                self.ids,
            )
        )
        return self.browse(row[0] for row in rows)
