# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .flywheel_handover import OPEN


class FlywheelHandover(models.Model):
    _inherit = "flywheel.handover"

    @api.model
    def _settle(self):
        """Follow what happened elsewhere: to scores, to leads, to salespeople."""
        self._flush_read()
        self._withdraw_fallen()
        self._withdraw_closed()
        self._follow_leads()
        self.invalidate_model(flush=False)

    @api.model
    def _withdraw_fallen(self):
        """Withdraw those whose score fell below the threshold before sales had them.

        The momentum stands still while the bound rises with time.
        """
        self._withdraw(SQL("p.no_profiling"), "objection")
        for definition in self.env["flywheel.handover.definition"]._get_all():
            bound = definition._get_threshold() / definition._get_worth()
            self._withdraw(
                SQL(
                    "p.momentum < %s::float8 AND %s",
                    bound,
                    definition._get_company_sql("p"),
                ),
                "score",
            )

    @api.model
    def _withdraw_closed(self):
        """Withdraw those whose lead was won or lost before sales had it."""
        condition = "EXISTS (SELECT FROM crm_lead l WHERE l.id = h.lead_id"
        condition += " AND (NOT l.active OR l.won_status <> 'pending'))"
        self._withdraw(SQL(condition), "closed")

    @api.model
    def _withdraw(self, condition, reason):
        """Withdraw the hand-overs ``h``, of the people ``p``, that are not assigned.

        :param condition: an :class:`SQL`
        :param reason: value of ``withdraw_reason``
        """
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE flywheel_handover h
                   SET state = 'withdrawn', withdraw_reason = %(reason)s,
                       date_closed = %(now)s, waiting_reason = NULL
                  FROM flywheel_profile p
                 WHERE p.id = h.profile_id AND h.state IN ('waiting', 'incomplete')
                   AND %(condition)s
             RETURNING h.id
                """,
                reason=reason,
                now=fields.Datetime.now(),
                condition=condition,
            )
        )
        withdrawn = self.browse([row[0] for row in rows])
        withdrawn.invalidate_recordset(flush=False)
        withdrawn._close_activities()
        return withdrawn

    @api.model
    def _follow_leads(self):
        """Follow leads that others assign or close while sales has yet to answer."""
        now = fields.Datetime.now()
        # Somebody else has the lead now: the question goes to that salesperson.
        self.env.cr.execute(
            """
            UPDATE flywheel_handover h SET user_id = l.user_id, team_id = l.team_id
              FROM crm_lead l
             WHERE h.state = 'assigned' AND l.id = h.lead_id
               AND l.user_id IS NOT NULL AND l.user_id IS DISTINCT FROM h.user_id
            """
        )
        # The salesperson or the lead is gone: back into the queue, once.
        self.env.cr.execute(
            """
            UPDATE flywheel_handover h
               SET state = 'waiting', date_assigned = NULL, deadline = NULL,
                   user_id = NULL, reminders = 0
             WHERE h.state = 'assigned' AND (h.user_id IS NULL OR NOT EXISTS (
                   SELECT FROM res_users u WHERE u.id = h.user_id AND u.active))
            """
        )
        # Won or lost: that is an answer.
        rows = self.env.execute_query(
            SQL(
                "SELECT h.id FROM flywheel_handover h"
                " JOIN crm_lead l ON l.id = h.lead_id"
                " WHERE h.state = 'assigned' AND l.won_status <> 'pending'"
            )
        )
        answered = self.browse([row[0] for row in rows])
        answered._write_answer({"state": "accepted"}, now)
        answered._close_activities()

    def _end(self, reason):
        """Withdraw these hand-overs, whatever their state.

        :param reason: value of ``withdraw_reason``
        """
        self._close_activities()
        self.write(
            {
                "state": "withdrawn",
                "withdraw_reason": reason,
                "date_closed": fields.Datetime.now(),
                "waiting_reason": False,
            }
        )

    def _collapse(self):
        """Of hand-overs of one person, let the one go on that has come furthest."""
        going = self.filtered(lambda h: h.state in OPEN)
        furthest = going.sorted(lambda h: (-OPEN.index(h.state), h.id))[:1]
        (going - furthest)._end("merge")
        self.flush_recordset()

    def _close_activities(self):
        """Remove the open tasks of these hand-overs: nothing is left to do."""
        # sudo: the tasks belong to the hand-over, whoever they are for
        self.sudo().activity_id.filtered("active").unlink()
