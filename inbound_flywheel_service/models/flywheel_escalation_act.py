# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo import api, fields, models


class FlywheelEscalationAct(models.Model):
    """What a step does with the cases whose moment has come."""

    _inherit = "flywheel.escalation.step"

    def _act(self, cases, messages):
        """Take this step on ``cases``, in superuser mode.

        :param dict messages: user -> cases to write to him about; filled here
        :return: lines for the trace
        """
        self.ensure_one()
        line = self.env["flywheel.case.trace"]._line
        told = self._tell(cases, messages)
        self._raise_priority(cases)
        self._reassign(cases)
        tells, when, actions = self._tells(), self._when(), ", ".join(self._actions())
        return [
            line(
                case,
                "escalate",
                "ladder" if told[case] or not tells else "ladder_nobody",
                ladder=self.ladder_id.name,
                when=when,
                actions=actions,
                people=", ".join(told[case].mapped("name")),
            )
            for case in cases
        ]

    def _tells(self):
        return bool(
            self.notify_owner
            or self.notify_lead
            or self.notify_managers
            or self.user_ids
        )

    def _people(self, case):
        """Who is told of ``case``: nobody who may not see it.

        The team leader stands in for a missing owner, the managers for a missing
        leader.
        """
        owner, lead = case.user_id, case.team_id.user_id
        managers = case._flywheel_managers()
        people = self.user_ids
        if self.notify_owner:
            people |= owner or lead or managers
        if self.notify_lead:
            people |= lead or managers
        if self.notify_managers:
            people |= managers
        return case._flywheel_who_may_see(people)

    def _tell(self, cases, messages):
        told = {case: self._people(case) for case in cases}
        if self.how == "mail":
            for case, people in told.items():
                for user in people:
                    messages.setdefault(user, self.env["helpdesk.ticket"].browse())
                    messages[user] |= case
        else:
            self._schedule(told)
        return told

    def _schedule(self, told):
        when = self._when()
        self.env["helpdesk.ticket"]._flywheel_schedule(
            [(case, user, when) for case, people in told.items() for user in people]
        )

    def _raise_priority(self, cases):
        if self.priority:
            lower = cases.filtered(lambda c: (c.priority or "0") < self.priority)
            lower.write({"priority": self.priority})

    def _reassign(self, cases):
        if self.reassign == "lead":
            for team, own in cases.grouped("team_id").items():
                lead = team.user_id
                if lead and lead.active:
                    others = own.filtered(lambda c, u=lead: c.user_id != u)
                    others.write({"user_id": lead.id})
        elif self.reassign == "team" and self.reassign_team_id:
            team = self.reassign_team_id
            moved = cases.filtered(
                lambda c: (
                    c.team_id != team and team.company_id.id in (False, c.company_id.id)
                )
            )
            moved.write({"team_id": team.id, "user_id": False})
            team._flywheel_assign_later()
        elif self.reassign == "queue":
            cases.filtered("user_id").write({"user_id": False})
            self.env["helpdesk.ticket.team"]._flywheel_assign_later()

    @api.model
    def _send(self, messages):
        """One message a person, whatever the number of cases; no word of theirs."""
        for user, cases in messages.items():
            step = self.with_context(lang=user.lang, tz=user.tz)
            items = Markup().join(
                Markup("<li>%s – %s</li>") % (case.number, step._waiting_words(case))
                for case in cases
            )
            thread = step.env["mail.thread"]
            thread.with_context(mail_notify_force_send=False).message_notify(
                partner_ids=user.partner_id.ids,
                subject=step.env._(
                    "Cases that wait for you: %(count)s", count=len(cases)
                ),
                body=Markup("<p>%s</p><ul>%s</ul>")
                % (step.env._("These cases need you now:"), items),
            )

    def _waiting_words(self, case):
        if not case.waiting_since:
            return self.env._("no owner")
        since = fields.Datetime.context_timestamp(self, case.waiting_since)
        since = since.strftime("%Y-%m-%d %H:%M")
        return self.env._("waiting since %(since)s", since=since)
