# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.tokenizer import fold, plain_text
from .helpdesk_ticket import AGENT

# What a change of these says about a case may concern a rule.
DECISIVE = {
    "category_id",
    "description",
    "flywheel_profile_id",
    "name",
    "tag_ids",
    "team_id",
}
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class HelpdeskTicketEscalation(models.Model):
    """Escalation by content."""

    _inherit = "helpdesk.ticket"

    escalation_rule_id = fields.Many2one(
        "flywheel.escalation.rule",
        string="Escalated By",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=AGENT,
    )
    escalation_word = fields.Char(readonly=True, copy=False, groups=AGENT)
    escalation_date = fields.Datetime(
        string="Escalated On", readonly=True, copy=False, groups=AGENT
    )
    escalation_reason = fields.Char(compute="_compute_escalation_reason", groups=AGENT)

    @api.depends_context("lang")
    @api.depends("escalation_rule_id", "escalation_word")
    def _compute_escalation_reason(self):
        for ticket in self:
            # sudo: flywheel.escalation.rule - its name is part of the reason
            rule = ticket.escalation_rule_id.sudo()
            word = ticket.escalation_word
            if not rule:
                ticket.escalation_reason = False
            elif word:
                ticket.escalation_reason = self.env._(
                    "%(rule)s: the customer wrote “%(word)s”.",
                    rule=rule.name,
                    word=word,
                )
            else:
                ticket.escalation_reason = rule.name

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------
    def _flywheel_step_escalate(self):
        return self._flywheel_escalate_content()

    def write(self, vals):
        self._flywheel_check_lowering(vals)
        result = super().write(vals)
        if DECISIVE & vals.keys() and not self.env.context.get("flywheel_intake"):
            # sudo: rules judge a case whoever changes it
            self.sudo()._flywheel_escalate_again()
        return result

    def _flywheel_customer_wrote(self, message):
        result = super()._flywheel_customer_wrote(message)
        self._flywheel_escalate_again(plain_text(message.body))
        return result

    def _flywheel_escalate_again(self, more=""):
        cases = self.filtered(lambda t: not t.closed)
        if cases:
            # As in the intake: what fails must not undo the change.
            lines = cases._flywheel_safely(
                "escalate", lambda: cases._flywheel_escalate_content(more)
            )
            self.env["flywheel.case.trace"]._add(lines)

    def _flywheel_check_lowering(self, vals):
        """De-escalation needs a reason: see :class:`FlywheelEscalationLift`."""
        if self.env.su:
            return
        lower = vals.get("priority")
        for case in self:
            escalated = case.sudo().escalation_rule_id
            level = escalated.priority and case.sudo().priority
            if "priority" in vals and level and (lower or "0") < level:
                raise UserError(
                    self.env._(
                        "%(case)s was escalated: lift the escalation, with a reason, "
                        "to lower its priority.",
                        case=case.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # What then
    # ------------------------------------------------------------------
    def _flywheel_escalate_content(self, more=""):
        """Apply the rules that these cases have not met before.

        :param str more: a further message of the customer
        :return: lines for the trace
        """
        rules = self.env["flywheel.escalation.rule"].search(
            [("company_id", "in", [False, *self.company_id.ids])]
        )
        if not rules:
            return []
        texts = rules._texts(self)
        if more:
            texts = {key: f"{text}\n{fold(more)}" for key, text in texts.items()}
        self = self.with_context(flywheel_intake=True)
        lines = []
        for rule in rules:
            matches = rule._match(self, texts)
            for case in self._flywheel_note_rule(rule, matches):
                lines += case._flywheel_apply_rule(rule, matches[case])
        return lines

    def _flywheel_note_rule(self, rule, matches):
        """Those of the matching cases that this rule has never escalated before."""
        if not matches:
            return self.browse()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO flywheel_escalation_log
                       (ticket_id, rule_id, word, company_id, team_id, date,
                        create_uid, create_date, write_uid, write_date)
                SELECT v.ticket, %(rule)s, v.word, t.company_id, t.team_id, %(now)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(tickets)s, %(words)s::text[]) AS v(ticket, word)
                  JOIN helpdesk_ticket t ON t.id = v.ticket
                    ON CONFLICT DO NOTHING
             RETURNING ticket_id
                """,
                rule=rule.id,
                now=now,
                uid=self.env.uid,
                tickets=[case.id for case in matches],
                words=list(matches.values()),
            )
        )
        self.env["flywheel.escalation.log"].invalidate_model()
        return self.browse([row[0] for row in rows])

    def _flywheel_apply_rule(self, rule, word):
        """Escalate this case; returns lines for the trace."""
        people = self._flywheel_rule_people(rule)
        values = self._flywheel_rule_values(rule, word, people)
        self.write(values)
        self._flywheel_tell_of_rule(rule, people)
        line = self.env["flywheel.case.trace"]._line
        lines = [
            line(
                self,
                "escalate",
                "escalated_word" if word else "escalated",
                rule=rule.name,
                word=word,
                priority={"selection": ["priority", self.priority]},
                people=", ".join(people.mapped("name")) or "–",
            )
        ]
        if values.get("restricted"):
            lines.append(line(self, "escalate", "restricted"))
        if rule.security and len(people) < 2:
            lines.append(line(self, "escalate", "too_few", count=len(people)))
        return lines

    def _flywheel_rule_values(self, rule, word, people):
        values = {
            "escalation_rule_id": rule.id,
            "escalation_word": word,
            "escalation_date": fields.Datetime.now(),
        }
        if rule.priority and (self.priority or "0") < rule.priority:
            values["priority"] = rule.priority
        team, user = rule.set_team_id, rule.set_user_id
        if team and team.company_id.id in (False, self.company_id.id):
            values["team_id"] = team.id
        if user and user.active and self.company_id in user.company_ids:
            values["user_id"] = user.id
        if rule.restricted:
            values["restricted"] = True
            values["restricted_user_ids"] = [Command.link(u.id) for u in people]
        return values

    def _flywheel_rule_people(self, rule):
        people = rule.notify_user_ids
        if rule.notify_managers:
            people |= self._flywheel_managers()
        if rule.notify_lead:
            people |= (rule.set_team_id or self.team_id).user_id
        return people.filtered(
            lambda u: u.active and not u.share and self.company_id in u.company_ids
        )

    def _flywheel_tell_of_rule(self, rule, people):
        time = self._flywheel_calendar()._flywheel_working_time()
        deadline = time.add(
            fields.Datetime.now(), timedelta(hours=rule.activity_hours).total_seconds()
        )
        self._flywheel_schedule(
            [(self, user, self.escalation_reason) for user in people], deadline.date()
        )
        for user in people:
            case = self.with_context(lang=user.lang, mail_notify_force_send=False)
            case.message_notify(
                partner_ids=user.partner_id.ids,
                subject=case.env._("Escalated: %(number)s", number=self.number),
                body=case.escalation_reason,
            )

    @api.model
    def _flywheel_schedule(self, tasks, deadline=None):
        """Put activities on cases, without a mail for each.

        :param list tasks: of (case, user, summary)
        :param date deadline: today by default
        """
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        model = self.env["ir.model"]._get_id("helpdesk.ticket")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": case.id,
                    "activity_type_id": todo and todo.id,
                    "summary": summary,
                    "user_id": user.id,
                    "date_deadline": deadline or fields.Date.today(),
                }
                for case, user, summary in tasks
            ]
        )

    # ------------------------------------------------------------------
    # Managers, and lifting
    # ------------------------------------------------------------------
    @api.model
    def _flywheel_all_managers(self, company):
        """Helpdesk managers of ``company`` (a record, may be empty)."""
        # sudo: res.groups - who manages cases is no secret among colleagues
        group = self.env["ir.model.data"]._xmlid_to_res_id(MANAGER)
        users = self.env["res.groups"].sudo().browse(group).all_user_ids
        return users.filtered(
            lambda u: (
                u.active and not u.share and (not company or company in u.company_ids)
            )
        )

    def _flywheel_managers(self):
        return self._flywheel_all_managers(self.company_id)

    def _flywheel_lift(self, reason, priority, release):
        """Take the escalation back.

        :param str reason: why; kept in the trace
        :param str priority: the new one, or ``False`` to keep it
        :param bool release: whether everybody who sees the team's cases sees it again
        """
        self.ensure_one()
        rule = self.escalation_rule_id
        values = {"escalation_rule_id": False, "escalation_word": False}
        if priority:
            values["priority"] = priority
        if release:
            values["restricted"] = False
            values["restricted_user_ids"] = [Command.clear()]
        self.write(values)
        log = self.env["flywheel.escalation.log"].search(
            [("ticket_id", "=", self.id), ("rule_id", "=", rule.id)]
        )
        log.write(
            {
                "lifted": fields.Datetime.now(),
                "lifted_by_id": self.env.uid,
                "lifted_reason": reason,
            }
        )
        line = self.env["flywheel.case.trace"]._line(
            self,
            "escalate",
            "released" if release else "lifted",
            rule=rule.name or "–",
            reason=reason,
            priority={"selection": ["priority", self.priority]},
        )
        self.env["flywheel.case.trace"]._add([{**line, "user_id": self.env.uid}])
