# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class FlywheelQuarantineReport(models.Model):
    _inherit = "flywheel.quarantine.report"

    mailing_id = fields.Many2one("mailing.mailing", readonly=True)
    network = fields.Char(readonly=True)

    def _select(self):
        return SQL(
            "%s, mailing.id AS mailing_id, hit.network",
            super()._select(),
        )

    def _from(self):
        return SQL(
            """
            %s
            LEFT JOIN mailing_mailing mailing
              ON t.res_model = 'mailing.mailing' AND mailing.id = t.res_id
            LEFT JOIN LATERAL (
                 SELECT h.network FROM flywheel_mailing_hit h
                  WHERE h.touchpoint_id = t.id LIMIT 1) hit ON TRUE
            """,
            super()._from(),
        )
