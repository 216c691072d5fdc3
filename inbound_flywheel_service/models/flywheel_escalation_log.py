# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL


class FlywheelEscalationLog(models.Model):
    """What was escalated: each step once a waiting period, each rule once a case."""

    _name = "flywheel.escalation.log"
    _inherit = "flywheel.case.part.mixin"
    _description = "Escalation"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    team_id = fields.Many2one(related="ticket_id.team_id", store=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    step_id = fields.Many2one(
        "flywheel.escalation.step", string="Step", ondelete="cascade", index=True
    )
    rule_id = fields.Many2one(
        "flywheel.escalation.rule",
        string="Rule",
        ondelete="cascade",
        index="btree_not_null",
    )
    waiting_since = fields.Datetime(
        string="Period Began",
        help="The beginning of the waiting, or of the time without an owner.",
    )
    word = fields.Char(help="What decided.")
    lifted = fields.Datetime(string="Lifted On")
    lifted_by_id = fields.Many2one("res.users", string="Lifted By")
    lifted_reason = fields.Char()

    _step_uniq = models.UniqueIndex(
        "(ticket_id, step_id, waiting_since) WHERE step_id IS NOT NULL"
    )
    _rule_uniq = models.UniqueIndex("(ticket_id, rule_id) WHERE rule_id IS NOT NULL")

    @api.model
    def _taken(self, tickets):
        """Set of (ticket id, step id, start of the period) of steps taken."""
        self.flush_model(["ticket_id", "step_id", "waiting_since"])
        return set(
            self.env.execute_query(
                SQL(
                    """
                    SELECT ticket_id, step_id, waiting_since
                      FROM flywheel_escalation_log
                     WHERE ticket_id = ANY(%s) AND step_id IS NOT NULL
                    """,
                    tickets.ids,
                )
            )
        )

    @api.model
    def _take(self, steps, now):
        """Note steps; those of them that nobody had noted before.

        :param list steps: of (ticket, step, start of the period)
        """
        if not steps:
            return []
        taken = self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_escalation_log
                       (ticket_id, step_id, waiting_since, company_id, team_id, date,
                        create_uid, create_date, write_uid, write_date)
                SELECT v.ticket, v.step, v.since, t.company_id, t.team_id, %(now)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(tickets)s, %(steps)s, %(since)s::timestamp[])
                    AS v(ticket, step, since)
                  JOIN helpdesk_ticket t ON t.id = v.ticket
                    ON CONFLICT DO NOTHING
             RETURNING ticket_id, step_id
                """,
                now=now,
                uid=self.env.uid,
                tickets=[ticket.id for ticket, _step, _since in steps],
                steps=[step.id for _ticket, step, _since in steps],
                since=[since for _ticket, _step, since in steps],
            )
        )
        self.invalidate_model()
        taken = set(taken)
        return [item for item in steps if (item[0].id, item[1].id) in taken]

    @api.model
    def _merge(self, source, source_since, target, old, new):
        """``target`` goes on with the period of ``source``: what one of them has
        had, neither gets again.

        :param old: start of the target's own period, or ``False``
        :param new: start of the common period
        """
        self.flush_model(["ticket_id", "step_id", "waiting_since"])
        self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_escalation_log
                       (ticket_id, step_id, waiting_since, company_id, team_id, date,
                        create_uid, create_date, write_uid, write_date)
                SELECT %(target)s, l.step_id, %(new)s, l.company_id, l.team_id, l.date,
                       l.create_uid, l.create_date, l.write_uid, l.write_date
                  FROM flywheel_escalation_log l
                 WHERE l.step_id IS NOT NULL
                   AND (l.ticket_id, l.waiting_since) IN (
                       (%(source)s, %(since)s), (%(target)s, %(old)s))
                    ON CONFLICT DO NOTHING
             RETURNING 1
                """,
                source=source.id,
                target=target.id,
                since=source_since,
                old=old or None,
                new=new,
            )
        )
        self.invalidate_model()
