# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class FlywheelPrivacyLog(models.Model):
    _inherit = "flywheel.privacy.log"

    def _count_lines(self, person):
        # While the ledger still tells whose they are: programs and networks are no
        # numbers that may stay.
        self.env.cr.execute(
            "DELETE FROM flywheel_mailing_hit h USING flywheel_touchpoint t"
            " WHERE h.touchpoint_id = t.id AND t.profile_id = ANY(%s)",
            [person.ids],
        )
        self.env["flywheel.mailing.hit"].invalidate_model(flush=False)
        return super()._count_lines(person)

    def _get_erasure_place(self, name):
        # They tell which mails are left to do.
        if name == "flywheel.mailing.recipient":
            return (-0.5, name)
        return super()._get_erasure_place(name)
