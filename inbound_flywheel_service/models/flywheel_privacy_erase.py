# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class FlywheelPrivacyLog(models.Model):
    """Recommendations stay as numbers that belong to nobody."""

    _inherit = "flywheel.privacy.log"

    def _count_lines(self, person):
        result = super()._count_lines(person)
        self.env["flywheel.nps"].flush_model()
        self.env.cr.execute(
            """
            UPDATE flywheel_nps
               SET profile_id = %(nobody)s, customer = NULL, email = NULL,
                   comment = NULL, ticket_id = NULL, lang = NULL,
                   access_token = gen_random_uuid()::text,
                   sent_date = date_trunc('day', sent_date),
                   answer_date = date_trunc('day', answer_date)
             WHERE profile_id = %(person)s
            """,
            {"nobody": person._get_nobody().id, "person": person.id},
        )
        self.env["flywheel.nps"].invalidate_model(flush=False)
        return result
