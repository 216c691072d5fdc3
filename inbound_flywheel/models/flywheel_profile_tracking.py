# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..engine.arrays import array

# Types of touchpoints that are noted by watching: the person does not write them.
WATCHED = ("email_open", "email_click", "link", "page")


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
        self.env["res.company"].flush_model(["flywheel_tracking", "active"])
        self.flush_recordset(["company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id
                  FROM flywheel_profile p
                  LEFT JOIN LATERAL (
                       SELECT c.kind FROM flywheel_consent c
                        WHERE c.profile_id = p.id AND c.purpose = 'tracking'
                     ORDER BY c.date DESC, c.id DESC LIMIT 1) said ON TRUE
                 WHERE p.id = ANY(%s::int[])
                   AND said.kind IS DISTINCT FROM 'withdrawn'
                   AND NOT EXISTS (
                       SELECT FROM res_company o
                        WHERE (o.id = p.company_id
                               OR p.company_id IS NULL AND o.active)
                          AND (o.flywheel_tracking = 'nobody'
                               OR o.flywheel_tracking = 'consent'
                              AND said.kind IS DISTINCT FROM 'given'))
                """,
                array(self.ids),
            )
        )
        return self.browse(row[0] for row in rows)

    def _drop_tracking(self):
        """Delete opens, clicks and visits that were noted of people, who do not want
        that any more; log it. An addon that keeps more than touchpoints deletes that,
        too.

        :return: number of touchpoints that are gone
        """
        self.check_access("read")
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        # sudo: a withdrawal is carried out in full, whoever logs it
        Touchpoint = self.env["flywheel.touchpoint"].sudo()
        total = 0
        for person in self.sudo():
            lines = Touchpoint.search(
                [
                    ("profile_id", "=", person.id),
                    ("type_id", "in", [types[code] for code in WATCHED]),
                ]
            )
            count = len(lines)
            lines.unlink()
            # What is left is scored and dated anew.
            person._replay(person)
            log = self.env["flywheel.privacy.log"]._start(
                "tracking", person.with_env(self.env), reason="consent"
            )
            log.sudo().counts = [(Touchpoint._name, "deleted", count)]
            total += count
        return total
