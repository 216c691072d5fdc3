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
        that any more; log it.

        :return: number of touchpoints that are gone
        """
        self.check_access("read")
        total = 0
        # sudo: a withdrawal is carried out in full, whoever logs it
        for person in self.sudo():
            counts = person._drop_watched()
            # What is left is scored and dated anew.
            person._replay(person)
            log = self.env["flywheel.privacy.log"]._start(
                "tracking", person.with_env(self.env), reason="consent"
            )
            log.sudo().counts = counts
            total += counts[0][-1]
        return total

    def _drop_watched(self):
        """Delete what was noted by watching a person. An addon that keeps more than
        touchpoints deletes that, too, and adds it to the list.

        :return: [(model, ``deleted`` or ``anonymised``, number of records)], the
            touchpoints first
        """
        types = self.env["flywheel.touchpoint.type"]._get_ids_by_code()
        lines = self.env["flywheel.touchpoint"].search(
            [
                ("profile_id", "in", self.ids),
                ("type_id", "in", [types[code] for code in WATCHED]),
            ]
        )
        count = len(lines)
        lines.unlink()
        return [(lines._name, "deleted", count)]
