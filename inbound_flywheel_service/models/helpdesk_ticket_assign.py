# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..engine.tokenizer import fold, language, plain_text
from .helpdesk_ticket import AGENT


class HelpdeskTicketAssign(models.Model):
    """How a case finds its agent, and finds another one."""

    _inherit = "helpdesk.ticket"

    queued_since = fields.Datetime(
        string="Back in the Queue Since",
        readonly=True,
        copy=False,
        help="Empty: the case has waited for an agent since it came in, or never did "
        "again since.",
        groups=AGENT,
    )
    chosen_absent = fields.Boolean(
        string="Chosen Though Absent",
        readonly=True,
        copy=False,
        help="The agent was away when he was chosen: the case is not taken back.",
        groups=AGENT,
    )
    declined_user_ids = fields.Many2many(
        "res.users",
        "flywheel_case_declined_rel",
        "ticket_id",
        "user_id",
        string="Gave It Back",
        readonly=True,
        copy=False,
        groups=AGENT,
    )
    _flywheel_queue_idx = models.Index("(team_id) WHERE user_id IS NULL AND active")
    _flywheel_chosen_absent_idx = models.Index("(user_id) WHERE chosen_absent")

    # ------------------------------------------------------------------
    # What a case asks for
    # ------------------------------------------------------------------
    def _flywheel_folded(self):
        """Subject and text, as words are looked for in them."""
        return fold(f"{self.name or ''}\n{plain_text(self.description)}")

    def _flywheel_langs(self):
        """Return {id: code of the language in which the customer is to be answered,
        without the country; "" when nothing says which}."""
        langs = {}
        for ticket in self:
            written = language(f"{ticket.name or ''} {plain_text(ticket.description)}")
            spoken = (ticket.partner_id.lang or "").split("_")[0]
            if written == "zh" or spoken == "zh" and written:
                # What somebody writes tells more than how the contact was set up.
                langs[ticket.id] = written
            else:
                langs[ticket.id] = spoken or written
        return langs

    def _flywheel_is_agent_away(self):
        """Return whether the agent of the case cannot work on it now."""
        user = self.user_id
        if not user:
            return False
        absence, _until = self.team_id._flywheel_absence(user)
        return bool(absence or self.team_id and user not in self.team_id.user_ids)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_prepare(self, vals, source):
        vals = super()._flywheel_prepare(vals, source)
        if source == "other" and vals.get("team_id"):
            # sudo: how the team works, whoever runs a program
            team = self.env["helpdesk.ticket.team"].sudo().browse(vals["team_id"])
            if team.flywheel_auto_assign:
                # Whoever runs a program is not whom its cases are for.
                vals.setdefault("user_id", False)
        return vals

    def write(self, vals):
        by_hand = "user_id" in vals and not (
            self.env.context.get("flywheel_assigning")
            or self.env.context.get("flywheel_intake")
        )
        # sudo: whoever may give a case away need not see all that is noted about it
        before = {t: t.user_id for t in self.sudo()} if by_hand else {}
        result = super().write(vals)
        if before:
            self.sudo()._flywheel_note_hand(before)
        if vals.get("team_id") and not vals.get("user_id"):
            queued = self.sudo().filtered(lambda t: not t.user_id)
            if queued and not self.env.context.get("flywheel_intake"):
                queued.write({"queued_since": fields.Datetime.now()})
        return result

    def _flywheel_note_hand(self, before):
        """Note what a person has changed about the agents of these cases.

        :param dict before: ticket -> agent before
        """
        changed = self.filtered(lambda t: t.user_id != before[t])
        line = self.env["flywheel.case.trace"]._line_by_hand
        lines = []
        actor = self.env.user
        for ticket in changed:
            user = ticket.user_id
            values = {"by": actor.name, "user": (user or before[ticket]).name}
            if not user:
                code = "assign_removed"
            else:
                code = "assign_taken" if user == actor else "assign_hand"
            lines.append(line(ticket, code, **values))
        self.env["flywheel.case.trace"]._add(lines)
        removed = changed.filtered(lambda t: not t.user_id)
        given = changed - removed
        removed._flywheel_enter_queue()
        for away, tickets in given.grouped(
            lambda t: t._flywheel_is_agent_away()
        ).items():
            tickets.write({"chosen_absent": away})

    def _flywheel_enter_queue(self, declined=None):
        """These cases have no agent any more: the queue looks for one.

        :param declined: user to whom they are not to go again
        """
        if not self:
            return
        values = {"queued_since": fields.Datetime.now(), "chosen_absent": False}
        if declined:
            values["declined_user_ids"] = [Command.link(declined.id)]
        self.write(values)
        if self.team_id.filtered("flywheel_auto_assign"):
            self.team_id._flywheel_assign_later()

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    def _flywheel_step_assign(self):
        given = self.filtered("user_id")
        lines = super()._flywheel_step_assign()
        # Who was chosen though away keeps the case.
        absent = given.filtered(lambda t: t._flywheel_is_agent_away())
        absent.chosen_absent = True
        return lines

    def _flywheel_customer_wrote(self, message):
        result = super()._flywheel_customer_wrote(message)
        if self.user_id and self._flywheel_is_agent_away():
            # Taken back by the scheduled action, so that the next agent is told of
            # the case and not of this message, too.
            self.team_id._flywheel_assign_later()
        return result

    def _flywheel_staff_answered(self, message):
        result = super()._flywheel_staff_answered(message)
        self.user_id.helpdesk_team_ids._flywheel_wake_queue()
        return result

    def _flywheel_has_closed(self):
        result = super()._flywheel_has_closed()
        self.user_id.helpdesk_team_ids._flywheel_wake_queue()
        return result

    def _flywheel_has_reopened(self):
        result = super()._flywheel_has_reopened()
        away = self.filtered(
            lambda t: t.team_id.flywheel_auto_assign and t._flywheel_is_agent_away()
        )
        away._flywheel_return_to_queue()
        return result

    # ------------------------------------------------------------------
    # Agents who are away
    # ------------------------------------------------------------------
    def _flywheel_take_back(self, limit):
        """Put up to ``limit`` cases of agents who are away back into the queue;
        return how many there were."""
        self._flywheel_welcome_back()
        tickets = self.browse(
            ticket_id
            for (ticket_id,) in self.env.execute_query(self._flywheel_away_sql(limit))
        )
        tickets._flywheel_return_to_queue()
        return len(tickets)

    def _flywheel_away_sql(self, limit):
        """Return the query for the cases whose customers wait, and whose agents are
        away: out of office, archived, no longer in the team."""
        self.flush_model(
            ["user_id", "team_id", "waiting_since", "chosen_absent", "active"]
        )
        self.env["res.users"].flush_model(
            ["active", "out_of_office_from", "out_of_office_to", "helpdesk_team_ids"]
        )
        self.env["helpdesk.ticket.team"].flush_model(
            ["flywheel_auto_assign", "user_ids", "active"]
        )
        return SQL(
            """
            SELECT t.id
              FROM helpdesk_ticket t
              JOIN helpdesk_ticket_team m ON m.id = t.team_id
              JOIN res_users u ON u.id = t.user_id
             WHERE t.waiting_since IS NOT NULL AND t.active
               AND t.chosen_absent IS NOT TRUE
               AND m.flywheel_auto_assign AND m.active
               AND (u.active IS NOT TRUE
                    OR u.out_of_office_from <= %(now)s
                       AND (u.out_of_office_to IS NULL OR u.out_of_office_to >= %(now)s)
                    OR NOT EXISTS (
                       SELECT FROM helpdesk_ticket_team_res_users_rel r
                        WHERE r.helpdesk_ticket_team_id = m.id
                          AND r.res_users_id = u.id))
          ORDER BY t.answer_due NULLS LAST, t.id
             LIMIT %(limit)s
               FOR NO KEY UPDATE OF t SKIP LOCKED
            """,
            now=fields.Datetime.now(),
            limit=limit,
        )

    def _flywheel_welcome_back(self):
        """Who was chosen though away, and is back, is an agent as any other."""
        chosen = self.search([("chosen_absent", "=", True)])
        back = chosen.filtered(lambda t: not t._flywheel_is_agent_away())
        back.chosen_absent = False

    def _flywheel_return_to_queue(self):
        """Take these cases from their agents, who are away, with a note of what the
        next one needs to know."""
        if not self:
            return
        trace = self.env["flywheel.case.trace"]
        lines, titles = [], {}
        for ticket in self:
            user = ticket.user_id
            code, until = ticket.team_id._flywheel_absence(user)
            why = {"exclusion": [code or "left", until]}
            lines.append(
                trace._line(ticket, "assign", "assign_away", user=user.name, why=why)
            )
            titles[ticket.id] = user.name
        trace._add(lines)
        self._flywheel_log_handover(titles)
        before = self.grouped("user_id")
        released = self.with_context(flywheel_assigning=True, mail_notrack=True)
        released.write({"user_id": False})
        for user, tickets in before.items():
            # Messages are for the next agent; the former one finds them on the case.
            tickets.message_unsubscribe(user.partner_id.ids)
        self._flywheel_enter_queue()
