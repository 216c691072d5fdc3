# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from markupsafe import Markup

from odoo import models
from odoo.tools import format_datetime

from ..words.assign import ALERTS


class HelpdeskTicketTeam(models.Model):
    """One task for the leader of a team while its cases wait for an agent."""

    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "mail.activity.mixin"]

    def _flywheel_leader(self):
        """Return who is told: the leader, else that of the team above."""
        team = self
        while team and not team.user_id.active:
            team = team.parent_id
        return team.user_id

    def _flywheel_alert_type(self):
        return self.env.ref("inbound_flywheel_service.mail_activity_type_queue")

    def _flywheel_alerts(self):
        """Return the open tasks about the queues of these teams."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self._flywheel_alert_type().id),
            ]
        )

    def _flywheel_settle_alerts(self, waiting):
        """Close the tasks of the teams in whose queue nothing is left.

        :param waiting: teams whose queues are not empty
        """
        alerts = self.env["mail.activity"].search(
            [("activity_type_id", "=", self._flywheel_alert_type().id)]
        )
        done = alerts.filtered(lambda a: a.res_id not in waiting.ids)
        for activity in done:
            activity.action_feedback(
                activity.with_context(lang=activity.user_id.lang).env._(
                    "No case waits for an agent any more."
                )
            )

    def _flywheel_tell_leader(self, left, untried):
        """Make, update or close the task of the leader.

        Cases that wait for the morning, as the team has set, are no reason; they are
        named beside others.

        :param dict left: ticket -> line of the trace that says why nobody takes it
        :param int untried: more cases that wait, of which nobody knew more
        """
        self.ensure_one()
        reasons = Counter(
            _reason(line) for ticket, line in left.items() if not ticket.user_id
        )
        alert = self._flywheel_alerts()
        leader = self._flywheel_leader()
        if not any(code != "night" for code, _skills in reasons) or not leader:
            self._flywheel_settle_alerts(self.browse() if alert else self)
            return
        values = self.with_context(
            lang=leader.lang, tz=leader.tz
        )._flywheel_alert_values(reasons, untried, list(left))
        if not alert:
            self.activity_schedule(
                "inbound_flywheel_service.mail_activity_type_queue",
                user_id=leader.id,
                **values,
            )
        elif alert[:1].summary != values["summary"] or alert[:1].note != values["note"]:
            alert[:1].with_context(mail_activity_quick_update=True).write(values)

    def _flywheel_alert_values(self, reasons, untried, tickets):
        """Return summary and note of the task."""
        count = sum(reasons.values()) + untried
        oldest = min(t.waiting_since or t.create_date for t in tickets)
        templates = {code: self.env._(ALERTS[code]) for code, _skills in reasons}
        lines = [
            templates[code] % {"count": number, "skills": ", ".join(skills)}
            for (code, skills), number in reasons.most_common()
        ]
        return {
            "summary": self.env._(
                "%(count)s cases wait for an agent of %(team)s",
                count=count,
                team=self.name,
            ),
            "note": Markup("<p>%s</p><ul>%s</ul>")
            % (
                self.env._(
                    "The customer who waits longest wrote on %(date)s.",
                    date=format_datetime(self.env, oldest, dt_format="short"),
                ),
                Markup().join(Markup("<li>%s</li>") % line for line in lines),
            ),
        }


def _reason(line):
    """Return (code of ``ALERTS``, names of skills) that sums up a line of the trace."""
    values = line["values"]
    codes = dict(values.get("why", ()))
    if line["code"] == "assign_night":
        return ("urgent" if values.get("urgent") else "night", ())
    for code in ("full", "skill", "lang", "declined", "out_of_office"):
        if code in codes:
            skills = ()
            if code == "skill":
                lacking = (a for _n, c, a in values["excluded"] if c == "skill")
                skills = tuple(sorted({name for names in lacking for name in names}))
            return code, skills
    return "nobody", ()
