# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from .helpdesk_ticket_conversation import SPOKEN


class HelpdeskTicketTakeover(models.Model):
    """Cases from before the clock: who waits is read from their conversations."""

    _inherit = "helpdesk.ticket"

    def _auto_init(self):
        new = not column_exists(self.env.cr, self._table, "waiting_since")
        result = super()._auto_init()
        if new:
            self._flywheel_take_over_waits()
        return result

    @api.model
    def _flywheel_take_over_waits(self):
        """Set first and last answer of all cases, and who waits on the open ones.

        Of a case without an answer the customer waits since it came in, else since his
        first message after our last. Nothing is due by that: a time that was never
        promised must not raise the alarm for all old cases at once. They are in the
        lists as waiting, and as dropped when they wait for too long.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH spoken AS (
                    SELECT m.res_id, m.date,
                           EXISTS (SELECT FROM res_users u
                                    WHERE u.partner_id = m.author_id
                                      AND u.share IS NOT TRUE
                                      AND (u.id = t.user_id
                                           OR t.partner_id IS NULL
                                           OR t.partner_id != m.author_id)) AS staff
                      FROM mail_message m
                      JOIN helpdesk_ticket t ON t.id = m.res_id
                     WHERE m.model = 'helpdesk.ticket'
                       AND m.message_type = ANY(%(spoken)s)
                       AND m.is_internal IS NOT TRUE
                       AND m.subtype_id = %(comment)s
                       AND m.author_id IS DISTINCT FROM %(robot)s
                ), answers AS (
                    SELECT res_id, min(date) AS first, max(date) AS last
                      FROM spoken WHERE staff GROUP BY res_id
                ), asked AS (
                    SELECT s.res_id, min(s.date) AS since
                      FROM spoken s JOIN answers a ON a.res_id = s.res_id
                     WHERE NOT s.staff AND s.date > a.last
                     GROUP BY s.res_id
                )
                UPDATE helpdesk_ticket t
                   SET first_response_date = COALESCE(t.first_response_date, a.first),
                       last_answer_date = COALESCE(t.last_answer_date, a.last),
                       waiting_since = CASE
                           WHEN s.closed IS TRUE
                                OR COALESCE(t.mail_verdict, 'human') != 'human'
                           THEN NULL
                           WHEN a.last IS NULL THEN t.create_date
                           ELSE q.since END
                  FROM helpdesk_ticket c
                  LEFT JOIN helpdesk_ticket_stage s ON s.id = c.stage_id
                  LEFT JOIN answers a ON a.res_id = c.id
                  LEFT JOIN asked q ON q.res_id = c.id
                 WHERE c.id = t.id AND t.waiting_since IS NULL
                   AND t.first_response_date IS NULL
                """,
                spoken=list(SPOKEN),
                comment=self.env.ref("mail.mt_comment").id,
                robot=self.env.ref("base.partner_root").id,
            )
        )
